using GpuInfra.Planning.Plans;
using Pulumi;
using Pulumi.Gcp.PubSub;

namespace GpuInfra.Infra.Google;

/// <summary>
/// Whom the watchdog works as: an account that looks and (unless it is a dry run) acts, one that may start it, one that builds it. Google
/// knows no conditions on instance groups, so the fence is the project: production's is another (decision 015).
/// </summary>
internal sealed class GoogleWatchdogIdentity : ComponentResource
{
    private static readonly string[] Look =
    [
        "compute.autoscalers.get", "compute.instanceGroupManagers.get", "compute.instances.list", "monitoring.timeSeries.create",
        "monitoring.timeSeries.list",
    ];

    private static readonly string[] Act = ["compute.autoscalers.update", "compute.instanceGroupManagers.update", "compute.instances.stop"];

    private readonly string _name;
    private readonly CustomResourceOptions _child;

    public GoogleWatchdogIdentity(RegionFleet region, Uses uses, ComponentResourceOptions options)
        : base("gpuinfra:google:WatchdogIdentity", region.Name, options)
    {
        _name = uses.Name;
        _child = new CustomResourceOptions { Parent = this };
        var acts = region.Watchdog!.Mode == ShutdownMode.Enforce;
        var grants = new GoogleGrants(region, _name, _child);
        Accounts = grants.Accounts("Watchdog", "wd", acts ? [.. Look, .. Act] : Look);

        // Its memory it may write, the switch only read.
        grants.OnObject("state", uses.Bucket, "state.json", "roles/storage.objectUser", GoogleGrants.Member(Accounts.Runner));
        grants.OnObject("switch", uses.Bucket, "switch", "roles/storage.objectViewer", GoogleGrants.Member(Accounts.Runner));
        Publisher("notices", uses.Notices, GoogleGrants.Member(Accounts.Runner));

        // What Google's own Pub/Sub needs: to sign as the caller, and to move what it cannot deliver.
        _ = new Pulumi.Gcp.ServiceAccount.IAMMember($"{_name}-sign", new Pulumi.Gcp.ServiceAccount.IAMMemberArgs
        {
            ServiceAccountId = Accounts.Caller.Name,
            Role = "roles/iam.serviceAccountTokenCreator",
            Member = uses.Messages,
        }, _child);
        Publisher("dead-letters", uses.DeadLetters, uses.Messages);
        grants.Grant("take", "roles/pubsub.subscriber", uses.Messages);

        RegisterOutputs();
    }

    /// <summary>The accounts.</summary>
    public FunctionAccounts Accounts { get; }

    private void Publisher(string use, Output<string> topic, Output<string> member) => _ = new TopicIAMMember(
        $"{_name}-{use}",
        new TopicIAMMemberArgs { Topic = topic, Role = "roles/pubsub.publisher", Member = member },
        _child);

    /// <summary>What the accounts are granted on.</summary>
    /// <param name="Name">The watchdog's name.</param>
    /// <param name="Bucket">Its bucket.</param>
    /// <param name="DeadLetters">The topic of what could not be delivered.</param>
    /// <param name="Notices">The topic of its notices.</param>
    /// <param name="Messages">Google's own account for Pub/Sub, as a member.</param>
    internal sealed record Uses(string Name, Output<string> Bucket, Output<string> DeadLetters, Output<string> Notices, Output<string> Messages);
}
