using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Cli.Reports;

/// <summary>What <c>gpuinfra plan</c> shows.</summary>
internal static class PlanReport
{
    private const int ShownPerConstraint = 2;

    public static IEnumerable<Block> Of(FleetPlan fleet, string? explained, FleetExplanation? explanation, ImmutableArray<LeverEffect> levers, DateOnly today)
    {
        var (instances, gpus) = FleetTables.Machines(fleet.Pools);
        yield return new Block.Paragraph(
            $"{fleet.Stack}, {fleet.Plan.AsOf}: {Format.Count(fleet.Pools.Length, "pool")}, "
            + $"{Format.Count(instances, "instance")}, {Format.Count(gpus, "GPU")} on {FleetTables.Clouds(fleet)}; "
            + $"{Format.Dollars(fleet.Cost.Monthly)} a month for machines; headroom {fleet.Headroom}; plan {fleet.PlanHash[..12]}.");
        IEnumerable<Block> sections =
        [
            .. FleetTables.Fleet(fleet),
            .. FleetTables.Servings(fleet),
            .. UseTables.Of(fleet),
            .. ExplanationTables.Stability(fleet),
            .. FleetTables.Cost(fleet, today),
            .. PenaltyTables.Of(fleet),
            .. LedgerTables.Of(fleet),
            .. LedgerTables.Availability(fleet),
            .. LadderTables.Of(fleet.Ladders),
            .. Warnings(fleet),
            new Block.Heading($"The next {Format.Count(fleet.Steps.Length, "month")}"),
            Months(fleet),
            .. NextStep(fleet),
            .. DatedSteps.Of(fleet, today),
            .. levers.IsEmpty ? [] : LeverTable.Of(fleet, levers),
            .. explanation is null ? [] : ExplanationTables.Of(explanation),
            .. explanation is null ? [] : RouteTables.Of(fleet),
            .. Rejections(fleet, explained, explanation),
        ];
        foreach (var block in sections)
        {
            yield return block;
        }

    }

    private static IEnumerable<Block> Warnings(FleetPlan fleet)
    {
        if (!fleet.Warnings.IsEmpty)
        {
            yield return new Block.Heading("Warnings");
            yield return new Block.Items([.. fleet.Warnings.Select(text => new Cell(text, Tone.Warning))]);
        }
    }

    /// <summary>The horizon, month by month.</summary>
    public static Block.Grid Months(FleetPlan fleet) => new(
        [
            new("Month"), new("Instances", true), new("GPUs", true), new("$/month", true), new("New pools", true),
            new("Resized", true), new("Gone", true),
        ],
        [.. fleet.Steps.Select((step, i) => MonthRow(fleet, step, i == 0 ? step : fleet.Steps[i - 1]))]);

    /// <summary>What the month after the deployed one changes, pool by pool.</summary>
    public static IEnumerable<Block> NextStep(FleetPlan fleet)
    {
        var next = fleet.Steps.FirstOrDefault(step => step.Month == fleet.Plan.AsOf.Plus(1));
        if (next is not null && PoolChange.Between(fleet.Pools, next.Pools) is { IsEmpty: false } changes)
        {
            yield return new Block.Paragraph($"From {fleet.Plan.AsOf} to {next.Month}, instances:");
            yield return new Block.Items(
                [.. changes.Select(change => new Cell($"{change.Pool}: {change.Before} → {change.After}"))]);
        }
    }

    private static ImmutableArray<Cell> MonthRow(FleetPlan fleet, FleetStep step, FleetStep before)
    {
        var (instances, gpus) = FleetTables.Machines(step.Pools);
        var changes = PoolChange.Between(before.Pools, step.Pools);
        return
        [
            step.Month == fleet.Plan.AsOf ? $"{step.Month} (deployed)" : step.Month.ToString(),
            Format.Count(instances),
            Format.Count(gpus),
            FormattableString.Invariant($"{step.Monthly.Amount:N2}"),
            Format.Count(changes.Count(change => change.Before == 0)),
            Format.Count(changes.Count(change => change is { Before: > 0, After: > 0 })),
            Format.Count(changes.Count(change => change.After == 0)),
        ];
    }

    private static IEnumerable<Block> Rejections(FleetPlan fleet, string? explained, FleetExplanation? explanation)
    {
        foreach (var serving in fleet.Servings)
        {
            var all = explained is "" || explained == serving.Serving.Name || serving.Workloads.Contains(explained ?? "");
            if (serving.Rejections.IsEmpty || (explained is not null && !all))
            {
                continue;
            }

            if (all)
            {
                foreach (var block in ExplanationTables.Margins(serving, explanation).Concat(ExplainTables.Of(fleet, serving, explanation)))
                {
                    yield return block;
                }
            }
            else
            {
                yield return new Block.Heading($"Not taken for {serving.Serving.Name}");
                yield return Grouped(serving);
            }
        }

        if (explained is null)
        {
            yield return new Block.Paragraph(
                new Cell("Every option with its figures: --explain, or --explain WORKLOAD.", Tone.Muted));
        }
    }

    private static Block.Grid Grouped(ServingFleet serving) => new(
        [new("Fails"), new("Options", true), new("For example", Wrap: true)],
        [.. serving.Rejections.GroupBy(rejection => rejection.Constraint)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => ImmutableArray.Create<Cell>(
                group.Key,
                Format.Count(group.Count()),
                string.Join("; ", group.Take(ShownPerConstraint)
                    .Select(rejection => $"{rejection.Option}: {rejection.Detail}"))))]);
}
