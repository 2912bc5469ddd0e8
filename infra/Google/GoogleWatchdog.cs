using System.Text;
using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Gcp.CloudFunctionsV2;
using Pulumi.Gcp.CloudScheduler;
using Pulumi.Gcp.CloudScheduler.Inputs;
using Pulumi.Gcp.PubSub;
using Pulumi.Gcp.PubSub.Inputs;
using Pulumi.Gcp.Storage;

namespace GpuInfra.Infra.Google;

/// <summary>
/// Takes idle machines of a region out of service: a function, started every quarter of an hour by a message, one at a time, with its
/// memory and kill switch in a bucket, its notices, and the messages that could not be delivered, all under the region's key.
/// </summary>
internal sealed class GoogleWatchdog : ComponentResource
{
    private const string Week = "604800s";

    /// <summary>Longer than the function may take.</summary>
    private const int DeliverySeconds = 180;

    private readonly RegionFleet _region;
    private readonly GoogleKey _key;
    private readonly string _name;
    private readonly CustomResourceOptions _child;

    public GoogleWatchdog(RegionFleet region, GoogleKey key, ComponentResourceOptions options)
        : base("gpuinfra:google:Watchdog", region.Name, options)
    {
        (_region, _key) = (region, key);
        _name = Names.Fit($"gpuinfra-{region.Region}-watchdog", Names.GoogleAutoName);
        _child = new CustomResourceOptions { Parent = this };
        var bucket = GoogleFunction.Bucket(region, _name, key, _child);
        var (ticks, letters, notices) = (Topic("ticks"), Topic("dead-letters"), Topic("notices"));
        var identity = new GoogleWatchdogIdentity(
            region, new GoogleWatchdogIdentity.Uses(_name, bucket.Name, letters.Id, notices.Id, key.Messages!), new ComponentResourceOptions { Parent = this });
        var function = Program(bucket, notices, identity);
        Start(function, ticks, letters, identity);
        var kept = new Subscription(Fit("dead-letters"), new SubscriptionArgs
        {
            Topic = letters.Id,
            MessageRetentionDuration = Week,
            ExpirationPolicy = new SubscriptionExpirationPolicyArgs { Ttl = "" }, // Never, however long nothing goes wrong.
            Labels = region.Tags.Shared.Labels,
        }, _child);
        GoogleWatchdogAlarms.Add(_name, region, function.Name, kept.Name, this);
        RegisterOutputs();
    }

    private Function Program(Bucket bucket, Topic notices, GoogleWatchdogIdentity identity)
    {
        var files = WatchdogSource.Files(_region, ("gcp.py", "main.py"));
        files["requirements.txt"] = EmbeddedText.Read("watchdog/requirements.txt");
        var source = new BucketObject(Fit("source"), new BucketObjectArgs
        {
            Bucket = bucket.Name,
            Name = $"source-{FunctionFiles.Hash(files)}.zip", // A function is built anew when its source's name changes.
            Source = FunctionFiles.Archive(files),
        }, _child);

        // Both are there from the start, and never written again from here: the one is the watchdog's, the other people's.
        Kept("state", "state.json", "{}");
        Kept("switch", "switch", "on");
        return GoogleFunction.Of(
            _region,
            _name,
            $"Takes idle GPU machines out of service ({_region.Watchdog!.Mode.Name()})",
            bucket.Name,
            source,
            identity.Accounts,
            new InputMap<string> { ["TOPIC"] = notices.Id },
            _child);

        void Kept(string name, string path, string content) => _ = new BucketObject(
            Fit(name),
            new BucketObjectArgs { Bucket = bucket.Name, Name = path, Content = content, ContentType = "text/plain" },
            new CustomResourceOptions { Parent = this, IgnoreChanges = { "content", "detectMd5hash" } });
    }

    private void Start(Function function, Topic ticks, Topic letters, GoogleWatchdogIdentity identity)
    {
        _ = new Job(_name, new JobArgs
        {
            Region = _region.Region,
            Description = "Starts the watchdog",
            Schedule = FormattableString.Invariant($"*/{WatchdogSource.PeriodMinutes} * * * *"),
            TimeZone = "Etc/UTC",
            PubsubTarget = new JobPubsubTargetArgs { TopicName = ticks.Id, Data = Convert.ToBase64String(Encoding.UTF8.GetBytes("tick")) },
        }, _child);
        _ = new Subscription(_name, new SubscriptionArgs
        {
            Topic = ticks.Id,
            AckDeadlineSeconds = DeliverySeconds,
            MessageRetentionDuration = "600s", // A tick that comes late is of no use: the next is on its way.
            ExpirationPolicy = new SubscriptionExpirationPolicyArgs { Ttl = "" },
            PushConfig = new SubscriptionPushConfigArgs
            {
                PushEndpoint = function.Url,
                OidcToken = new SubscriptionPushConfigOidcTokenArgs { ServiceAccountEmail = identity.Accounts.Caller.Email },
            },
            RetryPolicy = new SubscriptionRetryPolicyArgs { MinimumBackoff = "60s", MaximumBackoff = "300s" },
            DeadLetterPolicy = new SubscriptionDeadLetterPolicyArgs { DeadLetterTopic = letters.Id, MaxDeliveryAttempts = 5 },
            Labels = _region.Tags.Shared.Labels,
        }, _child);
    }

    private Topic Topic(string use) => new(Fit(use), new TopicArgs { KmsKeyName = _key.ForMessages!, Labels = _region.Tags.Shared.Labels }, _child);

    private string Fit(string use) => Names.Fit($"{_name}-{use}", Names.GoogleAutoName);
}
