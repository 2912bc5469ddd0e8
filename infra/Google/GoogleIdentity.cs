using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Gcp.ArtifactRegistry;
using Pulumi.Gcp.ServiceAccount;
using Pulumi.Gcp.Storage;
using Projects = Pulumi.Gcp.Projects;

namespace GpuInfra.Infra.Google;

/// <summary>What machines are, to Google Cloud: one account with the little they need.</summary>
internal sealed class GoogleIdentity : ComponentResource
{
    public GoogleIdentity(RegionFleet region, GoogleWeights weights, ComponentResourceOptions options)
        : base("gpuinfra:google:Identity", region.Name, options)
    {
        var child = new CustomResourceOptions { Parent = this };
        var account = new Account(region.Name, new AccountArgs
        {
            AccountId = Names.Fit($"gpu-{region.Settings.Stack.ToLowerInvariant()}-{region.Region}", Names.GoogleAccountId),
            DisplayName = $"GPU machines of {region.Settings.Project}/{region.Settings.Stack} in {region.Region}",
        }, child);
        var member = Output.Format($"serviceAccount:{account.Email}");
        if (!region.IsCluster)
        {
            // In a cluster pods have accounts of their own, and the node needs no weights.
            _ = new BucketIAMMember($"{region.Name}-weights", new BucketIAMMemberArgs
            {
                Bucket = weights.BucketName,
                Role = "roles/storage.objectViewer",
                Member = member,
            }, child);
        }

        Grant("logs", "roles/logging.logWriter");
        Grant("metrics", "roles/monitoring.metricWriter");
        var engine = GoogleImage.Parse(region.Settings.GoogleEngineImage!);
        Pull("engine", engine);
        if (region.Trains && GoogleImage.Parse(region.Settings.GoogleTrainingImage!) is var training && training != engine)
        {
            Pull("training", training);
        }

        Email = account.Email;
        RegisterOutputs();

        void Pull(string name, GoogleImage image) => _ = new RepositoryIamMember($"{region.Name}-{name}", new RepositoryIamMemberArgs
        {
            Project = image.Project,
            Location = image.Location,
            Repository = image.Repository,
            Role = "roles/artifactregistry.reader",
            Member = member,
        }, child);

        void Grant(string name, string role) => _ = new Projects.IAMMember(
            $"{region.Name}-{name}",
            new Projects.IAMMemberArgs { Project = region.Account, Role = role, Member = member },
            child);
    }

    public Output<string> Email { get; }
}
