using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Gcp.CloudFunctionsV2;
using Pulumi.Gcp.PubSub;
using Pulumi.Gcp.PubSub.Inputs;
using Pulumi.Gcp.Storage;

namespace GpuInfra.Infra.Google;

/// <summary>
/// Halts the plan's named pools when a budget is used up: a function that takes the messages of billing's budgets, one at a time, with its memory and kill switch in a bucket,
/// its notices, and the messages that could not be delivered. It never touches billing itself.
/// </summary>
internal sealed class GoogleHalt : ComponentResource
{
    private const string Week = "604800s";

    /// <summary>Longer than the function may take.</summary>
    private const int DeliverySeconds = 180;

    private readonly RegionFleet _region;
    private readonly GoogleKey _key;
    private readonly string _name;
    private readonly CustomResourceOptions _child;
    private readonly Function _function;
    private readonly Topic _letters;
    private readonly GoogleHaltIdentity _identity;

    public GoogleHalt(RegionFleet region, GoogleKey key, ComponentResourceOptions options)
        : base("gpuinfra:google:Halt", region.Name, options)
    {
        (_region, _key) = (region, key);
        _name = Names.Fit($"gpuinfra-{region.Region}-halt", Names.GoogleAutoName);
        _child = new CustomResourceOptions { Parent = this };
        var bucket = GoogleFunction.Bucket(region, _name, key, new CustomResourceOptions { Parent = this, Protect = region.Protect });
        _letters = new Topic(Fit("dead-letters"), new TopicArgs { KmsKeyName = key.ForMessages!, Labels = region.Tags.Shared.Labels }, _child);
        _identity = new GoogleHaltIdentity(region, _name, bucket.Name, _letters.Id, key.Messages!, new ComponentResourceOptions { Parent = this });
        _function = Program(bucket);
        var kept = new Subscription(Fit("dead-letters"), new SubscriptionArgs
        {
            Topic = _letters.Id,
            MessageRetentionDuration = Week,
            ExpirationPolicy = new SubscriptionExpirationPolicyArgs { Ttl = "" }, // Never, however long nothing goes wrong.
            Labels = region.Tags.Shared.Labels,
        }, _child);
        Alarms(kept);
        RegisterOutputs();
    }

    /// <summary>Has the function take the messages of a topic.</summary>
    public void Take(string name, Output<string> topic, CustomResourceOptions options) => _ = new Subscription(name, new SubscriptionArgs
    {
        Topic = topic,
        AckDeadlineSeconds = DeliverySeconds,
        MessageRetentionDuration = "86400s", // The next message of a budget is hours away, and a day's ends its day.
        ExpirationPolicy = new SubscriptionExpirationPolicyArgs { Ttl = "" },
        PushConfig = new SubscriptionPushConfigArgs
        {
            PushEndpoint = _function.Url,
            OidcToken = new SubscriptionPushConfigOidcTokenArgs { ServiceAccountEmail = _identity.Accounts.Caller.Email },
        },
        RetryPolicy = new SubscriptionRetryPolicyArgs { MinimumBackoff = "60s", MaximumBackoff = "300s" },
        DeadLetterPolicy = new SubscriptionDeadLetterPolicyArgs { DeadLetterTopic = _letters.Id, MaxDeliveryAttempts = 10 },
        Labels = _region.Tags.Shared.Labels,
    }, options);

    private Function Program(Bucket bucket)
    {
        var files = HaltSource.Files(_region);
        var source = new BucketObject(Fit("source"), new BucketObjectArgs
        {
            Bucket = bucket.Name,
            Name = $"source-{FunctionFiles.Hash(files)}.zip", // A function is built anew when its source's name changes.
            Source = FunctionFiles.Archive(files),
        }, _child);

        // Both are there from the start, and never written again from here: the one is the function's, the other people's.
        Kept("state", "state.json", "{}");
        Kept("switch", "switch", "on");
        return GoogleFunction.Of(
            _region,
            _name,
            $"Halts pools of used-up budgets ({_region.Halt!.Wish.Mode.Name()})",
            bucket.Name,
            source,
            _identity.Accounts,
            new InputMap<string> { ["REGIONS"] = string.Join(',', _region.Halt.Regions) },
            _child);

        void Kept(string name, string path, string content) => _ = new BucketObject(
            Fit(name),
            new BucketObjectArgs { Bucket = bucket.Name, Name = path, Content = content, ContentType = "text/plain" },
            new CustomResourceOptions { Parent = this, IgnoreChanges = { "content", "detectMd5hash" } });
    }

    private void Alarms(Subscription kept)
    {
        var alarms = new GoogleAlarms(_name, _region, "budget-halt", _region.Halt!.Pools, this);
        alarms.OnFigures("silent", "No message of a budget has been taken for a day", $"absent_over_time(custom_googleapis_com:gpuinfra_halt_runs{{stack=\"{TagSet.Label(_region.Settings.Stack)}\"}}[24h])");
        alarms.OnFigures("dead-letters", "A message of a budget was given up", Output.Format(
            $"max_over_time(pubsub_googleapis_com:subscription_num_undelivered_messages{{subscription_id=\"{kept.Name}\"}}[15m]) > 0"));
        alarms.OnNotices("notices", "Pools were halted, or would be", _function.Name);
    }

    private string Fit(string use) => Names.Fit($"{_name}-{use}", Names.GoogleAutoName);
}
