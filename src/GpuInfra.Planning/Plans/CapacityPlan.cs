using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans;

/// <summary>
/// A capacity plan as a person wrote it, checked: every name in it is known, every number is in range, every reference resolves.
/// Lists are ordered by name, so that two plans that differ only in order are equal.
/// </summary>
public sealed record CapacityPlan
{
    /// <summary>What the stack is for; protection of resources follows it.</summary>
    public required DeploymentEnvironment Environment { get; init; }

    /// <summary>Where replicas run.</summary>
    public required Platform Platform { get; init; }

    /// <summary>First month of the horizon.</summary>
    public required Month Start { get; init; }

    /// <summary>The month whose fleet is deployed. Default: <see cref="Start"/>.</summary>
    public required Month AsOf { get; init; }

    /// <summary>Whether a reviewed lock is deployed. Default: none is needed.</summary>
    public LockUse Lock { get; init; }

    /// <summary>Months planned ahead, 1 to 60. Default: 12.</summary>
    public required int HorizonMonths { get; init; }

    /// <summary>Teams by name; a workload's team must be among them.</summary>
    public required ImmutableArray<Team> Teams { get; init; }

    /// <summary>Clouds used, ordered by provider; shares add up to 100 %.</summary>
    public required ImmutableArray<CloudTarget> Clouds { get; init; }

    /// <summary>Growth of every workload that has none of its own. Default: none.</summary>
    public required Growth Growth { get; init; }

    /// <summary>Capacity above the planned peak. Default: 20 %.</summary>
    public required Share Headroom { get; init; }

    /// <summary>
    /// Share of replicas that are to reach the rate they are planned with, 50 to 95 %: predictions err, and how far is measured. Default:
    /// <see cref="DefaultConfidence"/>.
    /// </summary>
    public Share Confidence { get; init; } = DefaultConfidence;

    /// <summary>The <see cref="Confidence"/> of plans that do not say: 90 %.</summary>
    public static Share DefaultConfidence { get; } = Share.FromPercent(90);

    /// <summary>Offers that a serving may run on side by side in each cloud, 1 to 8: more is cheaper, and more to run. Default: 1.</summary>
    public int OffersPerCloud { get; init; } = 1;

    /// <summary>How far each cloud's part of a serving's peak may lie from its share, either way, 0 to 50 %. Default: 0 %.</summary>
    public Share ShareTolerance { get; init; }

    /// <summary>
    /// What a serving that runs must save, as a share of its cost where it is, before it moves to other offers, 0 to 90 %; at 0 % every
    /// month is planned as if nothing ran. Default: <see cref="DefaultMovesFrom"/>.
    /// </summary>
    public Share MovesFrom { get; init; } = DefaultMovesFrom;

    /// <summary>The <see cref="MovesFrom"/> of plans that do not say: 5 %.</summary>
    public static Share DefaultMovesFrom { get; } = Share.FromPercent(5);

    /// <summary>GPUs that are not chosen from a month on, ordered by GPU. Default: none.</summary>
    public ImmutableArray<Obsolescence> Obsolete { get; init; } = [];

    /// <summary>What must survive a loss; a serving may say otherwise.</summary>
    public required Survival Survive { get; init; }

    /// <summary>How often places are assumed to be lost and for how long; null where nothing is assumed. It moves no fleet.</summary>
    public LossAssumptions? Losses { get; init; }

    /// <summary>Servings by name; at least one.</summary>
    public required ImmutableArray<Serving> Servings { get; init; }

    /// <summary>Workloads by name; at least one per serving.</summary>
    public required ImmutableArray<Workload> Workloads { get; init; }

    /// <summary>How busy servings are to be, by kind, each kind once. Default: nothing is asked.</summary>
    public ImmutableArray<UtilizationBand> Utilization { get; init; } = [];

    /// <summary>The band of a kind of serving; null where the plan asks for none.</summary>
    public UtilizationBand? BandOf(ServingKind kind) => Utilization.FirstOrDefault(band => band.Kind == kind);

    /// <summary>The headroom of a serving: its own, or the plan's.</summary>
    public Share HeadroomOf(Serving serving) => serving.Headroom ?? Headroom;

    /// <summary>The same plan with every headroom changed.</summary>
    /// <param name="factor">What each is taken times.</param>
    public CapacityPlan WithHeadroom(double factor) => this with
    {
        Headroom = Share.FromFraction(factor * Headroom.Fraction),
        Servings = [.. Servings.Select(serving => serving.Headroom is { } own ? serving with { Headroom = Share.FromFraction(factor * own.Fraction) } : serving)],
    };

    /// <summary>A serving's capacity over its planned peak, at least: what its headroom asks for, or more where its kind's band does.</summary>
    public double CapacityOverPeak(Serving serving) => Math.Max(1 + HeadroomOf(serving).Fraction, 1 / (BandOf(serving.Kind)?.AtMost.Fraction ?? 1));

