using Pulumi;
using Pulumi.Kubernetes.Apps.V1;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Networking.V1;
using Pulumi.Kubernetes.Types.Inputs.Apps.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using Pulumi.Kubernetes.Types.Inputs.Networking.V1;
using Pulumi.Kubernetes.Types.Inputs.Rbac.V1;
using Deployment = Pulumi.Kubernetes.Apps.V1.Deployment;

namespace GpuInfra.Infra.Clusters;

/// <summary>
/// What stops canaries in a region's cluster (decision 053): an object with a word for each serving, which routers have mounted, and one pod beside the monitors that asks them each minute and may change
/// that object and nothing else. Nothing of it where no canary stops by itself.
/// </summary>
internal sealed class ClusterCanary : ComponentResource
{
    /// <summary>The object with the words, in the namespace of routers; people write theirs there too.</summary>
    public const string Words = "canaries";

    /// <param name="place">The cluster.</param>
    /// <param name="image">Python 3.10 or later, by digest.</param>
    /// <param name="options">Whose it is; it depends on both namespaces.</param>
    public ClusterCanary(ClusterPlace place, string image, ComponentResourceOptions options)
        : base("gpuinfra:clusters:Canary", place.Region.Name, options)
    {
        var name = $"{place.Region.Name}-{CanaryStopper.Name}";
        var child = new CustomResourceOptions { Parent = this };
        child.DependsOn.AddRange(options.DependsOn);

        // What is said stays said: the program makes the object and never what it says.
        var words = new CustomResourceOptions { Parent = this, IgnoreChanges = { "data" } };
        words.DependsOn.AddRange(options.DependsOn);
        _ = new ConfigMap($"{name}-words", new ConfigMapArgs { Metadata = new ObjectMetaArgs { Name = Words, Namespace = ClusterNames.Serving } }, words);
        Rights(name, child);
        Stopper(name, place.Region, image, child);
        RegisterOutputs();
    }

    private static void Rights(string name, CustomResourceOptions child)
    {
        _ = new ServiceAccount(name, new ServiceAccountArgs { Metadata = Here(), AutomountServiceAccountToken = false }, child);
        _ = ClusterRight.Give(
            name, CanaryStopper.Name, ClusterNames.Serving, CanaryStopper.Name,
            [new PolicyRuleArgs { ApiGroups = { "" }, Resources = { "configmaps" }, ResourceNames = { Words }, Verbs = { "get", "patch" } }], child);
    }

    private static void Stopper(string name, RegionFleet region, string image, CustomResourceOptions child)
    {
        _ = new NetworkPolicy(name, new NetworkPolicyArgs { Metadata = Here(), Spec = CanaryStopper.Traffic() }, child);
        _ = new ConfigMap(name, new ConfigMapArgs { Metadata = Here(), Data = CanaryStopper.Files.ToDictionary() }, child);
        var meta = Here();
        meta.Annotations = new InputMap<string> { ["pulumi.com/skipAwait"] = "true" }; // Ready is who gets answers: an alert waits for that, no update does.
        _ = new Deployment(name, new DeploymentArgs
        {
            Metadata = meta,
            Spec = new DeploymentSpecArgs
            {
                Replicas = 1,
                Selector = new LabelSelectorArgs { MatchLabels = CanaryStopper.Labels },
                Strategy = new DeploymentStrategyArgs { Type = "Recreate" },
                RevisionHistoryLimit = 3,
                Template = new PodTemplateSpecArgs
                {
                    Metadata = new ObjectMetaArgs { Labels = CanaryStopper.Labels, Annotations = { ["gpu.fleet/configuration"] = ClusterFiles.SumOf(CanaryStopper.Files) } },
                    Spec = CanaryStopper.Of(region.Entry!, image),
                },
            },
        }, child);
    }

    private static ObjectMetaArgs Here() => new() { Name = CanaryStopper.Name, Namespace = ClusterNames.Monitoring, Labels = CanaryStopper.Labels };
}
