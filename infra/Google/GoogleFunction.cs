using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Gcp.CloudFunctionsV2;
using Pulumi.Gcp.CloudFunctionsV2.Inputs;
using Pulumi.Gcp.PubSub;
using Pulumi.Gcp.PubSub.Inputs;
using Pulumi.Gcp.Storage;
using StorageInputs = Pulumi.Gcp.Storage.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>A function that looks after machines, one run at a time, built from an archive in a bucket.</summary>
internal static class GoogleFunction
{
    private const string Week = "604800s";

    /// <summary>Longer than a function may take.</summary>
    private const int DeliverySeconds = 180;

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

    /// <summary>One with a bucket of its own, for its program, its memory and the switch by which people turn it off.</summary>
    /// <param name="region">The region.</param>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="bucket">Its bucket.</param>
    /// <param name="files">Its program.</param>
    /// <param name="accounts">Whom it runs as, and who builds it.</param>
    /// <param name="variables">Its environment.</param>
    /// <param name="child">Whose it is.</param>
    public static Function WithMemory(
        RegionFleet region, string name, string description, Bucket bucket, SortedDictionary<string, string> files, FunctionAccounts accounts, InputMap<string> variables, CustomResourceOptions child)
    {
        var source = new BucketObject(Fit(name, "source"), new BucketObjectArgs
        {
            Bucket = bucket.Name,
            Name = $"source-{FunctionFiles.Hash(files)}.zip", // A function is built anew when its source's name changes.
            Source = FunctionFiles.Archive(files),
        }, child);

        // Both are there from the start, and never written again from here: the one is the function's, the other people's.
        Kept("state", "state.json", "{}");
        Kept("switch", "switch", "on");
        return Of(region, name, description, bucket.Name, source, accounts, variables, child);

        void Kept(string use, string path, string content) => _ = new BucketObject(
            Fit(name, use),
            new BucketObjectArgs { Bucket = bucket.Name, Name = path, Content = content, ContentType = "text/plain" },
            new CustomResourceOptions { Parent = child.Parent, IgnoreChanges = { "content", "detectMd5hash" } });
    }

    /// <summary>Has a function take the messages of a topic.</summary>
    /// <param name="region">The region.</param>
    /// <param name="name">What takes them is called so.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="function">The function.</param>
    /// <param name="caller">Whom it is called as.</param>
    /// <param name="letters">Where messages go that could not be delivered.</param>
    /// <param name="keptSeconds">Seconds after which a message is of no use.</param>
    /// <param name="attempts">Deliveries that are tried.</param>
    /// <param name="options">Whose it is.</param>
    public static void Take(
        RegionFleet region, string name, Output<string> topic, Function function, Output<string> caller, Topic letters, int keptSeconds, int attempts, CustomResourceOptions options)
    {
        _ = new Subscription(name, new SubscriptionArgs
        {
            Topic = topic,
            AckDeadlineSeconds = DeliverySeconds,
            MessageRetentionDuration = FormattableString.Invariant($"{keptSeconds}s"),
            ExpirationPolicy = new SubscriptionExpirationPolicyArgs { Ttl = "" },
            PushConfig = new SubscriptionPushConfigArgs
            {
                PushEndpoint = function.Url,
                OidcToken = new SubscriptionPushConfigOidcTokenArgs { ServiceAccountEmail = caller },
            },
            RetryPolicy = new SubscriptionRetryPolicyArgs { MinimumBackoff = "60s", MaximumBackoff = "300s" },
            DeadLetterPolicy = new SubscriptionDeadLetterPolicyArgs { DeadLetterTopic = letters.Id, MaxDeliveryAttempts = attempts },
            Labels = region.Tags.Shared.Labels,
        }, options);
    }

    /// <summary>Keeps messages that could not be delivered.</summary>
    /// <param name="region">The region.</param>
    /// <param name="name">The function's name.</param>
    /// <param name="letters">Where they go.</param>
    /// <param name="child">Whose it is.</param>
    public static Subscription Keep(RegionFleet region, string name, Topic letters, CustomResourceOptions child) => new(Fit(name, "dead-letters"), new SubscriptionArgs
    {
        Topic = letters.Id,
        MessageRetentionDuration = Week,
        ExpirationPolicy = new SubscriptionExpirationPolicyArgs { Ttl = "" }, // Never, however long nothing goes wrong.
        Labels = region.Tags.Shared.Labels,
    }, child);

    /// <summary>A topic of a function.</summary>
    /// <param name="region">The region.</param>
    /// <param name="name">The function's name.</param>
    /// <param name="use">What it is for.</param>
    /// <param name="key">What encrypts its messages.</param>
    /// <param name="child">Whose it is.</param>
    public static Topic Topic(RegionFleet region, string name, string use, GoogleKey key, CustomResourceOptions child) =>
        new(Fit(name, use), new TopicArgs { KmsKeyName = key.ForMessages!, Labels = region.Tags.Shared.Labels }, child);

    private static string Fit(string name, string use) => Names.Fit($"{name}-{use}", Names.GoogleAutoName);
}
