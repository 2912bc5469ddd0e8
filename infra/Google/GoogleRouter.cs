using System.Globalization;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Routes;
using Pulumi;
using Pulumi.Gcp.Compute;
using Pulumi.Gcp.Compute.Inputs;
using Pulumi.Gcp.Storage;

namespace GpuInfra.Infra.Google;

/// <summary>
/// The routers of a region: two machines over its zones, renewed beside their successors. A machine whose router does not answer is made anew.
/// They know the region's pools from their labels, so a changed pool changes none of this.
/// </summary>
internal sealed class GoogleRouter : ComponentResource
{
    /// <summary>Seconds in which a router has started, counted generously.</summary>
    private const int StartSeconds = 300;

    private readonly RegionFleet _region;
    private readonly GooglePlace _place;
    private readonly RouterEntry _entry;
    private readonly string _name;
    private readonly CustomResourceOptions _child;

    public GoogleRouter(RouterEntry entry, GooglePlace place, Output<string>? network, ComponentResourceOptions options)
        : base("gpuinfra:google:Router", place.Region.Name, options)
    {
        (_region, _place, _entry) = (place.Region, place, entry);
        _name = Names.Fit($"gpuinfra-{_region.Region}-router", Names.GoogleAutoName);
        _child = new CustomResourceOptions { Parent = this };
        var identity = new GoogleRouterIdentity(_name, entry, place, new ComponentResourceOptions { Parent = this });
        Resource[] files = [.. RouterSource.Files(_region, entry).Select(file => File($"router-{file.Name}", file))];
        foreach (var route in entry.Table.Routes)
        {
            var figures = RouterSource.Figures(_region, entry, route);
            // Another source replaces an object, another content updates it where it is.
            var args = Place(figures);
            args.Content = figures.Content;
            _ = new BucketObject(Figures(route.Serving.Name), args, new CustomResourceOptions { Parent = this }.Formerly(route.Serving, Figures));
        }

        var template = Template(identity.Email);
        var zones = _region.Zones;
        var check = new HealthCheck(_name, new HealthCheckArgs
        {
            CheckIntervalSec = 10,
            TimeoutSec = 5,
            HealthyThreshold = 2,
            UnhealthyThreshold = 3,
            HttpHealthCheck = new HealthCheckHttpHealthCheckArgs { Port = RouterEntry.HealthPort, RequestPath = "/ready" },
        }, _child);
        var group = new RegionInstanceGroupManager(_name, new RegionInstanceGroupManagerArgs
        {
            Region = _region.Region,
            BaseInstanceName = Names.Fit(_entry.MachineName(_region.Settings.Stack), Names.GoogleBaseInstanceName),
            Versions = { new RegionInstanceGroupManagerVersionArgs { InstanceTemplate = template.SelfLink } },
            TargetSize = RouterEntry.Machines,
            DistributionPolicyZones = zones.ToList(),
            DistributionPolicyTargetShape = "EVEN",
            WaitForInstances = false,
            AutoHealingPolicies = new RegionInstanceGroupManagerAutoHealingPoliciesArgs { HealthCheck = check.SelfLink, InitialDelaySec = StartSeconds },
            UpdatePolicy = new RegionInstanceGroupManagerUpdatePolicyArgs
            {
                Type = _region.IsFrozen ? "OPPORTUNISTIC" : "PROACTIVE",
                MinimalAction = "REPLACE",
                ReplacementMethod = "SUBSTITUTE",
                MaxSurgeFixed = zones.Length, // Google takes none or one for each zone.
                MaxUnavailableFixed = 0,
            },
        }, new CustomResourceOptions { Parent = this, DependsOn = files });
        _ = new GoogleEntry(entry, place, network, check, group, new ComponentResourceOptions { Parent = this });
        RegisterOutputs();

        string Figures(string serving) => $"{serving}-{_region.Name}-router";
    }

    /// <summary>A file whose place changes with its text, as an asset: the provider takes every content for a secret and would show no change of it.</summary>
    private BucketObject File(string name, RouterFile file)
    {
        var args = Place(file);
        args.Source = new StringAsset(file.Content);
        return new BucketObject($"{_region.Name}-{name}", args, _child);
    }

    private BucketObjectArgs Place(RouterFile file) => new() { Bucket = _place.Weights.BucketName, Name = file.Key, ContentType = "text/plain" };

    private RegionInstanceTemplate Template(Output<string> email) => new(_name, new RegionInstanceTemplateArgs
    {
        Region = _region.Region,
        MachineType = CpuMachine.Type(CloudProvider.Gcp),
        Scheduling = new RegionInstanceTemplateSchedulingArgs { ProvisioningModel = "STANDARD", OnHostMaintenance = "MIGRATE", AutomaticRestart = true },
        ReservationAffinity = new RegionInstanceTemplateReservationAffinityArgs { Type = "NO_RESERVATION" },
        Disks =
        {
            new RegionInstanceTemplateDiskArgs
            {
                Boot = true,
                AutoDelete = true,
                SourceImage = _region.Settings.GoogleRouterImage!,
                DiskType = "pd-balanced",
                DiskSizeGb = CpuMachine.DiskGib,
                DiskEncryptionKey = new RegionInstanceTemplateDiskDiskEncryptionKeyArgs { KmsKeySelfLink = _place.Key.ForDisks },
                Labels = _region.Tags.Shared.Labels,
            },
        },
        NetworkInterfaces = { new RegionInstanceTemplateNetworkInterfaceArgs { Subnetwork = _place.SubnetId, NicType = "GVNIC" } },
        ShieldedInstanceConfig = new RegionInstanceTemplateShieldedInstanceConfigArgs
        {
            EnableVtpm = true,
            EnableIntegrityMonitoring = true,
            EnableSecureBoot = true,
        },
        ServiceAccount = new RegionInstanceTemplateServiceAccountArgs
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
        MetadataStartupScript = _place.Weights.BucketName.Apply(bucket => RouterSource.Boot(_region, _entry, bucket)),
        Tags = { GoogleFirewall.Routers },
        Labels = _region.Tags.Shared.Labels,
    }, _child);
}
