using GpuInfra.Planning.Plans;
using Pulumi;
using Pulumi.Gcp.PubSub;

namespace GpuInfra.Infra.Google;

/// <summary>
/// Whom the budget halt works as: an account that looks and (unless it is a dry run) acts, one that may start it, one that builds it. It has no right on billing. Google knows
/// no conditions on instance groups, so that it halts the plan's pools alone is the code's; in production it may turn autoscalers off and resize nothing.
/// </summary>
internal sealed class GoogleHaltIdentity : ComponentResource
{
    private static readonly string[] Look =
        ["compute.autoscalers.get", "compute.instanceGroupManagers.list", "compute.instanceTemplates.get", "monitoring.timeSeries.create"];

    private static readonly string[] Hold = ["compute.autoscalers.update"];

    private static readonly string[] Resize = ["compute.instanceGroupManagers.update"];

    /// <param name="region">The region.</param>
    /// <param name="name">The halt's name.</param>
    /// <param name="bucket">Its bucket.</param>
    /// <param name="deadLetters">The topic of what could not be delivered.</param>
    /// <param name="messages">Google's own account for Pub/Sub, as a member.</param>
    /// <param name="options">Whose it is.</param>
    public GoogleHaltIdentity(RegionFleet region, string name, Output<string> bucket, Output<string> deadLetters, Output<string> messages, ComponentResourceOptions options)
        : base("gpuinfra:google:HaltIdentity", region.Name, options)
    {
        var child = new CustomResourceOptions { Parent = this };
        var grants = new GoogleGrants(region, name, child);
        string[] act = region.Environment == DeploymentEnvironment.Prod ? Hold : [.. Hold, .. Resize];
        Accounts = grants.Accounts("Halt", "bh", region.Halt!.Acts ? [.. Look, .. act] : Look);

        // Its memory it may write, the switch only read.
        grants.OnObject("state", bucket, "state.json", "roles/storage.objectUser", GoogleGrants.Member(Accounts.Runner));
        grants.OnObject("switch", bucket, "switch", "roles/storage.objectViewer", GoogleGrants.Member(Accounts.Runner));

        // What Google's own Pub/Sub needs: to sign as the caller, and to move what it cannot deliver.
        _ = new Pulumi.Gcp.ServiceAccount.IAMMember($"{name}-sign", new Pulumi.Gcp.ServiceAccount.IAMMemberArgs
        {
            ServiceAccountId = Accounts.Caller.Name,
            Role = "roles/iam.serviceAccountTokenCreator",
            Member = messages,
        }, child);
        _ = new TopicIAMMember($"{name}-dead-letters", new TopicIAMMemberArgs { Topic = deadLetters, Role = "roles/pubsub.publisher", Member = messages }, child);
        grants.Grant("take", "roles/pubsub.subscriber", messages);
        RegisterOutputs();
    }

    /// <summary>The accounts.</summary>
    public FunctionAccounts Accounts { get; }
}