    /// <summary>Which tiers are used for what.</summary>
    public required Purchasing Purchasing { get; init; }

    /// <summary>Commitments already bought, ordered by name. Default: none.</summary>
    public ImmutableArray<HeldCommitment> Commitments { get; init; } = [];

    /// <summary>All that somebody agreed to and cannot be undone.</summary>
    public IEnumerable<Approval> AllApprovals() => Commitments.Select(commitment => commitment.Approval).Concat(Ledger.Reservations.Select(row => row.Approval)).Concat(Ledger.Futures.Select(row => row.Approval)).OfType<Approval>();

    /// <summary>What the accounts hold and may start. Default: nothing is known of it.</summary>
    public AccountLedger Ledger { get; init; } = AccountLedger.Empty;

    /// <summary>What was seen of capacity. Default: nothing is known of it, and everything counts as to be had.</summary>
    public AvailabilityBook Availability { get; init; } = AvailabilityBook.Unknown;

    /// <summary>When idle machines may be stopped; null when never.</summary>
    public required Shutdown? Shutdown { get; init; }

    /// <summary>What may be spent; null when the plan does not say.</summary>
    public required Budget? Budget { get; init; }

    /// <summary>How what several teams share is charged to them. It moves no fleet.</summary>
    public Allocation Allocation { get; init; }

    /// <summary>Tags beyond the scheme that every resource carries.</summary>
    public required TagPolicy Tags { get; init; }

    /// <summary>Where data may be processed and kept; a serving may say otherwise.</summary>
    public Residency Residency { get; init; } = Residency.Anywhere;

    /// <summary>Rates agreed with a cloud that list prices do not show.</summary>
    public ImmutableArray<NegotiatedRate> Discounts { get; init; } = [];

    /// <summary>How old the oldest price may be when a fleet is chosen, in days, 1 to 3,650; null for any age.</summary>
    public int? MaxPriceAgeDays { get; init; }

    /// <summary>How long before its first day capacity must be asked for. Default: <see cref="Plans.LeadTimes.Default"/>.</summary>
    public LeadTimes LeadTimes { get; init; } = LeadTimes.Default;

    /// <summary>Days on which only increases and mending of incidents may be deployed, ordered.</summary>
    public ImmutableArray<Freeze> Freezes { get; init; } = [];

    /// <summary>The network that is there already in a region of a cloud; null where GpuInfra makes one.</summary>
    public ExistingNetwork? NetworkIn(CloudProvider cloud, string region) =>
        Clouds.FirstOrDefault(target => target.Cloud == cloud)?.NetworkIn(region);

    /// <summary>The cluster that is there already in a region of a cloud; null where GpuInfra makes one.</summary>
    public string? ClusterIn(CloudProvider cloud, string region) => Platform != Platform.Kubernetes ? null : Clouds.FirstOrDefault(target => target.Cloud == cloud)?.Clusters.GetValueOrDefault(region);

    /// <summary>The freeze that a day lies in; null when changes may be deployed.</summary>
    public Freeze? FreezeOn(DateOnly day) => Freezes.FirstOrDefault(freeze => freeze.Holds(day));

    /// <summary>What was taken out of the plan and may be deleted, ordered by name.</summary>
    public ImmutableArray<Retirement> Retired { get; init; } = [];

    /// <summary>Places that are lost for a while; null in ordinary times.</summary>
    public Incident? Incident { get; init; }

    /// <summary>The cloud that is deployed while the others are left as they are; null when all are. It moves no fleet.</summary>
    public CloudProvider? Scope { get; init; }

    /// <summary>True for a cloud that is deployed.</summary>
    public bool IsInScope(CloudProvider cloud) => Scope is null || Scope == cloud;

    /// <summary>Pools on their way out, ordered by id. Default: none.</summary>
    public ImmutableArray<DrainingPool> Draining { get; init; } = [];

    /// <summary>How requests come to servings. Default: by planned capacity.</summary>
    public RouterPlan Router { get; init; } = RouterPlan.Plain;

    /// <summary>What watches the fleet; null when nothing of it is deployed. It moves no fleet.</summary>
    public MonitoringPlan? Monitoring { get; init; }

    /// <summary>How long what the stack keeps stays, and where. It moves no fleet.</summary>
    public StoragePlan Storage { get; init; } = StoragePlan.Default;

    /// <summary>Policies that may be broken somewhere until a day, ordered by policy and subject. Default: none.</summary>
    public ImmutableArray<Waiver> Waivers { get; init; } = [];
}

/// <summary>What a stack is for.</summary>
public enum DeploymentEnvironment
{
    /// <summary>Development.</summary>
    Dev,

    /// <summary>Rehearsal of production.</summary>
    Staging,

    /// <summary>Production: reservations are protected, nothing is stopped when idle.</summary>
    Prod,
}

