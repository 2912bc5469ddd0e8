using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Gcp.CloudFunctionsV2;
using Pulumi.Gcp.CloudFunctionsV2.Inputs;
using Pulumi.Gcp.Storage;
using StorageInputs = Pulumi.Gcp.Storage.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>A function that looks after machines, one run at a time, built from an archive in a bucket.</summary>
internal static class GoogleFunction
{
    /// <summary>A bucket for a function's program and for its memory, which is written anew at every run: older versions end as the region's do.</summary>
    /// <param name="region">The region.</param>
    /// <param name="name">Its name.</param>
    /// <param name="key">What encrypts it.</param>
    /// <param name="options">Whose it is.</param>
    public static Bucket Bucket(RegionFleet region, string name, GoogleKey key, CustomResourceOptions options) => new(name, new BucketArgs
    {
        Location = region.Region.ToUpperInvariant(),
        UniformBucketLevelAccess = true,
        PublicAccessPrevention = "enforced",
        Versioning = new StorageInputs.BucketVersioningArgs { Enabled = true },
        LifecycleRules = GoogleLifecycle.Rules(region.Lifecycle with { Rules = [] }).ToList(),
        Encryption = new StorageInputs.BucketEncryptionArgs { DefaultKmsKeyName = key.ForWeights },
        ForceDestroy = !region.Protect,
        Labels = region.Tags.Shared.Labels,
    }, options);

    /// <param name="region">The region.</param>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="bucket">The bucket that its program and its memory are in.</param>
    /// <param name="source">Its program there; another program is another object, for which a function is built anew.</param>
    /// <param name="accounts">Whom it runs as, and who builds it.</param>
    /// <param name="variables">Its environment beside project, region, stack and bucket.</param>
    /// <param name="child">Whose it is.</param>
    public static Function Of(
        RegionFleet region, string name, string description, Output<string> bucket, BucketObject source, FunctionAccounts accounts, InputMap<string> variables, CustomResourceOptions child)
    {
        variables.Add("PROJECT", region.Account);
        variables.Add("REGION", region.Region);
        variables.Add("STACK", TagSet.Label(region.Settings.Stack));
        variables.Add("BUCKET", bucket);
        return new Function(name, new FunctionArgs
        {
            Location = region.Region,
            Description = description,
            BuildConfig = new FunctionBuildConfigArgs
            {
                Runtime = "python313",
                EntryPoint = "main",
                ServiceAccount = accounts.Builder.Name,
                Source = new FunctionBuildConfigSourceArgs
                {
                    StorageSource = new FunctionBuildConfigSourceStorageSourceArgs { Bucket = bucket, Object = source.Name },
                },
            },
            ServiceConfig = new FunctionServiceConfigArgs
            {
                ServiceAccountEmail = accounts.Runner.Email,
                IngressSettings = "ALLOW_INTERNAL_ONLY", // Scheduler and Pub/Sub of the same project count as internal.
                TimeoutSeconds = 120,
                AvailableMemory = "256M",
                MaxInstanceCount = 1, // Two at once would count machines twice.
                MaxInstanceRequestConcurrency = 1,
                EnvironmentVariables = variables,
            },
            Labels = region.Tags.Shared.Labels,
        }, child);
    }
}
