using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Gcp.ServiceAccount;
using Pulumi.Gcp.Storage;
using StorageInputs = Pulumi.Gcp.Storage.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>Accounts of a function and what they are granted.</summary>
/// <param name="region">The region.</param>
/// <param name="name">What their names begin with.</param>
/// <param name="options">Whose they are.</param>
internal sealed class GoogleGrants(RegionFleet region, string name, CustomResourceOptions options)
{
    /// <summary>An account as a member of policies.</summary>
    public static Output<string> Member(Account account) => Output.Format($"serviceAccount:{account.Email}");

    /// <summary>An account.</summary>
    /// <param name="use">What it is for.</param>
    /// <param name="prefix">The beginning of its id, which must be short.</param>
    /// <param name="of">Whose account people see it to be.</param>
    public Account Account(string use, string prefix, string of) => new($"{name}-{use}", new AccountArgs
    {
        AccountId = Names.Fit($"{prefix}-{region.Settings.Stack.ToLowerInvariant()}-{region.Region}", Names.GoogleAccountId),
        DisplayName = $"{of} ({use}) of {region.Settings.Project}/{region.Settings.Stack} in {region.Region}",
    }, options);

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
