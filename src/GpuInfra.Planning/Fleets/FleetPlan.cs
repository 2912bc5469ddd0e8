using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Optimization;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// The planned fleet: what runs in the plan's month, what it costs, what it leaves over, and why each alternative was not taken.
/// Computed once, immutable, and the only thing that the Pulumi program and the reports read.
/// </summary>
public sealed record FleetPlan
{
    /// <summary>The stack it was planned for.</summary>
    public required string Stack { get; init; }

    /// <summary>SHA-256 of the plan's meaning and the price book, in hexadecimal: order, comments and spelling of units do not change it.</summary>
    public required string PlanHash { get; init; }

    /// <summary>The prices it was planned with.</summary>
    public required PriceBook PriceBook { get; init; }

    /// <summary>The plan it answers.</summary>
    public required CapacityPlan Plan { get; init; }

    /// <summary>What each serving needs and gets, ordered by name.</summary>
    public required ImmutableArray<ServingFleet> Servings { get; init; }

    /// <summary>Pools of the deployed month, ordered by id.</summary>
    public required ImmutableArray<Pool> Pools { get; init; }

    /// <summary>The pools that the program registers groups for: all but those outside the clouds.</summary>
    public IEnumerable<Pool> Provisioned => Pools.Where(pool => !pool.IsExternal);

    /// <summary>Machines outside the clouds that the stack was given and what is used of them, ordered by id.</summary>
    public ImmutableArray<ExternalUse> External => ExternalUse.Of(Plan, Pools);

    /// <summary>One step per month of the horizon, in order.</summary>
    public required ImmutableArray<FleetStep> Steps { get; init; }

    /// <summary>What the deployed month takes of quotas, ordered by cloud, region and code.</summary>
    public ImmutableArray<QuotaNeed> Quotas { get; init; } = [];

    /// <summary>The hours chosen for work with a deadline, ordered by serving; empty for a fleet that was not planned here.</summary>
    public ImmutableArray<WindowChoice> Windows { get; init; } = [];

    /// <summary>How busy each pool is planned to be, ordered by pool.</summary>
    public ImmutableArray<PoolUtilization> Utilization => PoolUtilization.Of(Plan, Servings, Pools);

    /// <summary>Reserved machines against what the ledger holds, ordered by cloud, region and type.</summary>
    public ImmutableArray<ReservationCover> Reservations => ReservationCover.Of(Plan, Pools);

    /// <summary>What was seen of the capacity that pools are to have; none where the plan keeps no book.</summary>
    public ImmutableArray<PoolAvailability> Availability => PoolAvailability.Of(Plan, Pools);

    /// <summary>Commitment terms laid under the load of what runs around the clock: information, in no total.</summary>
    public ImmutableArray<CommitmentLadder> Ladders => LazyLadders.Value;

    /// <summary>Makes <see cref="Ladders"/> when they are asked for.</summary>
    internal Lazy<ImmutableArray<CommitmentLadder>> LazyLadders { get; init; } = new(() => []);

    /// <summary>What held commitments cost from the deployed month to their ends, at today's prices where they are told in percent.</summary>
    public Usd Committed { get; init; }

    /// <summary>What held reservations and commitments cost until their ends, whatever happens.</summary>
    public Usd Irrevocable => ReservationCover.Irrevocable(Plan) + Committed;

    /// <summary>What the pools cost.</summary>
    public required FleetCost Cost { get; init; }

    /// <summary>What the reader should know before trusting it.</summary>
    public required ImmutableArray<string> Warnings { get; init; }

    /// <summary>True when it was read from the stack's lock, as it was reviewed, and not planned anew.</summary>
    public bool IsLocked { get; init; }

    /// <summary>How a pool follows load; null for one that stands at its size.</summary>
    public PoolScaling? ScalingOf(Pool pool) => PoolScaling.Of(Plan, pool);

    /// <summary>What waits stopped beside a pool; null where nothing does.</summary>
    public PoolStandby? StandbyOf(Pool pool) => Catalog is { } catalog ? PoolStandby.Of(Plan, catalog, pool) : null;

    /// <summary>Regions that stand by for the loss of others, ordered by cloud.</summary>
    public ImmutableArray<StandbyRegion> StandbyRegions => StandbyRegion.Of(this);

    /// <summary>File systems that machines share, ordered by cloud, region and use.</summary>
    public ImmutableArray<SharedFileSystem> SharedFiles => SharedFileSystem.Of(this);

    /// <summary>Machines, times and prices by which it tells <see cref="Times"/> and <see cref="StandbyOf"/>; null for a fleet made by hand.</summary>
    internal Catalog? Catalog { get; init; }

    /// <summary>How soon machines start, when how many are needed, what to ask for by when; reckoned when it is first asked for.</summary>
    public FleetTimes Times => LazyTimes.Value;

    /// <summary>What makes <see cref="Times"/>.</summary>
    internal Lazy<FleetTimes> LazyTimes { get; init; } = new(FleetTimes.None);

