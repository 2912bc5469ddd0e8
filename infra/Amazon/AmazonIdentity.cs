using Pulumi;
using Pulumi.Aws.CloudWatch;

namespace GpuInfra.Infra.Amazon;

/// <summary>What machines are, to AWS: one role with the little they need, and the log group they write to.</summary>
internal sealed class AmazonIdentity : ComponentResource
{
    public AmazonIdentity(RegionFleet region, AmazonWeights weights, AmazonKey key, AmazonQueues? queues, AmazonMetrics? metrics, ComponentResourceOptions options)
        : base("gpuinfra:amazon:Identity", region.Name, options)
    {
        var name = $"gpuinfra-{region.Region}";
        var child = new CustomResourceOptions { Parent = this };
        var logs = new LogGroup(name, new LogGroupArgs { RetentionInDays = region.LogDays, KmsKeyId = key.Arn, Tags = region.Tags.Shared.Tags }, child);
        var images = new AmazonRegistry(region);
        var profile = AmazonRole.Profile(region, child, name, Output.Tuple(weights.BucketArn, key.Arn, logs.Arn, Output.All(queues?.ByServing.Values.Select(queue => queue.Arn) ?? []), metrics?.Arn ?? Output.Create(""))
            .Apply(arns => AmazonPolicies.Machine(region, arns.Item1, arns.Item2, [.. images.MachineRepositories], arns.Item3, arns.Item4, arns.Item5)));

        LogGroup = logs.Name;
        ProfileArn = profile.Arn;
        EngineImage = images.Engine;
        TrainingImage = images.Training;
        RegisterOutputs();
    }

    public Output<string> LogGroup { get; }

    public Output<string> ProfileArn { get; }

    /// <summary>The engine's image in this region's registry.</summary>
    public string EngineImage { get; }

    /// <summary>The image that trains, in the same registry; null where nothing does.</summary>
    public string? TrainingImage { get; }
}
