using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Gcp.CloudFunctionsV2;
using Pulumi.Gcp.CloudFunctionsV2.Inputs;
using Pulumi.Gcp.Storage;

namespace GpuInfra.Infra.Google;

/// <summary>A function that looks after machines, one run at a time, built from an archive in a bucket.</summary>
internal static class GoogleFunction
{
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
