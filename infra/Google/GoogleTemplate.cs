using System.Collections.Immutable;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using Pulumi;
using Pulumi.Gcp.Compute;
using Pulumi.Gcp.Compute.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>
/// How a pool's machines start. A template cannot change, only be replaced, so it has no fixed name. Its reservation affinity is
/// always spelt out: left out, Google takes any reservation that is open.
/// </summary>
internal sealed class GoogleTemplate(PoolPlan plan, GooglePlace place)
{
    private readonly Pool _pool = plan.Pool;
    private readonly GoogleShape _shape = GoogleShape.Of(plan.Pool);
    private readonly ImmutableDictionary<string, string> _labels = place.Region.Tags.Of(plan.Pool).Labels;

    private Output<string> Queue => plan.Queue is null ? Output.Create("") : place.Queues!.ByServing[_pool.Serving];

    /// <summary>On a reservation and nowhere else.</summary>
    public RegionInstanceTemplateArgs Reserved(Input<string> reservation) => Shape(
        Standard(),
        new RegionInstanceTemplateReservationAffinityArgs
        {
            Type = "SPECIFIC_RESERVATION",
            SpecificReservation = new RegionInstanceTemplateReservationAffinitySpecificReservationArgs
            {
                Key = "compute.googleapis.com/reservation-name",
                Values = { reservation },
            },
        });

    /// <summary>On demand or on spot, never on a reservation.</summary>
    /// <param name="together">What keeps them close together; null where nothing does.</param>
    public RegionInstanceTemplateArgs Unreserved(ResourcePolicy? together = null)
    {
        var args = Shape(
            _pool.Tier == Tier.Spot ? Spot() : Standard(),
            new RegionInstanceTemplateReservationAffinityArgs { Type = "NO_RESERVATION" });
        if (together is not null)
        {
            args.ResourcePolicies = together.SelfLink;
        }

        return args;
    }

    /// <summary>A machine with GPUs cannot be moved while it runs; Google refuses one that asks for it.</summary>
    private static RegionInstanceTemplateSchedulingArgs Standard() => new()
    {
        ProvisioningModel = "STANDARD",
        OnHostMaintenance = "TERMINATE",
        AutomaticRestart = true,
    };

    /// <summary>A stopped spot machine would keep its disks and its place in the group; it is deleted instead.</summary>
    private static RegionInstanceTemplateSchedulingArgs Spot() => new()
    {
        ProvisioningModel = "SPOT",
        Preemptible = true,
        OnHostMaintenance = "TERMINATE",
        AutomaticRestart = false,
        InstanceTerminationAction = "DELETE",
    };

    private RegionInstanceTemplateArgs Shape(
        RegionInstanceTemplateSchedulingArgs scheduling, RegionInstanceTemplateReservationAffinityArgs affinity)
    {
        var args = new RegionInstanceTemplateArgs
        {
            Region = place.Region.Region,
            MachineType = _shape.MachineType,
            Scheduling = scheduling,
            ReservationAffinity = affinity,
            Disks =
            {
                new RegionInstanceTemplateDiskArgs
                {
                    Boot = true,
                    AutoDelete = true,
                    SourceImage = place.Region.Settings.GoogleImage!,
                    DiskType = plan.Standby is null ? _shape.DiskType : RootDisk.GoogleStandbyType,
                    DiskSizeGb = MachineNeeds.RootDiskGib(plan),
                    DiskEncryptionKey = new RegionInstanceTemplateDiskDiskEncryptionKeyArgs { KmsKeySelfLink = place.Key.ForDisks },
                    Labels = _labels,
                },
            },
            NetworkInterfaces =
            {
                // Without an access configuration it has no external address.
                new RegionInstanceTemplateNetworkInterfaceArgs { Subnetwork = place.SubnetId, NicType = "GVNIC" },
                place.Fabric?.Interfaces(_pool).ToArray() ?? [],
            },
            ShieldedInstanceConfig = new RegionInstanceTemplateShieldedInstanceConfigArgs
            {
                EnableVtpm = true,
                EnableIntegrityMonitoring = true,
                EnableSecureBoot = false, // It refuses the driver of most images, which is not signed.
            },
            ServiceAccount = new RegionInstanceTemplateServiceAccountArgs
            {
                Email = place.Identity.Email,
                Scopes = { "https://www.googleapis.com/auth/cloud-platform" }, // The account's roles are the limit.
            },
            Metadata =
            {
                ["enable-oslogin"] = "TRUE",
                ["block-project-ssh-keys"] = "TRUE",
                ["disable-legacy-endpoints"] = "TRUE",
                ["install-nvidia-driver"] = "True",
            },
            MetadataStartupScript = Output.Tuple(place.Weights.BucketName, Queue, place.Files?.Of(plan.Files) ?? Output.Create("")).Apply(names =>
                Bootstrap.Render(place.Region, plan, names.Item1, (plan.FineTuning is null ? place.Region.Settings.GoogleEngineImage : place.Region.Settings.GoogleTrainingImage)!, logGroup: "", names.Item2, names.Item3, place.Region.Account)),
            Tags = { GoogleFirewall.Machines },
            Labels = _labels,
        };
        if (_pool.NodesPerReplica > 1)
        {
            args.Tags.Add(GoogleFirewall.Replicas);
        }

        if (_shape.AttachedGpu is not null)
        {
            args.GuestAccelerators = new RegionInstanceTemplateGuestAcceleratorArgs
            {
                Type = _shape.AttachedGpu,
                Count = _shape.Gpus,
            };
        }

        return args;
    }
}
