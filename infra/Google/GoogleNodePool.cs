using GpuInfra.Infra.Clusters;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using Pulumi;
using Pulumi.Gcp.Compute;
using Pulumi.Gcp.Container;
using Pulumi.Gcp.Container.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>The nodes of a pool: of fixed size on each reservation, else as many as its pods need, up to what is planned, in the ladder's order.</summary>
internal sealed class GoogleNodePool : ComponentResource
{
    public GoogleNodePool(PoolPlan plan, GoogleNodePlace place, ComponentResourceOptions options)
        : base("gpuinfra:google:Pool", plan.Pool.Id, options)
    {
        var pool = plan.Pool;
        if (pool.Tier == Tier.Reserved)
        {
            foreach (var zone in pool.Zones.Select(zone => zone with { Instances = pool.MadeIn(zone) }).Where(zone => zone.Instances > 0))
            {
                Reserve(plan, place, zone);
            }

            foreach (var use in pool.Held)
            {
                Fixed(plan, place, Short($"{pool.Id}-{use.Reservation}"), new PoolZone(use.Zone, use.Instances), use.Reservation, new CustomResourceOptions { Parent = this });
            }
        }
        else
        {
            var rungs = pool.Ladder.Select(rung => ByTheHour(plan, place, rung, pool.Tier == Tier.Spot)).ToList();
            if (plan.FallsBack)
            {
                rungs.AddRange(pool.Ladder.Select(rung => ByTheHour(plan, place, rung, isSpot: false)));
            }

            if (GoogleLadder.Has(plan))
            {
                GoogleLadder.Add(plan, place, rungs, this);
            }
        }

        RegisterOutputs();
    }

    private static string Short(string name) => Names.Fit(name, GoogleNodePlace.AutoName);

    private void Reserve(PoolPlan plan, GoogleNodePlace place, PoolZone zone)
    {
        var pool = plan.Pool;
        var letter = zone.Zone[(zone.Zone.LastIndexOf('-') + 1)..];
        var reservation = new Reservation(
            InZone(pool.Id),
            GoogleShape.Of(pool).Reservation(zone, place.Region.Protect),
            new CustomResourceOptions { Parent = this, Protect = place.Region.Protect }.Formerly(pool, InZone));
        Fixed(plan, place, Short($"{pool.Id}-{letter}"), zone, reservation.Name, new CustomResourceOptions { Parent = this }.Formerly(pool, id => Short($"{id}-{letter}")));

        string InZone(string id) => Names.Fit($"{id}-{letter}", Names.GoogleAutoName);
    }

    /// <summary>As many nodes as a reservation holds. It has no room for a node's successor: the old one goes first.</summary>
    private static void Fixed(PoolPlan plan, GoogleNodePlace place, string name, PoolZone zone, Input<string> reservation, CustomResourceOptions options)
    {
        var args = place.Args(Node(plan, place, plan.Pool.Ladder[0], new NodePoolNodeConfigReservationAffinityArgs
        {
            ConsumeReservationType = "SPECIFIC_RESERVATION",
            Key = "compute.googleapis.com/reservation-name",
            Values = { reservation },
        }));
        args.NodeLocations = [zone.Zone];
        args.NodeCount = zone.Instances;
        args.UpgradeSettings = new NodePoolUpgradeSettingsArgs { MaxSurge = 0, MaxUnavailable = 1 };
        _ = new NodePool(name, args, options);
    }

