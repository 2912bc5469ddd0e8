using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using Pulumi;
using Pulumi.Aws.Kms;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// The key of a region: it encrypts the disks, the weights and the logs. Without it they are noise, so it stays where they stay.
/// </summary>
internal sealed class AmazonKey : ComponentResource
{
    /// <summary>Days in which a deletion can be taken back: the most that KMS knows.</summary>
    private const int DeletionDays = 30;

    public AmazonKey(RegionFleet region, ComponentResourceOptions options)
        : base("gpuinfra:amazon:Key", region.Name, options)
    {
        var name = $"gpuinfra-{region.Region}";
        var key = new Key(name, new KeyArgs
        {
            Description = "Disks, weights and logs of GPU machines",
            EnableKeyRotation = true,
            DeletionWindowInDays = DeletionDays,
            Policy = AmazonKeyPolicy.Of(region, $"{name}-*"),
            Tags = region.Tags.Shared.Tags,
        }, new CustomResourceOptions { Parent = this, Protect = region.Protect, RetainOnDelete = region.Protect });
        _ = new Pulumi.Aws.Kms.Alias(name, new AliasArgs { TargetKeyId = key.KeyId }, new CustomResourceOptions { Parent = this });

        Arn = key.Arn;
        RegisterOutputs();
    }

    public Output<string> Arn { get; }
}
