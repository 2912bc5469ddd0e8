using GpuInfra.Infra.Clusters;
using GpuInfra.Infra.Settings;
using Pulumi;

namespace GpuInfra.Infra.Google;

/// <summary>Everything that a fleet has in one Google Cloud region where its replicas run in a cluster.</summary>
internal sealed class GoogleClusterRegion : ComponentResource
{
    /// <param name="region">The region.</param>
    /// <param name="copy">The region that its data is copied to; null when it is not.</param>
    public GoogleClusterRegion(RegionFleet region, GoogleRegion? copy)
        : base("gpuinfra:google:ClusterRegion", region.Name, new ComponentResourceOptions { Providers = { GoogleGround.Provider(region) } })
    {
        var options = new ComponentResourceOptions { Parent = this };
        var ground = GoogleGround.Of(region, copy, options);
        var identity = new GoogleIdentity(region, ground.Weights, options);
        var cluster = new GoogleCluster(region, ground, options);
        var nodes = new GoogleNodes(region, ground, cluster, identity, options);
        var place = new ClusterPlace(region, cluster.Provider);
        var weights = new ClusterWeights(ground.Weights.BucketName, region.Settings.Cluster.ImagesOf(isAws: false)[ClusterImage.Tools]);
        var under = place.Under(this);
        under.DependsOn.Add(nodes);
        _ = new ClusterServings(place, weights, region.Settings.GoogleEngineImage!, ground.Key.ForDisks, under);

        Outputs = new RegionOutputs(
            region.Name, [.. region.Artefacts], Output.Format($"gs://{ground.Weights.BucketName}"), region.Settings.GoogleEngineImage!, region.Trains ? region.Settings.GoogleTrainingImage : null);
        RegisterOutputs();
    }

    public RegionOutputs Outputs { get; }
}
