using System.Collections.Immutable;
using System.Text.Json;
using GpuInfra.Planning;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance.Penalties;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Reports;

/// <summary>A plan with some edits: its fleet, or why there is none.</summary>
/// <param name="Name">The edits as they were written; <c>plan</c> for the plan as it is.</param>
/// <param name="Fleet">The fleet; null when it is infeasible.</param>
/// <param name="Problems">Why it is infeasible.</param>
internal sealed record Scenario(string Name, FleetPlan? Fleet, ImmutableArray<PlanProblem> Problems)
{
    /// <summary>What months below a promise are expected to cost.</summary>
    public ImmutableArray<ExpectedPenalty> Penalties { get; } = Fleet is null ? [] : ExpectedPenalty.Of(Fleet, Catalog.Embedded);
}

/// <summary>What <c>gpuinfra plan --compare</c> shows: scenarios side by side, the plan as it is first.</summary>
internal static class Comparison
{
    public static IEnumerable<Block> Of(ImmutableArray<Scenario> scenarios)
    {
        var plan = scenarios[0].Fleet!;
        var hasPenalties = scenarios.Any(scenario => !scenario.Penalties.IsEmpty);
        yield return new Block.Paragraph($"{plan.Stack}, {plan.Plan.AsOf}: the plan as it is against {Format.Count(scenarios.Length - 1, "scenario")}.");
        yield return new Block.Grid(
            [
                new("Scenario"), new("$/month", true), new("Change", true), new("Pools", true), new("Instances", true), new("GPUs", true),
                new("Replicas", true), new("Headroom", true), new("Warnings", true),
                .. hasPenalties ? [new Column("Expected penalty, $/month", true)] : Array.Empty<Column>(),
            ],
            [.. scenarios.Select(scenario => hasPenalties ? Row(scenario, plan).Add(scenario.Penalties.IsEmpty ? Format.None : PenaltyTables.Amount(ExpectedPenalty.Total(scenario.Penalties))) : Row(scenario, plan))]);
        foreach (var scenario in scenarios)
        {
            foreach (var block in Details(scenario, plan))
            {
                yield return block;
            }
        }
    }

    public static string ToJson(ImmutableArray<Scenario> scenarios) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("stack", scenarios[0].Fleet!.Stack);
        json.WriteStartArray("scenarios");
        foreach (var scenario in scenarios)
        {
            Write(json, scenario);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static ImmutableArray<Cell> Row(Scenario scenario, FleetPlan plan)
    {
        if (scenario.Fleet is not { } fleet)
        {
            return [scenario.Name, new Cell("infeasible", Tone.Bad), .. Enumerable.Repeat<Cell>(Format.None, 7)];
        }

        var (instances, gpus) = FleetTables.Machines(fleet.Pools);
        return
        [
            scenario.Name,
            FormattableString.Invariant($"{fleet.Cost.Monthly.Amount:N2}"),
            ReferenceEquals(fleet, plan) ? Format.None : FormattableString.Invariant($"{(fleet.Cost.Monthly - plan.Cost.Monthly).Amount:+#,##0.00;-#,##0.00;0.00}"),
            Format.Count(fleet.Pools.Length),
            Format.Count(instances),
            Format.Count(gpus),
            Format.Count(fleet.Pools.Sum(pool => pool.Replicas)),
            fleet.Headroom.ToString(),
            Format.Count(fleet.Warnings.Length),
        ];
    }

    private static IEnumerable<Block> Details(Scenario scenario, FleetPlan plan)
    {
        var lines = scenario.Fleet is not { } fleet
            ? scenario.Problems.Select(problem => new Cell(problem.ToString(), Tone.Bad)).ToList()
            :
            [
                .. PoolChange.Between(plan.Pools, fleet.Pools).Select(change => new Cell($"{change.Pool}: {change.Before} → {change.After} instances")),
                .. fleet.Warnings.Except(plan.Warnings).Select(warning => new Cell(warning, Tone.Warning)),
            ];
        if (lines.Count > 0)
        {
            yield return new Block.Heading(scenario.Name);
            yield return new Block.Items([.. lines]);
        }
    }

    private static void Write(Utf8JsonWriter json, Scenario scenario)
    {
        json.WriteStartObject();
        json.WriteString("name", scenario.Name);
        json.WriteBoolean("feasible", scenario.Fleet is not null);
        if (scenario.Fleet is { } fleet)
        {
            var (instances, gpus) = FleetTables.Machines(fleet.Pools);
            json.WriteString("planHash", fleet.PlanHash);
            json.WriteNumber("monthlyUsd", JsonText.Plain(fleet.Cost.Monthly.Amount));
            json.WriteNumber("pools", fleet.Pools.Length);
            json.WriteNumber("instances", instances);
            json.WriteNumber("gpus", gpus);
            json.WriteNumber("replicas", fleet.Pools.Sum(pool => pool.Replicas));
            json.WriteNumber("headroom", fleet.Headroom.Fraction);
            PenaltyJson.WriteMember(json, scenario.Penalties);
        }

        json.WriteStartArray(scenario.Fleet is null ? "problems" : "warnings");
        foreach (var text in scenario.Fleet?.Warnings.AsEnumerable() ?? scenario.Problems.Select(problem => problem.ToString()))
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
