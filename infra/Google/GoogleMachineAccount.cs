using System.Collections.Immutable;
using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Gcp.Projects;
using Pulumi.Gcp.SecretManager;
using Pulumi.Gcp.ServiceAccount;
using Pulumi.Gcp.Storage;
using StorageInputs = Pulumi.Gcp.Storage.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>What routers and monitors are, to Google Cloud: they see machines, read their own files and the secrets that the plan names, and write logs.</summary>
/// <param name="Kind">What they are, as <c>router</c>.</param>
/// <param name="Root">What the paths of their files begin with.</param>
/// <param name="Secrets">Names of the secrets that they read.</param>
internal sealed record GoogleMachineAccount(string Kind, string Root, ImmutableArray<string> Secrets)
{
    /// <summary>What they may do in the project beside seeing machines. Default: nothing.</summary>
    public ImmutableArray<string> Permissions { get; init; } = [];

    /// <summary>Makes the account and what it may.</summary>
    /// <param name="name">What names of resources begin with.</param>
    /// <param name="place">The region.</param>
    /// <param name="parent">What it belongs to.</param>
    /// <returns>Its mail address.</returns>
    public Output<string> Make(string name, GooglePlace place, Resource parent)
    {
        var region = place.Region;
        var child = new CustomResourceOptions { Parent = parent };
        var title = $"{char.ToUpperInvariant(Kind[0])}{Kind[1..]}s of {region.Settings.Project}/{region.Settings.Stack} in {region.Region}";
        var account = new Account(name, new AccountArgs
        {
            AccountId = Names.Fit($"{Kind}-{region.Settings.Stack.ToLowerInvariant()}-{region.Region}", Names.GoogleAccountId),
            DisplayName = title,
        }, child);
        var member = Output.Format($"serviceAccount:{account.Email}");
        var role = new IAMCustomRole(name, new IAMCustomRoleArgs
        {
            Project = region.Account,
            RoleId = $"{Kind}_{region.Settings.Stack}_{region.Region}".Replace('-', '_'),
            Title = title,
            Permissions = new[] { "compute.instances.list" }.Concat(Permissions).ToList(),
        }, child);
        Grant("machines", role.Name);
        Grant("logs", "roles/logging.logWriter");
        _ = new BucketIAMMember($"{name}-files", new BucketIAMMemberArgs
        {
            Bucket = place.Weights.BucketName,
            Role = "roles/storage.objectViewer",
            Member = member,
            Condition = new StorageInputs.BucketIAMMemberConditionArgs
            {
                Title = "only its own files",
                Expression = Output.Format($"resource.name.startsWith(\"projects/_/buckets/{place.Weights.BucketName}/objects/{Root}/\")"),
            },
        }, child);
        foreach (var secret in Secrets)
        {
            _ = new SecretIamMember($"{name}-{secret}", new SecretIamMemberArgs
            {
                Project = region.Account,
                SecretId = secret,
                Role = "roles/secretmanager.secretAccessor",
                Member = member,
            }, child);
        }

        return account.Email;

        void Grant(string use, Input<string> granted) => _ = new Pulumi.Gcp.Projects.IAMMember(
            $"{name}-{use}", new Pulumi.Gcp.Projects.IAMMemberArgs { Project = region.Account, Role = granted, Member = member }, child);
    }
}
