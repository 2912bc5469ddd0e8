using System.Collections.Immutable;
using GpuInfra.Infra.Clusters;
using GpuInfra.Infra.Common;
using GpuInfra.Infra.Settings;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Routes;
using GpuInfra.Planning.Units;

namespace GpuInfra.Infra;

/// <summary>The part of a fleet that one region of one cloud holds, with what its components need to know.</summary>
internal sealed record RegionFleet
{
    public required CloudProvider Cloud { get; init; }

    public required string Region { get; init; }

    /// <summary>The AWS account id or Google Cloud project id.</summary>
    public required string Account { get; init; }

    public required DeploymentEnvironment Environment { get; init; }

    /// <summary>True where replicas run in a cluster: no machine of the region is then started by a script, watched or a router.</summary>
    public bool IsCluster { get; init; }

    /// <summary>The name of the cluster that is there already; null where the program makes one, or no cluster is wanted.</summary>
    public string? ExistingCluster { get; init; }

    public required ImmutableArray<PoolPlan> Pools { get; init; }

    public required StackSettings Settings { get; init; }

    public required TagScheme Tags { get; init; }

    /// <summary><c>aws-us-east-1</c>; begins the name of everything that the region's pools share.</summary>
    public string Name => NameOf(Cloud, Region);

    /// <summary>The name of a region.</summary>
    public static string NameOf(CloudProvider cloud, string region) => $"{cloud.Name()}-{region}";

    /// <summary>True where the plan's environment forbids deleting what cannot be had again.</summary>
    public bool Protect => Environment == DeploymentEnvironment.Prod;

    /// <summary>When its idle machines may leave; null where there is no watchdog: in production, and where no pool may be shut down.</summary>
    public Shutdown? Watchdog { get; init; }

    /// <summary>What used-up budgets halt in the region's cloud; null where nothing is, and in other regions than the cloud's first.</summary>
    public HaltTask? Halt { get; init; }

    /// <summary>True where machines publish what they do: for a watchdog, so that their pool follows it, or so that a broken one is replaced.</summary>
    public bool IsMetered => !IsCluster && (Watchdog is not null || Pools.Any(pool => pool.Load is not null || pool.Replaces));

    /// <summary>True where groups are looked after between updates: those that follow load or whose broken machines are replaced, and on Google Cloud twins of spot pools and pools that take jobs.</summary>
    public bool HasKeeper => !IsCluster && Pools.Any(pool => pool.Load is not null || pool.Replaces || (Cloud == CloudProvider.Gcp && (pool.FallsBack || pool.Queue is not null)));

    /// <summary>True where machines train, or would in the place of another region's.</summary>
    public bool Trains => Pools.Any(pool => pool.FineTuning is not null) || (StandsBy && TrainsElsewhere);

    /// <summary>True where machines train in a region that it stands by for.</summary>
    public bool TrainsElsewhere { get; init; }

    /// <summary>True where machines wait stopped.</summary>
    public bool HasStandby => Pools.Any(pool => pool.Standby is not null);

    /// <summary>True where a replica spans machines.</summary>
    public bool Spans => Pools.Any(pool => pool.Pool.NodesPerReplica > 1);

