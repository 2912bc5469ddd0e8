using Pulumi;

namespace GpuInfra.Infra.Google;

/// <summary>
/// Whom the keeper works as: an account that looks and tells figures, one that may start it, one that builds it. Only where pools follow load may the first change
/// autoscalers, which is how launches stop; Google knows no condition on which, so that is the code's, which is told its groups by name. It may resize no group and
/// neither delete nor stop a machine.
/// </summary>
internal sealed class GoogleKeeperIdentity : ComponentResource
{
    private static readonly string[] Look =
    [
        "compute.autoscalers.get", "compute.instanceGroupManagers.get", "compute.instances.list", "compute.zoneOperations.list", "monitoring.timeSeries.create",
        "monitoring.timeSeries.list",
    ];

    private static readonly string[] StopLaunches = ["compute.autoscalers.update"];

    /// <param name="region">The region.</param>
    /// <param name="name">The keeper's name.</param>
    /// <param name="bucket">The bucket that its program is in.</param>
    /// <param name="options">Whose it is.</param>
    public GoogleKeeperIdentity(RegionFleet region, string name, Output<string> bucket, ComponentResourceOptions options)
        : base("gpuinfra:google:KeeperIdentity", region.Name, options)
    {
        var child = new CustomResourceOptions { Parent = this };
        var grants = new GoogleGrants(region, name, child);
        Accounts = grants.Accounts("Keeper", "kp", region.Pools.Any(pool => pool.Load is not null) ? [.. Look, .. StopLaunches] : Look);
        grants.OnObject("counted-from", bucket, GoogleKeeper.CountedFrom, "roles/storage.objectViewer", GoogleGrants.Member(Accounts.Runner));
        RegisterOutputs();
    }

    /// <summary>The accounts.</summary>
    public FunctionAccounts Accounts { get; }
}
