using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Reports;

/// <summary>The fleet as tables; what <c>plan</c>, <c>preview</c> and the pull-request comment share.</summary>
internal static class FleetTables
{
    /// <summary>Pools: what becomes an instance group each, and what it costs.</summary>
    public static IEnumerable<Block> Fleet(FleetPlan fleet)
    {
        yield return new Block.Heading($"Fleet of {fleet.Plan.AsOf}");
        yield return new Block.Grid(
            [
                new("Pool"), new("Instances"), new("Min/max", true), new("Zones"), new("Replicas", true), new("Req/s", true),
                new("$/h", true), new("$/month", true),
            ],
            [.. fleet.Pools.Select(PoolRow)]);
        yield return new Block.Paragraph(new Cell(
            "A pool is named serving-cloud-region-tier-gpu. Zones: instances in each. Req/s: what all its replicas serve."
                + string.Concat(fleet.Pools.Where(pool => pool.NodesPerReplica > 1).Select(pool => $" A replica of {pool.Id} spans {pool.NodesPerReplica} instances, and is lost with any of them.")),
            Tone.Muted));
    }

    /// <summary>Zone names, for who wants them.</summary>
    public static Block.Grid Zones(FleetPlan fleet) => new(
        [new("Pool"), new("Zones"), new("Ladder"), new("Replica"), new("Hours")],
        [.. fleet.Pools.Select(pool => ImmutableArray.Create<Cell>(
            pool.Id,
            Format.Names(pool.Zones.Select(zone => $"{zone.Zone}: {zone.Instances}")),
            Format.Names(pool.Ladder.Select(rung => rung.InstanceType)),
            Replica(pool),
            Hours(pool.Window)))]);

    /// <summary>Servings: demand against capacity, promised against expected latency, and what a loss leaves.</summary>
    public static IEnumerable<Block> Servings(FleetPlan fleet)
    {
        yield return new Block.Heading("Servings");
        yield return new Block.Grid(
            [
                new("Serving"), new("Kind"), new("Model"), new("Workloads"), new("Mean req/s", true), new("Peak req/s", true),
                new("Capacity", true), new("Headroom", true),
            ],
            [.. fleet.Servings.Select(LoadRow)]);
        yield return new Block.Paragraph(new Cell("Headroom: capacity above the planned peak minute.", Tone.Muted));
        yield return new Block.Heading("Promises");
        yield return new Block.Grid(
            [new("Serving"), new("TTFT", true), new("TPOT", true), new("In time", true), new("Worst zone loss", true), new("Worst cloud loss", true)],
            [.. fleet.Servings.Select(PromiseRow)]);
        yield return new Block.Paragraph(new Cell(
            "TTFT: of a long request, TPOT: mean, in time: share of requests within both, at full load; expected against promised. Losses: what is left of P95 demand ≥ what the plan promises.", Tone.Muted));
    }

    /// <summary>The machines' cost, cut four ways, what it leaves out, and the prices' date.</summary>
    public static IEnumerable<Block> Cost(FleetPlan fleet, DateOnly today)
    {
        var cost = fleet.Cost;
        yield return new Block.Heading($"Cost: {cost.Monthly} per month for machines");
        yield return Splits(cost);
        if (!cost.Unpriced.IsEmpty)
        {
            yield return new Block.Paragraph(new Cell($"Not in the total: {Format.Names(cost.Unpriced)}.", Tone.Warning));
        }

        foreach (var block in IfCommitted(cost))
        {
            yield return block;
        }

        yield return Prices(fleet, fleet.PriceBook.AsOf, today);
    }

    /// <summary>The machines' cost, cut four ways.</summary>
    public static Block.Grid Splits(FleetCost cost) => new(
        [new("By"), new("Name"), new("$/month", true), new("Share", true)],
        [
            .. CostRows("tier", cost.ByTier, cost),
            .. CostRows("cloud", cost.ByCloud, cost),
            .. CostRows("team", cost.ByTeam, cost),
            .. CostRows("workload", cost.ByWorkload, cost),
        ]);

    /// <summary>What commitments would save; nothing where there is nothing to save.</summary>
    public static IEnumerable<Block> IfCommitted(FleetCost cost)
    {
        if (!cost.IfCommitted.IsEmpty)
        {
            var savings = cost.IfCommitted.Select(saving =>
                $"{Format.Dollars(saving.Monthly)} ({(saving.Term == CommitmentTerm.OneYear ? "1 year" : "3 years")}, "
                + $"{Format.Count(saving.Instances, "machine")})");
            yield return new Block.Paragraph(new Cell(
                $"Commitments, if bought, would save {string.Join(" or ", savings)} a month; no total counts that.", Tone.Muted));
        }
    }

