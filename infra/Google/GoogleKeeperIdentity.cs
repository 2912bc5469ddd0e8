using Pulumi;
using Pulumi.Gcp.Projects;

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
        var runner = grants.Account("runner", "kp", "Keeper");
        var caller = grants.Account("caller", "kpc", "Keeper");
        var builder = grants.Account("builder", "kpb", "Keeper");
        var role = new IAMCustomRole(name, new IAMCustomRoleArgs
        {
            Project = region.Account,
            RoleId = $"keeper_{region.Settings.Stack}_{region.Region}".Replace('-', '_'),
            Title = $"Keeper of {region.Settings.Project}/{region.Settings.Stack} in {region.Region}",
            Permissions = region.Pools.Any(pool => pool.Load is not null) ? [.. Look, .. StopLaunches] : [.. Look],
        }, child);
        grants.Grant("fleet", role.Name, GoogleGrants.Member(runner));
        grants.Grant("start", "roles/run.invoker", GoogleGrants.Member(caller));
        grants.Grant("build", "roles/cloudbuild.builds.builder", GoogleGrants.Member(builder));
        grants.OnObject("counted-from", bucket, GoogleKeeper.CountedFrom, "roles/storage.objectViewer", GoogleGrants.Member(runner));
        (Runner, Caller, Builder) = (runner.Email, caller.Email, builder.Name);
        RegisterOutputs();
    }

    /// <summary>The mail address of the account that the function runs as.</summary>
    public Output<string> Runner { get; }

    /// <summary>The mail address of the account that may start it.</summary>
    public Output<string> Caller { get; }

    /// <summary>The name of the account that builds it.</summary>
    public Output<string> Builder { get; }
}
