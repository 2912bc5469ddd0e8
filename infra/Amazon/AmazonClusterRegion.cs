using GpuInfra.Infra.Clusters;
using Pulumi;

namespace GpuInfra.Infra.Amazon;

/// <summary>Everything that a fleet has in one AWS region where its replicas run in a cluster.</summary>
internal sealed class AmazonClusterRegion : ComponentResource
{
    /// <param name="region">The region.</param>
    /// <param name="copy">The region that its data is copied to; null when it is not.</param>
    public AmazonClusterRegion(RegionFleet region, AmazonRegion? copy)
        : base("gpuinfra:amazon:ClusterRegion", region.Name, new ComponentResourceOptions { Providers = { AmazonGround.Provider(region) } })
    {
        var options = new ComponentResourceOptions { Parent = this };
        var ground = AmazonGround.Of(region, copy, this);
        var images = new AmazonRegistry(region);
        var cluster = new AmazonCluster(region, ground, options);
        var nodes = new AmazonNodes(region, ground, cluster, images, options);
        var place = new ClusterPlace(region, cluster.Provider);
        var weights = new ClusterWeights(ground.Weights.BucketName, images.Tools);
        var under = place.Under(this);
        under.DependsOn.Add(nodes);
        _ = new ClusterDevices(place, images.DevicePlugin, under);
        _ = new ClusterServings(place, weights, images.Engine, ground.Key.Arn, under);

        Outputs = new RegionOutputs(region.Name, [.. region.Artefacts], Output.Format($"s3://{ground.Weights.BucketName}"), images.Engine, images.Training);
        RegisterOutputs();
    }

    public RegionOutputs Outputs { get; }
}
