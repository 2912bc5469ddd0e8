using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Finance.Cases;
using GpuInfra.Planning.Finance.Footprints;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Reports;

/// <summary>What <c>gpuinfra memo</c> shows: one page, press release and questions. Letters in brackets say where each paragraph's figures come from.</summary>
internal static class MemoReport
{
    public static IEnumerable<Block> Of(CaseFile made)
    {
        var (fleet, spend) = (made.Fleet, SpendPlan.Of(made.Fleet));
        var (instances, gpus) = FleetTables.Machines(fleet.Pools);
        var tokens = spend.Workloads.Sum(workload => workload.Tokens.Input + workload.Tokens.Output);
        yield return new Block.Heading($"{fleet.Stack}: {Format.Count(gpus)} GPUs for {string.Join(", ", fleet.Servings.Select(serving => serving.Serving.Name))}, {Format.Dollars(fleet.Cost.Monthly)} a month from {fleet.Plan.AsOf} on");
        yield return new Block.Paragraph(
            $"The need. {string.Join("; ", fleet.Servings.Select(serving => FormattableString.Invariant($"{serving.Serving.Name} ({serving.Serving.Model.Id}): {serving.Demand.RequestsPerSecond:N1} requests/s on average, {serving.Demand.PeakRequestsPerSecond:N1} in the peak")))}. "
            + FormattableString.Invariant($"Together {tokens / 1e9:N0} billion tokens a month. [P]"));
        yield return new Block.Paragraph(
            $"The answer. {Format.Count(instances, "instance")} in {Format.Count(fleet.Pools.Length, "pool")}, {string.Join(" and ", fleet.Cost.ByCloud.Select(cloud => $"{Format.Part(cloud.Monthly, fleet.Cost.Monthly)} at {cloud.Name}"))}, "
            + $"with {fleet.Headroom} of headroom above the peak at the least; {Worst(made)}. [P]");
        yield return new Block.Paragraph(
            $"The cost. {Format.Dollars(fleet.Cost.Monthly)} a month{(fleet.Plan.Budget is { } budget ? $" against a budget of {Format.Dollars(budget.Monthly)}" : "")}, "
            + FormattableString.Invariant($"${(tokens > 0 ? (double)fleet.Cost.Monthly.Amount / tokens * 1e6 : 0):0.###} for a million tokens; {fleet.Steps[^1].Monthly} in {fleet.Steps[^1].Month}")
            + $". Three years: {Format.Dollars(made.Cost.Rent.Total)} rented, {Format.Dollars(made.Cost.Buy.Total)} bought. [P, B, A]");
        yield return new Block.Paragraph($"Electricity. {Drawn(made)} [P, A]");
        if (!made.Penalties.IsEmpty)
        {
            yield return new Block.Paragraph($"The promise. {PenaltyTables.Sentence(made.Penalties)} above. [P, L]");
        }

        yield return new Block.Paragraph(Verdict(made));
        yield return new Block.Heading("Questions");
        yield return new Block.Items([.. Questions(made)]);
        yield return new Block.Heading("What is asked for");
        yield return new Block.Items([.. Asked(made)]);
        yield return new Block.Paragraph(new Cell(
            $"[P] plan {fleet.PlanHash}, month {fleet.Plan.AsOf}. [B] price book {fleet.PriceBook.Hash[..12]}, prices from {Format.Date(fleet.PriceBook.AsOf)} on. "
            + $"{(made.Penalties.IsEmpty ? "" : "[L] the plan's own assumptions of losses. ")}[A] assumptions of tco, {Format.Count(Assumptions.Default.All.Count(assumption => assumption.Grade == 'D'))} of them guesses.", Tone.Muted));
    }

    private static Cell Verdict(CaseFile made)
    {
        var verdict = CaseReport.Verdict(made);
        return verdict with { Text = $"The case. {verdict.Text} [B, A]" };
    }

    private static string Drawn(CaseFile made)
    {
        var drawn = Footprint.Of(made.Fleet, Catalog.Embedded, Assumptions.Default, EnergyBook.Default).Total;
        return $"{drawn.Energy} a month; {FootprintTables.Emitted(drawn)}.";
    }

    private static string Worst(CaseFile made)
    {
        var worst = made.Fleet.Servings.SelectMany(serving => serving.Survival.Select(check => (serving.Serving.Name, Check: check))).OrderBy(check => check.Check.Remaining.Fraction - check.Check.Required.Fraction).FirstOrDefault();
        return worst.Check is null ? "nothing is promised after a loss" : $"the worst loss ({worst.Check.Lost}) leaves {worst.Name} {worst.Check.Remaining} of its P95 demand, {worst.Check.Required} is promised";
    }

    private static IEnumerable<Cell> Questions(CaseFile made)
    {
        var compared = Breakeven.Of(made.Fleet, Catalog.Embedded, new BreakevenOptions(null, null, default, default));
        foreach (var serving in compared.Where(serving => !serving.Apis.IsEmpty))
        {
            var cheapest = serving.Apis[0];
            yield return $"Why not an API for {serving.Serving}? Its tokens cost {Format.Dollars(serving.Own)} here and {Format.Dollars(cheapest.Monthly)} at {cheapest.Price.Id}, the cheapest listed (price of {Format.Date(cheapest.Price.AsOf)}), whatever that model is worth"
                + $"{(serving.MayLeave ? "" : "; its data may not leave")}. [P, B]";
        }

        var cost = made.Cost;
        var less = cost.Rent.Total.CompareTo(cost.Buy.Total) <= 0 ? "renting" : "buying";
        yield return $"Why not buy? Over three years {less} costs {Format.Dollars(new Usd(Math.Abs(cost.Rent.Total.Amount - cost.Buy.Total.Amount)))} less, as far as the assumptions hold. [A]";
        foreach (var risk in made.Risks)
        {
            var price = risk.Monthly is { } monthly ? $"{Format.Dollars(monthly)} a month" : $"not to be planned: {risk.Why}";
            var spares = risk.Spares is { } spared ? $", against {PenaltyTables.Amount(spared)} of expected penalties that it spares" : "";
            yield return $"The risk: {risk.Name}. {risk.Exposure}. Against it {(risk.InPlace ? "there is" : "there could be")}: {risk.Mitigation}, {price}{spares}. [P, B{(risk.Spares is null ? "" : ", L")}]";
        }
    }

    private static IEnumerable<Cell> Asked(CaseFile made)
    {
        var most = made.Fleet.Steps.MaxBy(step => step.Monthly.Amount)!;
        yield return $"A budget of {Format.Dollars(most.Monthly)} a month, the most of the horizon (in {most.Month}), for machines. [P, B]";
        if (made.Case.Upfront.Amount > 0)
        {
            yield return $"{Format.Dollars(made.Case.Upfront)} before the first month.";
        }

        foreach (var condition in made.Gates[^1].Conditions.Where(condition => !condition.Holds))
        {
            yield return new Cell($"Before production: {condition.Name} ({condition.Why}). [P]", Tone.Warning);
        }
    }
}
