using GpuInfra.Planning.Plans;
using Pulumi;
using Pulumi.Gcp.Projects;
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
        var runner = grants.Account("runner", "wd", "Watchdog");
        var caller = grants.Account("caller", "wdc", "Watchdog");
        var builder = grants.Account("builder", "wdb", "Watchdog");
        var role = new IAMCustomRole(_name, new IAMCustomRoleArgs
        {
            Project = region.Account,
            RoleId = $"watchdog_{region.Settings.Stack}_{region.Region}".Replace('-', '_'),
            Title = $"Watchdog of {region.Settings.Project}/{region.Settings.Stack} in {region.Region}",
            Permissions = acts ? [.. Look, .. Act] : [.. Look],
        }, _child);
        grants.Grant("fleet", role.Name, GoogleGrants.Member(runner));
        grants.Grant("start", "roles/run.invoker", GoogleGrants.Member(caller));
        grants.Grant("build", "roles/cloudbuild.builds.builder", GoogleGrants.Member(builder));

        // Its memory it may write, the switch only read.
        grants.OnObject("state", uses.Bucket, "state.json", "roles/storage.objectUser", GoogleGrants.Member(runner));
        grants.OnObject("switch", uses.Bucket, "switch", "roles/storage.objectViewer", GoogleGrants.Member(runner));
        Publisher("notices", uses.Notices, GoogleGrants.Member(runner));

        // What Google's own Pub/Sub needs: to sign as the caller, and to move what it cannot deliver.
        _ = new Pulumi.Gcp.ServiceAccount.IAMMember($"{_name}-sign", new Pulumi.Gcp.ServiceAccount.IAMMemberArgs
        {
            ServiceAccountId = caller.Name,
            Role = "roles/iam.serviceAccountTokenCreator",
            Member = uses.Messages,
        }, _child);
        Publisher("dead-letters", uses.DeadLetters, uses.Messages);
        grants.Grant("take", "roles/pubsub.subscriber", uses.Messages);

        (Runner, Caller, Builder) = (runner.Email, caller.Email, builder.Name);
        RegisterOutputs();
    }

    /// <summary>The mail address of the account that the function runs as.</summary>
    public Output<string> Runner { get; }

    /// <summary>The mail address of the account that may start it.</summary>
    public Output<string> Caller { get; }

    /// <summary>The name of the account that builds it.</summary>
    public Output<string> Builder { get; }

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
