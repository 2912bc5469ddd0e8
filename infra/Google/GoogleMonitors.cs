using GpuInfra.Infra.Common;
using GpuInfra.Planning.Catalogs;
using Pulumi;
using Pulumi.Gcp.Compute;
using Pulumi.Gcp.Compute.Inputs;
using Pulumi.Gcp.SecretManager;
using Pulumi.Gcp.SecretManager.Inputs;
using Pulumi.Gcp.Storage;
using Pulumi.Gcp.Storage.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>
/// The monitors that stand in a region. Each is one machine at an address of its own, so that others find it, over a disk that outlives it; Google moves it when its
/// host is serviced and starts it anew when that fails. Changed plans change files that it takes while it runs.
/// </summary>
internal sealed class GoogleMonitors : ComponentResource
{
    /// <summary>What the machine calls the disk of its series.</summary>
    private const string Data = "data";

    private readonly GooglePlace _place;
    private readonly RegionFleet _region;
    private readonly CustomResourceOptions _child;

    public GoogleMonitors(GooglePlace place, ComponentResourceOptions options)
        : base("gpuinfra:google:Monitors", place.Region.Name, options)
    {
        (_place, _region) = (place, place.Region);
        _child = new CustomResourceOptions { Parent = this };
        var name = $"gpuinfra-{_region.Region}";
        Resource[] files = [.. _region.MonitorFiles.Concat(MonitorSource.Programs(_region)).Select(file => File($"{name}-{file.Root}-{file.Label}", file))];

        foreach (var figures in _region.MonitorFigures)
        {
            _ = figures.Serving is { } serving
                ? Live(Figures(serving.Name), figures.Key, figures.Content, new CustomResourceOptions { Parent = this }.Formerly(serving, Figures))
                : Live($"{name}-{MonitorSource.Root}-plan", figures.Key, figures.Content, _child);
        }

        // It changes last, once all that it names is there.
        Resource before = Live($"{name}-{MonitorSource.Root}-wanted", MonitorSource.Wanted, MonitorSource.ListOf(_region), new CustomResourceOptions { Parent = this, DependsOn = files });
        var email = new GoogleMachineAccount("monitor", MonitorSource.Root, _region.Monitoring!.Secrets).Make(Fit($"{name}-monitors"), place, this);
        if (MonitorSource.Stops(_region))
        {
            _ = new BucketIAMMember(Fit($"{name}-monitors-canaries"), new BucketIAMMemberArgs
            {
                Bucket = place.Weights.BucketName,
                Role = "roles/storage.objectUser", // Saying it again writes over what was said.
                Member = Output.Format($"serviceAccount:{email}"),
                Condition = new BucketIAMMemberConditionArgs
                {
                    Title = "only which canaries stop",
                    Expression = Output.Format($"resource.name.startsWith(\"projects/_/buckets/{place.Weights.BucketName}/objects/{MonitorSource.Stopped}/\")"),
                },
            }, _child);
        }

        foreach (var monitor in _region.Monitors)
        {
            before = Machine(Fit($"{name}-{monitor.Suffix}"), monitor, email, before);
        }

        RegisterOutputs();

        string Figures(string serving) => Fit($"{serving}-{_region.Name}-monitor");
    }

    private static string Fit(string name) => Names.Fit(name, Names.GoogleAutoName);

    /// <summary>As an asset: the provider takes every content for a secret and would show no change of it.</summary>
    private BucketObject File(string name, MachineFile file) => new(
        Fit(name), new BucketObjectArgs { Bucket = _place.Weights.BucketName, Name = file.Key, Source = new StringAsset(file.Content), ContentType = "text/plain" }, _child);

    /// <summary>A file that stays where it is: another source would replace it, another content updates it.</summary>
    private BucketObject Live(string name, string key, string content, CustomResourceOptions options) => new(
        Fit(name), new BucketObjectArgs { Bucket = _place.Weights.BucketName, Name = key, Content = content, ContentType = "text/plain" }, options);

