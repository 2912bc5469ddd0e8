using Pulumi;
using Pulumi.Aws.S3;
using Inputs = Pulumi.Aws.S3.Inputs;

namespace GpuInfra.Infra.Amazon;

/// <summary>The bucket that users bring weights to, in the region that reads them, and what else its machines fetch from there.</summary>
internal sealed class AmazonWeights : ComponentResource
{
    /// <param name="region">The region.</param>
    /// <param name="key">What encrypts it.</param>
    /// <param name="copy">The region that it is copied to; null when it is not.</param>
    /// <param name="options">Whose it is.</param>
    public AmazonWeights(RegionFleet region, AmazonKey key, AmazonRegion? copy, ComponentResourceOptions options)
        : base("gpuinfra:amazon:Weights", region.Name, options)
    {
        var name = $"gpuinfra-weights-{region.Region}";
        var child = new CustomResourceOptions { Parent = this };
        var bucket = new Bucket(name, new BucketArgs
        {
            ForceDestroy = !region.Protect,
            Tags = region.Tags.Shared.Tags,
        }, new CustomResourceOptions { Parent = this, Protect = region.Protect, RetainOnDelete = region.Protect });
        var access = new BucketPublicAccessBlock(name, new BucketPublicAccessBlockArgs
        {
            Bucket = bucket.Id,
            BlockPublicAcls = true,
            BlockPublicPolicy = true,
            IgnorePublicAcls = true,
            RestrictPublicBuckets = true,
        }, child);
        _ = new BucketOwnershipControls(name, new BucketOwnershipControlsArgs
        {
            Bucket = bucket.Id,
            Rule = new Inputs.BucketOwnershipControlsRuleArgs { ObjectOwnership = "BucketOwnerEnforced" },
        }, child);
        var versioning = new BucketVersioning(name, new BucketVersioningArgs
        {
            Bucket = bucket.Id,
            VersioningConfiguration = new Inputs.BucketVersioningVersioningConfigurationArgs { Status = "Enabled" },
        }, child);
        _ = new BucketServerSideEncryptionConfiguration(name, new BucketServerSideEncryptionConfigurationArgs
        {
            Bucket = bucket.Id,
            Rules =
            {
                new Inputs.BucketServerSideEncryptionConfigurationRuleArgs
                {
                    BucketKeyEnabled = true,
                    ApplyServerSideEncryptionByDefault = new Inputs.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs
                    {
                        SseAlgorithm = "aws:kms",
                        KmsMasterKeyId = key.Arn,
                    },
                },
            },
        }, child);
        _ = new BucketPolicy(name, new BucketPolicyArgs
        {
            Bucket = bucket.Id,
            Policy = bucket.Arn.Apply(AmazonPolicies.TlsOnly),
        }, new CustomResourceOptions { Parent = this, DependsOn = { access } });

        _ = new BucketLifecycleConfiguration(name, new BucketLifecycleConfigurationArgs
        {
            Bucket = bucket.Id,
            Rules = AmazonLifecycle.Rules(region.Lifecycle).ToList(),
        }, new CustomResourceOptions { Parent = this, DependsOn = { versioning } }); // Without versions the rules for older ones are refused.
        if (copy is not null)
        {
            AmazonReplication.Add(region, bucket, key, versioning, copy, this);
        }

        foreach (var file in region.MachineFiles)
        {
            _ = AmazonFile.Of($"gpuinfra-{region.Region}-{file.Root}-{file.Label}", bucket.BucketName, file.Key, file.Content, child);
        }

        BucketName = bucket.BucketName;
        BucketArn = bucket.Arn;
        ForCopies = Output.Tuple(bucket.Arn, versioning.Id).Apply(both => both.Item1);
        RegisterOutputs();
    }

    public Output<string> BucketName { get; }

    public Output<string> BucketArn { get; }

    /// <summary>The bucket, once it keeps versions: none else may be copied to.</summary>
    public Output<string> ForCopies { get; }
}
