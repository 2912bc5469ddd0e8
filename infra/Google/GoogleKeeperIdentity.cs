using Pulumi;

namespace GpuInfra.Infra.Google;

/// <summary>
/// Whom the keeper works as: an account that looks and tells figures, one that may start it, one that builds it. Only where pools follow load may the first change
/// autoscalers and groups, which is how launches and repairs stop; only there and where broken machines are replaced may it change groups. Google knows no condition on which, nor on what
/// is changed, so that is the code's, which is told its groups by name. It has no right to a machine itself.
/// </summary>
internal sealed class GoogleKeeperIdentity : ComponentResource
{
    private static readonly string[] Look =
    [
        "compute.autoscalers.get", "compute.instanceGroupManagers.get", "compute.instances.list", "compute.zoneOperations.list", "monitoring.timeSeries.create",
        "monitoring.timeSeries.list",
    ];

    private static readonly string[] StopLaunches = ["compute.autoscalers.update"];

    /// <summary>Ends Google's repairs where launches are stopped, and has a broken machine made anew. The same right would delete a group's machines.</summary>
    private static readonly string[] ChangeGroups = ["compute.instanceGroupManagers.update"];

    /// <param name="region">The region.</param>
    /// <param name="name">The keeper's name.</param>
    /// <param name="bucket">The bucket that its program is in.</param>
    /// <param name="options">Whose it is.</param>
    public GoogleKeeperIdentity(RegionFleet region, string name, Output<string> bucket, ComponentResourceOptions options)
        : base("gpuinfra:google:KeeperIdentity", region.Name, options)
    {
        var child = new CustomResourceOptions { Parent = this };
        var grants = new GoogleGrants(region, name, child);
        var follows = region.Pools.Any(pool => pool.Load is not null);
        Accounts = grants.Accounts("Keeper", "kp", [.. Look, .. follows ? StopLaunches : [], .. follows || region.Pools.Any(pool => pool.Replaces) ? ChangeGroups : []]);
        grants.OnObject("counted-from", bucket, GoogleKeeper.CountedFrom, "roles/storage.objectViewer", GoogleGrants.Member(Accounts.Runner));
        RegisterOutputs();
    }

    /// <summary>The accounts.</summary>
    public FunctionAccounts Accounts { get; }
}