    /// <param name="name">Its name.</param>
    /// <param name="monitor">The monitor.</param>
    /// <param name="email">What it is, to Google Cloud.</param>
    /// <param name="before">What is made before it: of two monitors one is renewed after the other, so that one always watches.</param>
    private Instance Machine(string name, MonitorMachine monitor, Output<string> email, Resource before)
    {
        var disk = new Disk(name, new DiskArgs
        {
            Zone = monitor.Zone,
            Size = MonitorSource.DataGib,
            Type = "pd-balanced",
            DiskEncryptionKey = new DiskDiskEncryptionKeyArgs { KmsKeySelfLink = _place.Key.ForDisks },
            CreateSnapshotBeforeDestroy = _region.Protect,
            Labels = _region.Tags.Shared.Labels,
        }, new CustomResourceOptions { Parent = this, Protect = _region.Protect });
        var secret = Password(name, email);
        return new Instance(name, new InstanceArgs
        {
            Zone = monitor.Zone,
            MachineType = CpuMachine.Type(CloudProvider.Gcp),
            Scheduling = new InstanceSchedulingArgs { ProvisioningModel = "STANDARD", OnHostMaintenance = "MIGRATE", AutomaticRestart = true },
            BootDisk = new InstanceBootDiskArgs
            {
                AutoDelete = true,
                KmsKeySelfLink = _place.Key.ForDisks,
                InitializeParams = new InstanceBootDiskInitializeParamsArgs
                {
                    Image = _region.Settings.GoogleMonitorImage!,
                    Type = "pd-balanced",
                    Size = CpuMachine.DiskGib,
                    Labels = _region.Tags.Shared.Labels,
                },
            },
            AttachedDisks = { new InstanceAttachedDiskArgs { Source = disk.Id, DeviceName = Data, KmsKeySelfLink = _place.Key.ForDisks } },
            NetworkInterfaces = { new InstanceNetworkInterfaceArgs { Subnetwork = _place.SubnetId, NetworkIp = monitor.Site.Address, NicType = "GVNIC" } },
            ShieldedInstanceConfig = new InstanceShieldedInstanceConfigArgs { EnableVtpm = true, EnableIntegrityMonitoring = true, EnableSecureBoot = true },
            ServiceAccount = new InstanceServiceAccountArgs
            {
                Email = email,
                Scopes = { "https://www.googleapis.com/auth/cloud-platform" }, // The account's roles are the limit.
            },
            Metadata =
            {
                ["enable-oslogin"] = "TRUE",
                ["block-project-ssh-keys"] = "TRUE",
                ["disable-legacy-endpoints"] = "TRUE",
            },
            MetadataStartupScript = Output.Tuple(_place.Weights.BucketName, secret).Apply(parts => MonitorSource.Boot(_region, monitor, parts.Item1, Data, parts.Item2)),
            AllowStoppingForUpdate = true,
            Tags = { GoogleFirewall.Monitors },
            Labels = _region.Tags.Shared.Labels,
        }, new CustomResourceOptions { Parent = this, DeleteBeforeReplace = true, DependsOn = { before } }); // Two machines cannot have one address, nor one disk.
    }

    /// <summary>The secret of a Grafana's administrator, without a version until its first boot makes one. Its name is fixed: Google Cloud knows no other.</summary>
    private Output<string> Password(string name, Output<string> email)
    {
        var secret = new Secret(name, new SecretArgs
        {
            SecretId = $"{_region.Settings.Stack.ToLowerInvariant()}-{name}",
            Replication = new SecretReplicationArgs
            {
                UserManaged = new SecretReplicationUserManagedArgs { Replicas = { new SecretReplicationUserManagedReplicaArgs { Location = _region.Region } } },
            },
            Labels = _region.Tags.Shared.Labels,
        }, _child);
        foreach (var (use, role) in new[] { ("read", "roles/secretmanager.secretAccessor"), ("write", "roles/secretmanager.secretVersionAdder") })
        {
            _ = new SecretIamMember($"{name}-{use}", new SecretIamMemberArgs
            {
                Project = _region.Account,
                SecretId = secret.SecretId,
                Role = role,
                Member = Output.Format($"serviceAccount:{email}"),
            }, _child);
        }

        return secret.SecretId;
    }
}