    /// <summary>The fleet that ran when it was planned, by month; empty when none did.</summary>
    internal ImmutableArray<FleetStep> Running { get; init; } = [];

    /// <summary>What was solved for the deployed month, and proven; null for a fleet that was not solved here.</summary>
    internal SolvedMonth? Optimum { get; init; }

    /// <summary>
    /// What the optimiser minimised: what is paid in the deployed month, held capacity whether used or not, before cents are rounded and without
    /// draining pools. The cost itself for a fleet that was not solved here.
    /// </summary>
    public decimal Objective => Optimum?.Optimum.Objective ?? Cost.Monthly.Amount;

    /// <summary>
    /// What no fleet can cost less than, proven. Equal to <see cref="Objective"/> unless the node limit ended the search; null for a fleet that
    /// was not solved here.
    /// </summary>
    public decimal? Bound => Optimum?.Optimum.Bound;

    /// <summary>Writes the problem that was solved for the deployed month in CPLEX LP format.</summary>
    /// <exception cref="InvalidOperationException">The fleet was not solved here.</exception>
    public void WriteProblem(TextWriter writer)
    {
        var solved = Optimum ?? throw new InvalidOperationException("This fleet was not solved here.");
        LpFormat.Write(writer, new FleetFormulation(solved.Problem).Program, [$"fleet of {Stack} in {Plan.AsOf}, plan {PlanHash}", "cost in USD a month; rates are shares of each serving's peak with headroom"]);
    }

    /// <summary>The same fleet, which can tell <see cref="Times"/> and <see cref="StandbyOf"/> by a catalog.</summary>
    public FleetPlan With(Catalog catalog)
    {
        var fleet = this;
        return fleet with { Catalog = catalog, LazyTimes = new Lazy<FleetTimes>(() => FleetTimes.Of(fleet, catalog)) };
    }

    /// <summary>The lowest headroom of any serving: capacity above the planned peak, as a share of it.</summary>
    public Share Headroom => Servings.Select(serving => serving.Headroom).DefaultIfEmpty().Min();
}

/// <summary>The prices a fleet was planned with.</summary>
/// <param name="AsOf">The oldest price's date.</param>
/// <param name="Hash">SHA-256 of the catalog data, in hexadecimal.</param>
public sealed record PriceBook(DateOnly AsOf, string Hash);

/// <summary>The fleet of one month of the horizon.</summary>
/// <param name="Month">The month.</param>
/// <param name="Pools">Its pools, ordered by id.</param>
/// <param name="Monthly">Their cost in that month, and that of held capacity that nothing uses.</param>
/// <param name="ByWorkload">What each workload has of it, ordered by name; what nothing uses is nobody's.</param>
public sealed record FleetStep(Month Month, ImmutableArray<Pool> Pools, Usd Monthly, ImmutableArray<CostShare> ByWorkload)
{
    /// <summary>Held capacity that is paid in the month and not used; it is in the cost.</summary>
    public ImmutableArray<UnusedCapacity> Unused { get; init; } = [];
}

/// <summary>What a fleet costs per month. Every breakdown adds up to <see cref="Monthly"/> to the cent.</summary>
public sealed record FleetCost
{
    /// <summary>The total: all pools, and held capacity that is paid and that no pool uses.</summary>
    public required Usd Monthly { get; init; }

    /// <summary>Held capacity that is paid and that no pool uses.</summary>
    public ImmutableArray<UnusedCapacity> Unused { get; init; } = [];

    /// <summary>By tier.</summary>
    public required ImmutableArray<CostShare> ByTier { get; init; }

    /// <summary>By cloud.</summary>
    public required ImmutableArray<CostShare> ByCloud { get; init; }

    /// <summary>By workload: a serving's cost is split by the GPU time that each workload's tokens take.</summary>
    public required ImmutableArray<CostShare> ByWorkload { get; init; }

    /// <summary>By team; workloads without a team count as <c>unowned</c>.</summary>
    public required ImmutableArray<CostShare> ByTeam { get; init; }

    /// <summary>What commitments would save if they were bought, by term: information, in no total.</summary>
    public ImmutableArray<CommitmentSaving> IfCommitted { get; init; } = [];

    /// <summary>What is deployed with the machines and not in the total.</summary>
    public required ImmutableArray<string> Unpriced { get; init; }
}

/// <summary>What a commitment would save on the machines that it fits and none covers.</summary>
/// <param name="Term">How long it would bind.</param>
/// <param name="Instances">The machines.</param>
/// <param name="Monthly">The saving in an average month.</param>
public sealed record CommitmentSaving(CommitmentTerm Term, int Instances, Usd Monthly)
{
    /// <summary>What the machines would cost in an average month, used or not.</summary>
    public Usd Bound { get; init; }
}

/// <summary>A named part of a cost.</summary>
public sealed record CostShare(string Name, Usd Monthly);