    /// <summary>Servings of the region that take jobs from a queue, in order.</summary>
    public ImmutableArray<string> QueuedServings => [.. Pools.Where(pool => pool.Queue is not null).Select(pool => pool.Pool.Serving).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Its way in; null where the plan wants no router.</summary>
    public RouterEntry? Entry { get; init; }

    /// <summary>The same where machines of its own are the way in; null in a cluster.</summary>
    public RouterEntry? MachineEntry => IsCluster ? null : Entry;

    /// <summary>What watches its machines; null when nothing does.</summary>
    public MonitoringPlan? Monitoring { get; init; }

    /// <summary>What monitors in its cluster watch for; null where there are none.</summary>
    public ClusterWatch? Watch { get; init; }

    /// <summary>The alerts of the region's own store of series; null where it has none, as on Google Cloud, whose store is the project's.</summary>
    public string? ManagedRules { get; init; }

    /// <summary>The monitors of the stack that stand in it, in order.</summary>
    public ImmutableArray<MonitorMachine> Monitors { get; init; } = [];

    /// <summary>What its monitors take; empty where it has none.</summary>
    public ImmutableArray<MachineFile> MonitorFiles { get; init; } = [];

    /// <summary>The figures that its monitors take; empty where it has none.</summary>
    public ImmutableArray<MonitorFigures> MonitorFigures { get; init; } = [];

    /// <summary>Where its machines may be read from, ordered: the plan's networks, or the addresses of the stack's monitors.</summary>
    public ImmutableArray<string> MonitorNetworks { get; init; } = [];

    /// <summary>What its machines fetch from the region's bucket.</summary>
    public ImmutableArray<MachineFile> MachineFiles => IsCluster ? [] :
        [.. IsMetered ? MeterSource.Files : [], .. QueuedServings.IsEmpty ? [] : RunnerSource.Files(Trains), .. HasStandby ? StandbySource.Files : [], .. Spans ? ReplicaSource.Files : [], .. Files.IsEmpty ? [] : FilesSource.Files, .. Monitoring is null ? [] : MonitoringSource.Files(Monitoring)];

    /// <summary>What happens by age to what lies in its bucket.</summary>
    public required BucketLifecycle Lifecycle { get; init; }

    /// <summary>Days that its machines' logs stay.</summary>
    public required int LogDays { get; init; }

    /// <summary>File systems that its machines share, by use.</summary>
    public ImmutableArray<SharedFileSystem> Files { get; init; } = [];

    /// <summary>Where its data is copied to; null when nowhere.</summary>
    public StandbyRegion? CopiedTo { get; init; }

    /// <summary>True where data of other regions is copied to.</summary>
    public bool Receives { get; init; }

    /// <summary>Folders of its bucket that are copied, ordered.</summary>
    public ImmutableArray<string> CopiedFolders =>
        [.. Trains ? [DataFolders.Checkpoints] : Array.Empty<string>(), .. QueuedServings.IsEmpty ? [] : new[] { DataFolders.Jobs }, DataFolders.Models, .. Trains ? [DataFolders.Trained, DataFolders.Training] : Array.Empty<string>()];

    /// <summary>True for a region without machines: what must be there before any are stands.</summary>
    public bool StandsBy => Pools.IsEmpty;

    /// <summary>Weights of the regions that it stands by for; empty where it does for none.</summary>
    public ImmutableArray<Artefact> Copied { get; init; } = [];

    /// <summary>True in an incident: machines that run are not renewed, whatever changes about their templates.</summary>
    public required bool IsFrozen { get; init; }

    /// <summary>The network that is there already; null when the program makes one.</summary>
    public required ExistingNetwork? Existing { get; init; }

    /// <summary>The addresses of the network that the program makes.</summary>
    public Cidr Network => Cidr.Parse(Settings.NetworkOf(Cloud, Region)!);

    /// <summary>
    /// Every zone that lists a GPU, not only those in use: a changed demand never changes a network.
    /// </summary>
    public ImmutableArray<string> Zones => [.. Catalog.Embedded.Zones(Cloud, Region)];

    public IEnumerable<Artefact> Artefacts =>
        Pools.Select(pool => pool.Artefact).Concat(Copied)
            .DistinctBy(artefact => artefact.Key)
            .OrderBy(artefact => artefact.Key, StringComparer.Ordinal);

    /// <summary>One entry per region that holds a pool or stands by, in order; those that data is copied to come first.</summary>
    public static IEnumerable<RegionFleet> Of(FleetPlan fleet, StackSettings settings, TagScheme tags)
    {
        var servings = fleet.Servings.ToDictionary(serving => serving.Serving.Name, serving => serving.Serving);
        var isCluster = fleet.Plan.Platform == Platform.Kubernetes;
        var monitors = isCluster ? [] : MonitorMachine.Of(fleet, settings);
        ImmutableArray<string> from = isCluster ? [] : [.. fleet.Plan.Monitoring?.From ?? [], .. monitors.Select(monitor => $"{monitor.Site.Address}/32").Order(StringComparer.Ordinal)];
        var made = monitors.ToLookup(monitor => (monitor.Site.Place.Cloud, monitor.Site.Place.Region));
        var pools = fleet.Provisioned.ToLookup(pool => (pool.Cloud, pool.Region));
        var (standbys, files) = (fleet.StandbyRegions, fleet.SharedFiles);
        return StandbyRegion.Places(fleet)
            .Select(place => (Place: place, To: standbys.FirstOrDefault(standby => standby.Cloud == place.Cloud && standby.Region == place.Region)))
            .OrderBy(pair => pair.To is null)
            .Select(pair => Of(pair.Place, [.. pools[pair.Place]], pair.To));

        RegionFleet Of((CloudProvider Cloud, string Region) place, ImmutableArray<Pool> group, StandbyRegion? receiving)
        {
            var copied = receiving?.Sources.SelectMany(source => pools[(place.Cloud, source)]).ToImmutableArray() ?? [];
            return new RegionFleet
            {
                Cloud = place.Cloud,
                Region = place.Region,
                Existing = fleet.Plan.NetworkIn(place.Cloud, place.Region),
                Account = fleet.Plan.Clouds.Single(cloud => cloud.Cloud == place.Cloud).Account,
                Lifecycle = ReplicaSource.Of(BucketLifecycle.Of(fleet.Plan.Storage, group.Concat(copied).Select(pool => servings[pool.Serving]).Distinct()), isCluster ? [] : group),
                LogDays = fleet.Plan.Storage.LogDays,
                Files = [.. files.Where(system => system.Cloud == place.Cloud && system.Region == place.Region)],
                CopiedTo = standbys.FirstOrDefault(standby => standby.Cloud == place.Cloud && standby.Sources.Contains(place.Region)),
                Receives = receiving is not null,
                TrainsElsewhere = copied.Any(pool => servings[pool.Serving].FineTuning is not null),
                Copied = [.. copied.Select(pool => Artefact.Of(pool, servings[pool.Serving].Weights, settings))],
                Environment = fleet.Plan.Environment,
                IsCluster = isCluster && !group.IsEmpty,
                ExistingCluster = fleet.Plan.ClusterIn(place.Cloud, place.Region),
                Watchdog = !isCluster && fleet.Plan.Environment != DeploymentEnvironment.Prod && group.Any(pool => pool.AutoShutdown) ? fleet.Plan.Shutdown : null,
                Halt = HaltTask.Of(fleet, place.Cloud, place.Region),
                Entry = group.IsEmpty ? null : RouterEntry.Of(fleet, place.Cloud, place.Region),
                Monitoring = group.IsEmpty ? null : fleet.Plan.Monitoring,
                Watch = group.IsEmpty ? null : ClusterWatch.Of(fleet, place.Cloud, place.Region),
                ManagedRules = !group.IsEmpty && place.Cloud == CloudProvider.Aws && fleet.Plan.Monitoring is { Mode: MonitoringMode.Managed } managed
                    ? AlertRules.Of(fleet, Catalog.Embedded, place.Cloud, place.Region).Managed.ToText(fleet.Stack, managed.Runbooks) : null,
                MonitorNetworks = from,
                Monitors = [.. made[place]],
                MonitorFiles = made[place].FirstOrDefault() is { } monitor ? MonitorSource.Files(fleet, monitor.Site) : [],
                MonitorFigures = made[place].Any() ? MonitorSource.Figures(fleet, place.Cloud) : [],
                IsFrozen = fleet.Plan.Incident is not null,
                Pools = [.. group.OrderBy(pool => pool.Id, StringComparer.Ordinal).Select(pool => new PoolPlan
                {
                    Pool = pool,
                    Model = servings[pool.Serving].Model,
                    Artefact = Artefact.Of(pool, servings[pool.Serving].Weights, settings),
                    Load = LoadTarget.Of(fleet, servings[pool.Serving], pool),
                    Halts = HaltedPools.IsNamed(fleet.Plan, pool),
                    Standby = fleet.StandbyOf(pool),
                    Replaces = PoolHealth.IsReplaced(fleet.Plan, pool),
                    IsRenewed = pool.NodesPerReplica == 1 || pool.ReplicasOf(pool.Instances.Desired) > (isCluster ? 1 : 2) || fleet.Provisioned.Any(other => other.Serving == pool.Serving && other.Id != pool.Id),
                    Queue = servings[pool.Serving].Queue,
                    Files = [.. files.Where(system => system.Cloud == pool.Cloud && system.Region == pool.Region && system.Servings.Contains(pool.Serving))],
                    FineTuning = servings[pool.Serving].FineTuning,
                    FallsBack = SpotTwin.Of(fleet.Plan, pool),
                    Before = SpotTwin.Of(fleet.Plan, pool) ? SpotTwin.Before(fleet, pool) : [],
                    GoesBefore = group.Any(other => SpotTwin.Of(fleet.Plan, other) && SpotTwin.Before(fleet, other).Contains(pool.Id)),
                    Month = fleet.Plan.AsOf,
                    Beginning = [.. fleet.Plan.Ledger.Reservations.Where(row => row.Start == new DateOnly(fleet.Plan.AsOf.Year, fleet.Plan.AsOf.Number, 1)).Select(row => row.Id)],
                })],
                Settings = settings,
                Tags = tags,
            };
        }
    }
}

/// <summary>A pool, its model and the weights it serves.</summary>
internal sealed record PoolPlan
{
    public required Pool Pool { get; init; }

