using Pulumi;
using Pulumi.Kubernetes.ApiExtensions;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;

namespace GpuInfra.Infra.Clusters.Resources;

/// <summary>Pods that start and end together, group by group (leaderworkerset.x-k8s.io/v1, LeaderWorkerSet 0.8; kubernetes-sigs/lws, api/leaderworkerset/v1).</summary>
internal sealed class LeaderWorkerSetArgs() : CustomResourceArgs("leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet")
{
    [Input("spec", required: true)]
    public Input<LeaderWorkerSetSpecArgs>? Spec { get; set; }
}

internal sealed class LeaderWorkerSetSpecArgs : ResourceArgs
{
    /// <summary>Groups.</summary>
    [Input("replicas")]
    public Input<int>? Replicas { get; set; }

    [Input("leaderWorkerTemplate", required: true)]
    public Input<LeaderWorkerTemplateArgs>? LeaderWorkerTemplate { get; set; }

    [Input("rolloutStrategy")]
    public Input<RolloutStrategyArgs>? RolloutStrategy { get; set; }

    /// <summary><c>LeaderCreated</c>: workers start beside their leader, which waits for them before it answers.</summary>
    [Input("startupPolicy")]
    public Input<string>? StartupPolicy { get; set; }
}

internal sealed class LeaderWorkerTemplateArgs : ResourceArgs
{
    /// <summary>Pods of a group, its leader among them.</summary>
    [Input("size")]
    public Input<int>? Size { get; set; }

    /// <summary><c>RecreateGroupOnPodRestart</c>: with one container of a group all of its pods are made anew.</summary>
    [Input("restartPolicy")]
    public Input<string>? RestartPolicy { get; set; }

    [Input("leaderTemplate")]
    public Input<PodTemplateSpecArgs>? LeaderTemplate { get; set; }

    [Input("workerTemplate", required: true)]
    public Input<PodTemplateSpecArgs>? WorkerTemplate { get; set; }
}

internal sealed class RolloutStrategyArgs : ResourceArgs
{
    [Input("type", required: true)]
    public Input<string>? Type { get; set; }

    [Input("rollingUpdateConfiguration")]
    public Input<RollingGroupsArgs>? RollingUpdateConfiguration { get; set; }
}

/// <summary>How many groups are renewed at once.</summary>
internal sealed class RollingGroupsArgs : ResourceArgs
{
    [Input("maxUnavailable")]
    public Input<int>? MaxUnavailable { get; set; }

    [Input("maxSurge")]
    public Input<int>? MaxSurge { get; set; }

    /// <summary>The first group that is renewed; as many as there are renews none.</summary>
    [Input("partition")]
    public Input<int>? Partition { get; set; }
}
