using System.Collections.Immutable;
using GpuInfra.Infra.Clusters;
using GpuInfra.Infra.Settings;
using GpuInfra.Planning.Fleets;
using Pulumi;
using Kubernetes = Pulumi.Kubernetes;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// Everything that a fleet has in one AWS region where its replicas run in a cluster: one that the program makes with its network and nodes, or one that is there already, of
/// which only objects in the namespace of engines are made, and the rights of their pods.
/// </summary>
internal sealed class AmazonClusterRegion : ComponentResource
{
    /// <param name="region">The region.</param>
    /// <param name="copy">The region that its data is copied to; null when it is not.</param>
    public AmazonClusterRegion(RegionFleet region, AmazonRegion? copy)
        : base("gpuinfra:amazon:ClusterRegion", region.Name, new ComponentResourceOptions { Providers = { AmazonGround.Provider(region) } })
    {
        var options = new ComponentResourceOptions { Parent = this };
        var images = new AmazonRegistry(region);
        var (key, weights, place, cluster, files, after) = region.ExistingCluster is { } name ? Join(name, region, copy, options) : Make(region, copy, images, options);
        var queues = region.QueuedServings.IsEmpty ? null : new AmazonQueues(region, key, options);
        var metrics = region.ManagedRules is null ? null : new AmazonMetrics(region, key, options);
        GiveRights(region, key, weights, queues, cluster, after);
        var under = place.Under(this);
        under.DependsOn.AddRange(after.ToArray());
        if (region.ExistingCluster is null)
        {
            _ = new ClusterDevices(place, images.DevicePlugin, region.Spans ? images.Of(ClusterImage.EfaPlugin) : null, under);
        }

        var servings = new ClusterServings(
            place,
            new ClusterWeights(weights.BucketName, images.Tools),
            new PodImages(images.Engine, images.Training),
            new ClusterSources(
                key.Arn,
                images.Mirror,
                queues?.ByServing.ToDictionary(queue => queue.Key, queue => queue.Value.Url) ?? [],
                files?.Volumes ?? new Dictionary<FilesUse, Output<string>>(),
                new RunnerCredentials(region, Output.Create(cluster))),
            under);
        var operations = place.Under(this);
        operations.DependsOn.Add(servings);
        if (metrics is not null)
        {
            // Pods that are there before their right is have none until they start again.
            operations.DependsOn.Add(AmazonPodRole.Give(
                region, cluster, ClusterNames.Monitoring, SenderValues.Account, metrics.Arn.Apply(store => PolicyDocument.Of(AmazonMetricsPolicies.Send(store))), new CustomResourceOptions { Parent = this, DependsOn = after.ToArray() }));
        }

        _ = new ClusterOperations(place, images.Of, images.Mirror, metrics?.WriteUrl, operations);

        Outputs = new RegionOutputs(region.Name, [.. region.Artefacts], Output.Format($"s3://{weights.BucketName}"), images.Engine, images.Training);
        RegisterOutputs();
    }

    public RegionOutputs Outputs { get; }

    private static (AmazonKey, AmazonWeights, ClusterPlace, string, AmazonFiles?, ImmutableArray<Resource>) Make(RegionFleet region, AmazonRegion? copy, AmazonRegistry images, ComponentResourceOptions options)
    {
        var ground = AmazonGround.Of(region, copy, (ComponentResource)options.Parent!);
        var cluster = new AmazonCluster(region, ground, options);
        var nodes = new AmazonNodes(region, ground, cluster, images, options);
        var files = region.Files.IsEmpty ? null : new AmazonFiles(region, ground.Key, ground.Weights, ground.Security, ground.Subnets, options);
        return (ground.Key, ground.Weights, new ClusterPlace(region, cluster.Provider), cluster.Name, files, [nodes]);
    }

    private static (AmazonKey, AmazonWeights, ClusterPlace, string, AmazonFiles?, ImmutableArray<Resource>) Join(string name, RegionFleet region, AmazonRegion? copy, ComponentResourceOptions options)
    {
        var key = new AmazonKey(region, options);
        var weights = new AmazonWeights(region, key, copy, options);
        var provider = new Kubernetes.Provider(
            region.Name,
            new Kubernetes.ProviderArgs { KubeConfig = region.Settings.KubeConfigOf(region.Name)!, EnableServerSideApply = true, EnableConfigMapMutable = true },
            new CustomResourceOptions { Parent = options.Parent });
        return (key, weights, new ClusterPlace(region, provider), name, null, []);
    }

    /// <summary>What pods of engines and jobs may do.</summary>
    private void GiveRights(RegionFleet region, AmazonKey key, AmazonWeights weights, AmazonQueues? queues, string cluster, ImmutableArray<Resource> after)
    {
        var options = new CustomResourceOptions { Parent = this, DependsOn = after.ToArray() };
        var arns = Output.Tuple(weights.BucketArn, key.Arn);
        _ = AmazonPodRole.Give(region, cluster, ClusterNames.Serving, ClusterWeights.Account, arns.Apply(of => AmazonClusterPolicies.Weights(region, of.Item1, of.Item2)), options);
        if (region.ExistingCluster is null && ClusterOperations.Secrets(region) is { IsEmpty: false } secrets)
        {
            _ = AmazonPodRole.Give(region, cluster, ClusterNames.Secrets, ClusterNames.Secrets, Output.Create(PolicyDocument.Of([.. AmazonPolicies.Secrets(region, secrets)])), options);
        }

        if (region.ExistingCluster is null && region.Entry is { OwnApis.IsEmpty: false } entry)
        {
            _ = AmazonPodRole.Give(region, cluster, ClusterNames.Serving, ClusterNames.Router, Output.Create(PolicyDocument.Of([.. AmazonPolicies.AskModels(region, entry.OwnApis)])), options);
        }

        if (queues is not null)
        {
            _ = AmazonPodRole.Give(region, cluster, ClusterNames.Serving, ClusterJobs.Account, Output.Tuple(arns, Output.All(queues.ByServing.Values.Select(queue => queue.Arn)))
                .Apply(of => AmazonClusterPolicies.Runner(region, of.Item1.Item1, of.Item1.Item2, of.Item2)), options);
        }
    }
}
