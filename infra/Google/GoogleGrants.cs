using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Gcp.Projects;
using Pulumi.Gcp.ServiceAccount;
using Pulumi.Gcp.Storage;
using StorageInputs = Pulumi.Gcp.Storage.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>Whom a function works as.</summary>
/// <param name="Runner">The account that it runs as.</param>
/// <param name="Caller">The account that may start it.</param>
/// <param name="Builder">The account that builds it.</param>
internal sealed record FunctionAccounts(Account Runner, Account Caller, Account Builder);

/// <summary>Accounts of a function and what they are granted.</summary>
/// <param name="region">The region.</param>
/// <param name="name">What their names begin with.</param>
/// <param name="options">Whose they are.</param>
internal sealed class GoogleGrants(RegionFleet region, string name, CustomResourceOptions options)
{
    /// <summary>An account as a member of policies.</summary>
    public static Output<string> Member(Account account) => Output.Format($"serviceAccount:{account.Email}");

    /// <summary>The accounts of a function: one that runs with some rights on the fleet, one that may start it, one that builds it.</summary>
    /// <param name="what">What the function is, as <c>Watchdog</c>.</param>
    /// <param name="prefix">The beginning of the accounts' ids, which must be short.</param>
    /// <param name="permissions">What the first may do in the project.</param>
    public FunctionAccounts Accounts(string what, string prefix, IEnumerable<string> permissions)
    {
        var (runner, caller, builder) = (Account("runner", prefix), Account("caller", $"{prefix}c"), Account("builder", $"{prefix}b"));
        var role = new IAMCustomRole(name, new IAMCustomRoleArgs
        {
            Project = region.Account,
            RoleId = $"{what.ToLowerInvariant()}_{region.Settings.Stack}_{region.Region}".Replace('-', '_'),
            Title = $"{what} of {region.Settings.Project}/{region.Settings.Stack} in {region.Region}",
            Permissions = permissions.ToList(),
        }, options);
        Grant("fleet", role.Name, Member(runner));
        Grant("start", "roles/run.invoker", Member(caller));
        Grant("build", "roles/cloudbuild.builds.builder", Member(builder));
        return new FunctionAccounts(runner, caller, builder);

        Account Account(string use, string id) => new($"{name}-{use}", new AccountArgs
        {
            AccountId = Names.Fit($"{id}-{region.Settings.Stack.ToLowerInvariant()}-{region.Region}", Names.GoogleAccountId),
            DisplayName = $"{what} ({use}) of {region.Settings.Project}/{region.Settings.Stack} in {region.Region}",
        }, options);
    }

    /// <summary>A role on the project.</summary>
    public void Grant(string use, Input<string> role, Output<string> member) => _ = new Pulumi.Gcp.Projects.IAMMember(
        $"{name}-{use}",
        new Pulumi.Gcp.Projects.IAMMemberArgs { Project = region.Account, Role = role, Member = member },
        options);

    /// <summary>A role on one object of a bucket.</summary>
    public void OnObject(string use, Output<string> bucket, string path, string role, Output<string> member) => _ = new BucketIAMMember($"{name}-{use}", new BucketIAMMemberArgs
    {
        Bucket = bucket,
        Role = role,
        Member = member,
        Condition = new StorageInputs.BucketIAMMemberConditionArgs
        {
            Title = $"only {path}",
            Expression = Output.Format($"resource.name == \"projects/_/buckets/{bucket}/objects/{path}\""),
        },
    }, options);
}
