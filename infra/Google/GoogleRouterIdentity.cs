using GpuInfra.Infra.Common;
using GpuInfra.Planning.Routes;
using Pulumi;
using Pulumi.Gcp.Projects;
using Pulumi.Gcp.SecretManager;
using Pulumi.Gcp.ServiceAccount;
using Pulumi.Gcp.Storage;
using StorageInputs = Pulumi.Gcp.Storage.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>What routers are, to Google Cloud: they see machines, read their own files and the secrets that the plan names, and write logs.</summary>
internal sealed class GoogleRouterIdentity : ComponentResource
{
    public GoogleRouterIdentity(string name, RouterEntry entry, GooglePlace place, ComponentResourceOptions options)
        : base("gpuinfra:google:RouterIdentity", place.Region.Name, options)
    {
        var region = place.Region;
        var child = new CustomResourceOptions { Parent = this };
        var account = new Account(name, new AccountArgs
        {
            AccountId = Names.Fit($"router-{region.Settings.Stack.ToLowerInvariant()}-{region.Region}", Names.GoogleAccountId),
            DisplayName = $"Routers of {region.Settings.Project}/{region.Settings.Stack} in {region.Region}",
        }, child);
        var member = Output.Format($"serviceAccount:{account.Email}");
        var role = new IAMCustomRole(name, new IAMCustomRoleArgs
        {
            Project = region.Account,
            RoleId = $"router_{region.Settings.Stack}_{region.Region}".Replace('-', '_'),
            Title = $"Routers of {region.Settings.Project}/{region.Settings.Stack} in {region.Region}",
            Permissions = { "compute.instances.list" },
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
                Expression = Output.Format($"resource.name.startsWith(\"projects/_/buckets/{place.Weights.BucketName}/objects/{RouterSource.Root}/\")"),
            },
        }, child);
        foreach (var secret in entry.Secrets)
        {
            _ = new SecretIamMember($"{name}-{secret}", new SecretIamMemberArgs
            {
                Project = region.Account,
                SecretId = secret,
                Role = "roles/secretmanager.secretAccessor",
                Member = member,
            }, child);
        }

        Email = account.Email;
        RegisterOutputs();

        void Grant(string use, Input<string> granted) => _ = new Pulumi.Gcp.Projects.IAMMember(
            $"{name}-{use}", new Pulumi.Gcp.Projects.IAMMemberArgs { Project = region.Account, Role = granted, Member = member }, child);
    }

    /// <summary>The account's mail address.</summary>
    public Output<string> Email { get; }
}