/// <summary>A cloud as the plan uses it.</summary>
/// <param name="Cloud">The cloud.</param>
/// <param name="Account">The AWS account id (12 digits) or the Google Cloud project id.</param>
/// <param name="Share">Its share of each serving's planned peak, in steady state.</param>
/// <param name="Regions">Regions allowed, ordered by name.</param>
public sealed record CloudTarget(CloudProvider Cloud, string Account, Share Share, ImmutableArray<string> Regions)
{
    /// <summary>Networks that are there already, ordered by region; GpuInfra makes its own in the other regions. Default: none.</summary>
    public ImmutableArray<ExistingNetwork> Networks { get; init; } = [];

    /// <summary>Where its data is copied to and machines are planned when a region is lost; null when nowhere.</summary>
    public DisasterRecovery? Recovery { get; init; }

    /// <summary>Clusters that are there already, by region; on platform kubernetes GpuInfra makes its own in the other regions. They move no fleet. Default: none.</summary>
    public ImmutableSortedDictionary<string, string> Clusters { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The network that is there already in a region; null where GpuInfra makes one.</summary>
    public ExistingNetwork? NetworkIn(string region) => Networks.FirstOrDefault(network => network.Region == region);
}

/// <summary>What must still be served after a loss, as shares of the P95 demand.</summary>
/// <param name="Zone">After the loss of any one zone.</param>
/// <param name="Cloud">After the loss of any one cloud.</param>
public sealed record Survival(Share Zone, Share Cloud)
{
    /// <summary>Nothing is promised.</summary>
    public static Survival None { get; } = new(default, default);

    /// <summary>
    /// Share of what must still be served that is served within the promised latency while something is lost; null for as much as without a
    /// loss. A replay is held to it; the fleet is not chosen by it.
    /// </summary>
    public Share? InTime { get; init; }
}

/// <summary>When idle machines may be stopped.</summary>
/// <param name="Idle">How long a machine must be idle.</param>
/// <param name="UtilizationBelow">GPU utilisation below which it counts as idle.</param>
/// <param name="OfficeHours">Hours outside which non-production pools are scaled to zero; null when they always run.</param>
public sealed record Shutdown(TimeSpan Idle, Share UtilizationBelow, RunWindow? OfficeHours)
{
    /// <summary>What the watchdog does about an idle machine. Default: it says what it would do.</summary>
    public ShutdownMode Mode { get; init; }

    /// <summary>What it does about one whose GPU is hard to get again. Default: it leaves it to people.</summary>
    public RestartRisk RestartRisk { get; init; }
}

/// <summary>What the watchdog does about idle machines.</summary>
public enum ShutdownMode
{
    /// <summary>It says what it would do, and may do nothing: its role has no right to.</summary>
    DryRun,

    /// <summary>It takes them out of service.</summary>
    Enforce,
}

/// <summary>What the watchdog does about idle machines with scarce GPUs, on demand or spot: once given up they may not be had again.</summary>
public enum RestartRisk
{
    /// <summary>It recommends to take them away, and leaves them running.</summary>
    Recommend,

    /// <summary>It treats them as any other.</summary>
    Accept,
}

/// <summary>What may be spent in a month.</summary>
/// <param name="Monthly">The sum.</param>
/// <param name="AlertAt">Shares of it at which somebody is told, ascending.</param>
/// <param name="HaltAt">Share of it at which <see cref="Halt"/> acts.</param>
public sealed record Budget(Usd Monthly, ImmutableArray<Share> AlertAt, Share HaltAt)
{
    /// <summary>What a fleet's machines may cost in a month at most, or it is refused; null when there is no such sum.</summary>
    public Usd? Ceiling { get; init; }

    /// <summary>Whom the clouds tell of it; null when no budget is made in them.</summary>
    public BudgetAlerts? Alerts { get; init; }

    /// <summary>What servings may cost in a month, ordered by name, each once. Default: nothing is said of any.</summary>
    public ImmutableArray<ServingBudget> Servings { get; init; } = [];

    /// <summary>What is halted at <see cref="HaltAt"/>; null for nothing.</summary>
    public BudgetHalt? Halt { get; init; }
}

/// <summary>Tags beyond the scheme that every resource carries.</summary>
/// <param name="Required">Keys that must be present on every taggable resource.</param>
/// <param name="Extra">Further tags, ordered by key.</param>
public sealed record TagPolicy(ImmutableArray<string> Required, ImmutableSortedDictionary<string, string> Extra)
{
    /// <summary>What the organisation calls tags that GpuInfra calls otherwise, by GpuInfra's key.</summary>
    public ImmutableSortedDictionary<string, string> Rename { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The key that resources carry for a key of the scheme or of the plan.</summary>
    public string NameOf(string key) => Rename.GetValueOrDefault(key, key);
}
