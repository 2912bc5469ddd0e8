using GpuInfra.Infra.Common;
using GpuInfra.Planning.Plans;
using Pulumi;
using Pulumi.Gcp.Kms;
using Pulumi.Gcp.Organizations;
using Pulumi.Gcp.Storage;

namespace GpuInfra.Infra.Google;

/// <summary>
/// The key of a region: it encrypts the disks and the weights. Without it they are noise, so it stays where they stay. Google's services
/// use it by their own accounts, which may do nothing else with it.
/// </summary>
internal sealed class GoogleKey : ComponentResource
{
    private const string QuarterOfYear = "7776000s";

    /// <summary>Thirty days in which a destruction can be taken back.</summary>
    private const string DeletionTime = "2592000s";

    public GoogleKey(RegionFleet region, ComponentResourceOptions options)
        : base("gpuinfra:google:Key", region.Name, options)
    {
        var name = Names.Fit($"gpuinfra-{region.Region}", Names.GoogleAutoName);
        var kept = new CustomResourceOptions { Parent = this, Protect = region.Protect, RetainOnDelete = region.Protect };
        var ring = new KeyRing(name, new KeyRingArgs { Location = region.Region }, kept);
        var key = new CryptoKey(name, new CryptoKeyArgs
        {
            KeyRing = ring.Id,
            Purpose = "ENCRYPT_DECRYPT",
            RotationPeriod = QuarterOfYear,
            DestroyScheduledDuration = DeletionTime,
            Labels = region.Tags.Shared.Labels,
        }, kept);

        var asked = new InvokeOptions { Parent = this };
        var number = GetProject.Invoke(new GetProjectInvokeArgs { ProjectId = region.Account }, asked).Apply(project => project.Number);
        var storage = GetProjectServiceAccount.Invoke(new GetProjectServiceAccountInvokeArgs { Project = region.Account }, asked)
            .Apply(account => account.EmailAddress); // Asking for it creates it.
        var disks = Grant("disks", Output.Format($"service-{number}@compute-system.iam.gserviceaccount.com"));
        var weights = Grant("weights", storage);

        if (region.Watchdog is not null || region.Halt is not null || !region.QueuedServings.IsEmpty)
        {
            var messages = Output.Format($"service-{number}@gcp-sa-pubsub.iam.gserviceaccount.com");
            Messages = Output.Format($"serviceAccount:{messages}");
            ForMessages = Granted(Grant("messages", messages));
        }

        if (!region.Files.IsEmpty)
        {
            var agents = region.Files.Select(file => file.Kind).Distinct()
                .Select(kind => Grant(kind == FileSystemKind.Lustre ? "lustre" : "files", Output.Format($"service-{number}@{(kind == FileSystemKind.Lustre ? "gcp-sa-lustre" : "cloud-filer")}.iam.gserviceaccount.com")).Id).ToList();
            ForFiles = Output.Tuple(key.Id, Output.All(agents)).Apply(ids => ids.Item1);
        }

        if (region.IsCluster)
        {
            ForClusters = Granted(Grant("clusters", Output.Format($"service-{number}@container-engine-robot.iam.gserviceaccount.com")));
        }

        ProjectNumber = number;
        ForDisks = Granted(disks);
        ForWeights = Granted(weights);
        RegisterOutputs();

        CryptoKeyIAMMember Grant(string use, Output<string> account) => new($"{name}-{use}", new CryptoKeyIAMMemberArgs
        {
            CryptoKeyId = key.Id,
            Role = "roles/cloudkms.cryptoKeyEncrypterDecrypter",
            Member = Output.Format($"serviceAccount:{account}"),
        }, new CustomResourceOptions { Parent = this });

        Output<string> Granted(CryptoKeyIAMMember grant) => Output.Tuple(key.Id, grant.Id).Apply(ids => ids.Item1);
    }

    /// <summary>The number of the key's project, by which Google names accounts in it.</summary>
    public Output<string> ProjectNumber { get; }

    /// <summary>The key, once it may encrypt secrets of clusters; null where there is no cluster.</summary>
    public Output<string>? ForClusters { get; }

    /// <summary>The key, once it may encrypt disks.</summary>
    public Output<string> ForDisks { get; }

    /// <summary>The key, once it may encrypt buckets.</summary>
    public Output<string> ForWeights { get; }

    /// <summary>The key, once it may encrypt file systems; null where there are none.</summary>
    public Output<string>? ForFiles { get; }

    /// <summary>The key, once it may encrypt messages; null where there is neither a watchdog nor a halt to take any, nor a queue.</summary>
    public Output<string>? ForMessages { get; }

    /// <summary>Google's own account for messages, as a member; null where there are none.</summary>
    public Output<string>? Messages { get; }
}