    public required Model Model { get; init; }

    public required Artefact Artefact { get; init; }

    /// <summary>How it follows load; null when it stands at its size.</summary>
    public LoadTarget? Load { get; init; }

    /// <summary>Whether a used-up budget halts it.</summary>
    public bool Halts { get; init; }

    /// <summary>What waits stopped beside it; null where nothing does.</summary>
    public PoolStandby? Standby { get; init; }

    /// <summary>Whether a broken machine of it is replaced without anybody asking.</summary>
    public bool Replaces { get; init; }

    /// <summary>
    /// Whether a changed template renews machines that run. A group knows no replicas: of a pool that spans machines it may take one from each of two, so with no more than two (in a cluster,
    /// where groups of pods are known, with one), and nothing else that serves, people renew them.
    /// </summary>
    public bool IsRenewed { get; init; } = true;

    /// <summary>The jobs that its machines take from a queue; null where they take none.</summary>
    public JobQueue? Queue { get; init; }

    /// <summary>How the jobs that its machines take train; null where engines answer them.</summary>
    public FineTuning? FineTuning { get; init; }

    /// <summary>File systems that its machines mount.</summary>
    public ImmutableArray<SharedFileSystem> Files { get; init; } = [];

    /// <summary>The month that is deployed.</summary>
    public required Month Month { get; init; }

    /// <summary>Held reservations that begin on its first day: what is deployed before then finds nothing of them.</summary>
    public required ImmutableArray<string> Beginning { get; init; }

    /// <summary>Whether machines on demand stand in for its spot machines.</summary>
    public bool FallsBack { get; init; }

    /// <summary>Online pools of the region that want the same machines on demand: while one of them is short, none stand in for spot.</summary>
    public ImmutableArray<string> Before { get; init; } = [];

    /// <summary>Whether it is one of those for some spot pool.</summary>
    public bool GoesBefore { get; init; }
}
