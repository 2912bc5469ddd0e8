using System.Collections.Immutable;
using GpuInfra.Infra.Common;
using GpuInfra.Infra.Settings;
using Pulumi;

namespace GpuInfra.Infra.Clusters;

/// <summary>
/// What routes, scales and watches engines in a cluster that the program makes. In one that is there already operators are its owner's: of plans that want more than hours,
/// which its KEDA keeps, nothing is deployed.
/// </summary>
internal sealed class ClusterOperations : ComponentResource
{
    /// <param name="place">The cluster.</param>
    /// <param name="imageOf">An image by what it is for (<see cref="ClusterImage"/>), by digest.</param>
    /// <param name="mirror">Where images of charts are pulled from.</param>
    /// <param name="store">The cloud's own store that series are sent to, as <see cref="SenderValues"/> name it; null where none is.</param>
    /// <param name="options">Whose it is; it depends on engines and their namespace, and on the right to send.</param>
    public ClusterOperations(ClusterPlace place, Func<string, string> imageOf, ClusterMirror mirror, Output<string>? store, ComponentResourceOptions options)
        : base("gpuinfra:clusters:Operations", place.Region.Name, options)
    {
        var region = place.Region;
        if (region.ExistingCluster is not null)
        {
            _ = new ClusterScaling(place, mirror, new ComponentResourceOptions { Parent = this, DependsOn = options.DependsOn });
            RegisterOutputs();
            return;
        }

        var space = ClusterSpace.Make(region.Name, ClusterNames.Monitoring, ClusterSpace.Restricted, new CustomResourceOptions { Parent = this });
        var under = new ComponentResourceOptions { Parent = this, DependsOn = { space } };
        under.DependsOn.AddRange(options.DependsOn);
        string[] copied = [.. region.Entry is null ? [] : new[] { ClusterNames.Serving }, .. region.Watch is null || store is not null ? [] : new[] { ClusterNames.Monitoring }]; // Who sends to a store has no secret.
        if (copied.Length > 0)
        {
            under.DependsOn.Add(new ClusterSecrets(place, mirror, copied, under));
        }

        _ = new ClusterMonitoring(place, mirror, store, under);
        _ = new ClusterScaling(place, mirror, under);
        if (region.Entry is not null)
        {
            var canary = RouterSource.Stopping(region.Entry).IsEmpty ? null : imageOf(ClusterImage.Tools);
            _ = new ClusterRouter(place, new RouterImages(imageOf(ClusterImage.Router), imageOf(ClusterImage.Gateway), region.Entry.HasBridge ? imageOf(ClusterImage.Bridge) : null, canary), mirror, under);
            if (canary is not null)
            {
                _ = new ClusterCanary(place, canary, under);
            }
        }

        RegisterOutputs();
    }

    /// <summary>Secrets of the cloud's store that are copied into a region's cluster, ordered: what the operator there may read, and no other.</summary>
    public static ImmutableArray<string> Secrets(RegionFleet region) =>
        [.. (region.Entry?.Secrets ?? []).Concat(region.Watch?.Plan.Secrets ?? []).Distinct().Order(StringComparer.Ordinal)];
}