    /// <summary>Nodes come for pods that wait, and go with them.</summary>
    private NodePool ByTheHour(PoolPlan plan, GoogleNodePlace place, LadderRung rung, bool isSpot)
    {
        var pool = plan.Pool;
        var node = Node(plan, place, rung, new NodePoolNodeConfigReservationAffinityArgs { ConsumeReservationType = "NO_RESERVATION" });
        if (GoogleLadder.Has(plan))
        {
            node.Labels.Add(ClusterLabels.GoogleClass, pool.Id);
            node.Taints.Add(new NodePoolNodeConfigTaintArgs { Key = ClusterLabels.GoogleClass, Value = pool.Id, Effect = "NO_SCHEDULE" });
        }

        node.Spot = isSpot;
        var args = place.Args(node);
        args.NodeLocations = pool.Zones.Select(zone => zone.Zone).ToList();
        args.InitialNodeCount = 0;
        args.Autoscaling = new NodePoolAutoscalingArgs
        {
            TotalMinNodeCount = 0,
            TotalMaxNodeCount = (pool.Instances.Max * pool.ReplicasPerInstance + rung.ReplicasPerInstance - 1) / rung.ReplicasPerInstance,
            LocationPolicy = "ANY", // Where there are some, not evenly.
        };
        args.UpgradeSettings = new NodePoolUpgradeSettingsArgs { MaxSurge = isSpot ? 0 : 1, MaxUnavailable = isSpot ? 1 : 0 };
        if (pool.NodesPerReplica > 1)
        {
            args.PlacementPolicy = new NodePoolPlacementPolicyArgs { Type = "COMPACT" };
        }

        return new NodePool(Called(pool.Id), args, new CustomResourceOptions { Parent = this, IgnoreChanges = { "initialNodeCount", "nodeCount" } }.Formerly(pool, Called));

        string Called(string id) => Short($"{id}{(pool.Ladder.Length == 1 ? "" : $"-{rung.InstanceType.Replace('+', '-').ToLowerInvariant()}")}{(isSpot || !plan.FallsBack ? "" : "-fallback")}");
    }

    private static NodePoolNodeConfigArgs Node(PoolPlan plan, GoogleNodePlace place, LadderRung rung, NodePoolNodeConfigReservationAffinityArgs affinity)
    {
        var pool = plan.Pool;
        var machine = Catalog.Embedded.FindMachine(pool.Cloud, rung.InstanceType) ?? throw new InvalidOperationException($"{rung.InstanceType} is not in the catalog.");
        var shape = GoogleShape.Of(pool) with { MachineType = rung.InstanceType.Split('+')[0] };
        var hasDisks = machine.LocalNvme.TotalBytes > 0;
        var node = place.Machine(shape.MachineType, shape.DiskType, GoogleNodes.SystemGib + (hasDisks ? 0 : EnginePod.DiskGib(plan)), place.Region.Tags.Of(pool));
        foreach (var (key, value) in ClusterLabels.OfNode(pool))
        {
            node.Labels.Add(key, value);
        }

        node.Taints = [new NodePoolNodeConfigTaintArgs { Key = "nvidia.com/gpu", Value = "present", Effect = "NO_SCHEDULE" }]; // GKE sets it all the same; unsaid, every plan would differ.
        node.ReservationAffinity = affinity;
        node.GuestAccelerators = [Gpus(pool, machine)];
        if (hasDisks)
        {
            node.EphemeralStorageLocalSsdConfig = new NodePoolNodeConfigEphemeralStorageLocalSsdConfigArgs { LocalSsdCount = GoogleLocalDisks.Count(machine) };
        }

        return node;
    }

    /// <summary>The driver's installation is always spelt out: left out, GKE installs one and the next plan replaces the pool (terraform-provider-google issue 23248).</summary>
    private static NodePoolNodeConfigGuestAcceleratorArgs Gpus(Pool pool, Machine machine)
    {
        var args = new NodePoolNodeConfigGuestAcceleratorArgs
        {
            Type = machine.InstanceType.StartsWith("a3-megagpu-", StringComparison.Ordinal) ? "nvidia-h100-mega-80gb" : GoogleShape.AcceleratorOf(pool), // Its H100s have a name of their own.
            Count = machine.Gpus,
            GpuDriverInstallationConfig = new NodePoolNodeConfigGuestAcceleratorGpuDriverInstallationConfigArgs { GpuDriverVersion = "DEFAULT" },
        };
        if (pool.Engine.Cut is { Profile: { } profile })
        {
            args.GpuPartitionSize = profile;
        }
        else if (pool.Engine.Cut is { } turns)
        {
            args.GpuSharingConfig = new NodePoolNodeConfigGuestAcceleratorGpuSharingConfigArgs { GpuSharingStrategy = "TIME_SHARING", MaxSharedClientsPerGpu = turns.PerGpu };
        }

        return args;
    }
}
