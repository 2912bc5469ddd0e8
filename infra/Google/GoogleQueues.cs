using System.Collections.Immutable;
using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Gcp.PubSub;
using Pulumi.Gcp.PubSub.Inputs;
using Pulumi.Gcp.Storage;
using StorageInputs = Pulumi.Gcp.Storage.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>
/// The queues of a region's batch servings, each with one for jobs that nobody could finish, under the region's key, and an alert that tells the owners of
/// jobs that were put aside. Machines may take from these queues and write below the bucket's jobs, and nothing else besides.
/// </summary>
internal sealed class GoogleQueues : ComponentResource
{
    /// <summary>Messages that no machine has finished, in the hours in which they may run; none outside them. The keeper tells it: no schedule limits how large an autoscaler may make a group.</summary>
    public const string JobsInTheirHours = "custom.googleapis.com/gpuinfra/jobs";

    private const string Week = "604800s";

    /// <summary>Times that a job is begun before it is put aside. Each spot machine that is taken away counts as one.</summary>
    private const int MostBegun = 20;

    private readonly RegionFleet _region;
    private readonly GoogleKey _key;
    private readonly CustomResourceOptions _child;

    /// <param name="region">The region.</param>
    /// <param name="key">Its key.</param>
    /// <param name="weights">Its bucket.</param>
    /// <param name="machines">Who takes jobs, as a member of policies.</param>
    /// <param name="options">Whose they are.</param>
    public GoogleQueues(RegionFleet region, GoogleKey key, GoogleWeights weights, Output<string> machines, ComponentResourceOptions options)
        : base("gpuinfra:google:Queues", region.Name, options)
    {
        (_region, _key, _child) = (region, key, new CustomResourceOptions { Parent = this });
        var prefix = $"gpuinfra-{region.Region}";
        foreach (var folder in RunnerSource.Folders(region.Trains))
        {
            _ = new BucketIAMMember($"{region.Name}-{folder}", new BucketIAMMemberArgs
            {
                Bucket = weights.BucketName,
                Role = "roles/storage.objectUser",
                Member = machines,
                Condition = new StorageInputs.BucketIAMMemberConditionArgs
                {
                    Title = $"only below {folder}",
                    Expression = Output.Format($"resource.name.startsWith(\"projects/_/buckets/{weights.BucketName}/objects/{folder}/\")"),
                },
            }, _child);
        }

        var alarms = new GoogleAlarms(
            Names.Fit($"{prefix}-jobs", Names.GoogleAutoName), region, "jobs", region.Pools.Where(pool => pool.Queue is not null).Select(pool => pool.Pool), this);
        ByServing = region.QueuedServings.ToImmutableSortedDictionary(serving => serving, serving => Make($"{prefix}-{serving}", machines, alarms), StringComparer.Ordinal);
        RegisterOutputs();
    }

    /// <summary>The name of the subscription of each serving that takes jobs.</summary>
    public ImmutableSortedDictionary<string, Output<string>> ByServing { get; }

    private Output<string> Make(string name, Output<string> machines, GoogleAlarms alarms)
    {
        var (jobs, aside) = (Topic(name), Topic($"{name}-aside"));
        var kept = new Subscription(Fit($"{name}-aside"), new SubscriptionArgs
        {
            Topic = aside.Id,
            MessageRetentionDuration = Week,
            ExpirationPolicy = new SubscriptionExpirationPolicyArgs { Ttl = "" },
            Labels = _region.Tags.Shared.Labels,
        }, _child);
        var queue = new Subscription(Fit(name), new SubscriptionArgs
        {
            Topic = jobs.Id,
            AckDeadlineSeconds = RunnerSource.LeaseSeconds,
            MessageRetentionDuration = Week,
            ExpirationPolicy = new SubscriptionExpirationPolicyArgs { Ttl = "" }, // Never, however long there is no job.
            RetryPolicy = new SubscriptionRetryPolicyArgs { MinimumBackoff = "10s", MaximumBackoff = "60s" },
            DeadLetterPolicy = new SubscriptionDeadLetterPolicyArgs { DeadLetterTopic = aside.Id, MaxDeliveryAttempts = MostBegun },
            Labels = _region.Tags.Shared.Labels,
        }, _child);
        Take("take", machines);

        // What Google's own Pub/Sub needs to move what it cannot deliver.
        Take("move", _key.Messages!);
        _ = new TopicIAMMember(Fit($"{name}-aside"), new TopicIAMMemberArgs { Topic = aside.Id, Role = "roles/pubsub.publisher", Member = _key.Messages! }, _child);
        alarms.OnFigures(
            "aside",
            "Jobs were put aside: nobody could finish them",
            Output.Format($"max_over_time(pubsub_googleapis_com:subscription_num_undelivered_messages{{subscription_id=\"{kept.Name}\"}}[15m]) > 0"),
            of: name);
        return queue.Name;

        void Take(string use, Output<string> member) => _ = new SubscriptionIAMMember(
            Fit($"{name}-{use}"), new SubscriptionIAMMemberArgs { Subscription = queue.Name, Role = "roles/pubsub.subscriber", Member = member }, _child);
    }

    private Topic Topic(string name) => new(Fit(name), new TopicArgs { KmsKeyName = _key.ForMessages!, Labels = _region.Tags.Shared.Labels }, _child);

    private static string Fit(string name) => Names.Fit(name, Names.GoogleAutoName);
}