    /// <summary>What the prices are and how old the oldest of them is on a day.</summary>
    public static Block.Paragraph Prices(FleetPlan fleet, DateOnly oldest, DateOnly today) => new(new Cell(
        $"List prices; the oldest is of {Format.Date(oldest)}, {Format.Count(PriceAge.Days(oldest, today), "day")} before {Format.Date(today)} (price book {fleet.PriceBook.Hash[..12]}).",
        Tone.Muted));

    /// <summary>Instances and GPUs at the desired size.</summary>
    public static (int Instances, int Gpus) Machines(ImmutableArray<Pool> pools) =>
        (pools.Sum(pool => pool.Instances.Desired), pools.Sum(pool => pool.Instances.Desired * pool.GpusPerInstance));

    /// <summary>The clouds that pools are on, as <c>aws and gcp</c>.</summary>
    public static string Clouds(FleetPlan fleet) =>
        string.Join(" and ", fleet.Pools.Select(pool => Format.Cloud(pool.Cloud)).Distinct().Order(StringComparer.Ordinal));

    private static string Replica(Pool pool) =>
        $"{(pool.Engine.Cut is { } cut ? $"{cut} on a GPU" : Format.Count(pool.Engine.TensorParallel * pool.Engine.PipelineParallel, "GPU"))}"
        + $"{(pool.NodesPerReplica > 1 ? $" of {pool.NodesPerReplica} machines" : "")}, {Format.Word(pool.Engine.Precision)}, "
        + Format.Count(pool.Engine.MaxConcurrency, "sequence");

    private static string Hours(RunWindow? window) => window is null
        ? "always"
        : FormattableString.Invariant($"{window.Days} {window.From:HH\\:mm}-{window.To:HH\\:mm} {window.TimeZone}");

    private static ImmutableArray<Cell> PoolRow(Pool pool) =>
    [
        pool.IsDraining ? $"{pool.Id} (draining)" : pool.Id,
        $"{pool.Instances.Desired} × {pool.InstanceType}",
        $"{pool.Instances.Min}/{pool.Instances.Max}",
        string.Join('+', pool.Zones.Select(zone => zone.Instances)),
        Format.Count(pool.Replicas),
        Format.Number(pool.RequestsPerSecond),
        FormattableString.Invariant($"{pool.Hourly.Amount:N2}"),
        FormattableString.Invariant($"{pool.Monthly.Amount:N2}"),
    ];

    private static ImmutableArray<Cell> LoadRow(ServingFleet fleet) =>
    [
        fleet.Serving.Name,
        Format.Word(fleet.Serving.Kind),
        fleet.Serving.Model.Id,
        Format.Names(fleet.Workloads),
        Format.Number(fleet.Demand.RequestsPerSecond),
        Format.Number(fleet.Demand.PeakRequestsPerSecond),
        Format.Number(fleet.CapacityRequestsPerSecond),
        fleet.Headroom.ToString(),
    ];

    private static ImmutableArray<Cell> PromiseRow(ServingFleet fleet) =>
    [
        fleet.Serving.Name,
        Latency(fleet.Latency?.TimeToFirstToken, fleet.Serving.Latency?.TimeToFirstToken),
        Latency(fleet.Latency?.TimePerOutputToken, fleet.Serving.Latency?.TimePerOutputToken),
        InTime(fleet.Latency?.InTime, fleet.Serving.Latency?.Percentile),
        Survival(fleet, "zone "),
        Survival(fleet, "cloud "),
    ];

    private static Cell Latency(TimeSpan? expected, TimeSpan? promised) => (expected, promised) switch
    {
        ({ } known, { } limit) => new Cell(
            $"{Format.Duration(known)} ≤ {Format.Duration(limit)}", known <= limit ? Tone.Plain : Tone.Bad),
        ({ } known, null) => Format.Duration(known),
        _ => Format.None,
    };

    private static Cell InTime(Share? expected, int? promised) => (expected, promised) switch
    {
        ({ } share, { } percentile) => $"{share} ≥ {percentile} %",
        _ => Format.None,
    };

    private static Cell Survival(ServingFleet fleet, string loss)
    {
        var worst = fleet.Survival.Where(check => check.Lost.StartsWith(loss, StringComparison.Ordinal))
            .MinBy(check => check.Remaining.Fraction - check.Required.Fraction);
        return worst switch
        {
            null => Format.None,
            { Required.Fraction: 0 } => worst.Remaining.ToString(),
            _ => new Cell($"{worst.Remaining} ≥ {worst.Required}", worst.Holds ? Tone.Plain : Tone.Bad),
        };
    }

    private static IEnumerable<ImmutableArray<Cell>> CostRows(string by, ImmutableArray<CostShare> shares, FleetCost cost) =>
        shares.Select((share, i) => ImmutableArray.Create<Cell>(
            i == 0 ? by : "",
            share.Name,
            FormattableString.Invariant($"{share.Monthly.Amount:N2}"),
            Format.Part(share.Monthly, cost.Monthly)));
}
