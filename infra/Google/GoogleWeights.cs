using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Gcp.Storage;
using Inputs = Pulumi.Gcp.Storage.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>The bucket that users bring weights to, in the region that reads them, and what else its machines fetch from there.</summary>
internal sealed class GoogleWeights : ComponentResource
{
    /// <param name="region">The region.</param>
    /// <param name="key">What encrypts it.</param>
    /// <param name="copy">The region that it is copied to; null when it is not.</param>
    /// <param name="options">Whose it is.</param>
    public GoogleWeights(RegionFleet region, GoogleKey key, GoogleRegion? copy, ComponentResourceOptions options)
        : base("gpuinfra:google:Weights", region.Name, options)
    {
        var bucket = new Bucket(Names.Fit($"gpuinfra-weights-{region.Region}", Names.GoogleAutoName), new BucketArgs
        {
            Location = region.Region.ToUpperInvariant(),
            UniformBucketLevelAccess = true,
            PublicAccessPrevention = "enforced",
            Versioning = new Inputs.BucketVersioningArgs { Enabled = true },
            LifecycleRules = GoogleLifecycle.Rules(region.Lifecycle).ToList(),
            Encryption = new Inputs.BucketEncryptionArgs { DefaultKmsKeyName = key.ForWeights },
            ForceDestroy = !region.Protect,
            Labels = region.Tags.Shared.Labels,
        }, new CustomResourceOptions { Parent = this, Protect = region.Protect, RetainOnDelete = region.Protect });

        if (copy is not null)
        {
            GoogleCopies.Add(region, bucket, copy, this);
        }

        // As an asset: the provider takes every content for a secret and would show no change of it.
        foreach (var file in region.MachineFiles)
        {
            _ = new BucketObject(
                Names.Fit($"gpuinfra-{region.Region}-{file.Root}-{file.Label}", Names.GoogleAutoName),
                new BucketObjectArgs { Bucket = bucket.Name, Name = file.Key, Source = new StringAsset(file.Content), ContentType = "text/plain" },
                new CustomResourceOptions { Parent = this });
        }

        BucketName = bucket.Name;
        RegisterOutputs();
    }

    public Output<string> BucketName { get; }
}
