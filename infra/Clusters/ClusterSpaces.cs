using Pulumi;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Networking.V1;
using Pulumi.Kubernetes.Scheduling.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using Pulumi.Kubernetes.Types.Inputs.Networking.V1;
using Pulumi.Kubernetes.Types.Inputs.Scheduling.V1;

namespace GpuInfra.Infra.Clusters;

/// <summary>The namespace of engines, with what holds for all in it: Pod Security, no traffic but what is allowed, and who goes first where room is short.</summary>
internal sealed class ClusterSpaces : ComponentResource
{
    /// <summary>Whoever waits for an answer goes before whoever can wait.</summary>
    public const string Online = "gpuinfra-online";

    /// <summary>Of what can wait: it takes nobody's place.</summary>
    public const string Patient = "gpuinfra-patient";

    public ClusterSpaces(ClusterPlace place, ComponentResourceOptions options)
        : base("gpuinfra:clusters:Spaces", place.Region.Name, options)
    {
        var name = place.Region.Name;
        var child = new CustomResourceOptions { Parent = this };
        var space = new Namespace($"{name}-{ClusterNames.Serving}", new NamespaceArgs
        {
            Metadata = new ObjectMetaArgs
            {
                Name = ClusterNames.Serving,
                Labels =
                {
                    ["pod-security.kubernetes.io/enforce"] = "restricted",
                    ["pod-security.kubernetes.io/audit"] = "restricted",
                    ["pod-security.kubernetes.io/warn"] = "restricted",
                },
            },
        }, child);
        var inside = new CustomResourceOptions { Parent = this, DependsOn = { space } };
        _ = new ServiceAccount($"{name}-{ClusterWeights.Account}", new ServiceAccountArgs
        {
            Metadata = new ObjectMetaArgs { Name = ClusterWeights.Account, Namespace = ClusterNames.Serving },
            AutomountServiceAccountToken = false,
        }, inside);
        _ = new PriorityClass($"{name}-{Online}", new PriorityClassArgs
        {
            Metadata = new ObjectMetaArgs { Name = Online },
            Value = 1_000_000,
            Description = "Somebody waits for the answer",
        }, child);
        _ = new PriorityClass($"{name}-{Patient}", new PriorityClassArgs
        {
            Metadata = new ObjectMetaArgs { Name = Patient },
            Value = 1_000,
            PreemptionPolicy = "Never",
            Description = "It can wait",
        }, child);
        _ = new ConfigMap($"{name}-{ClusterFiles.Name}", new ConfigMapArgs
        {
            Metadata = new ObjectMetaArgs { Name = ClusterFiles.Name, Namespace = ClusterNames.Serving },
            Data = ClusterFiles.Files,
        }, inside);
        foreach (var (what, spec) in ClusterTraffic.Of(place.Region))
        {
            _ = new NetworkPolicy($"{name}-{what}", new NetworkPolicyArgs
            {
                Metadata = new ObjectMetaArgs { Name = what, Namespace = ClusterNames.Serving },
                Spec = spec,
            }, inside);
        }

        RegisterOutputs();
    }
}
