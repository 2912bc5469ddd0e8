using System.Collections.Immutable;
using GpuInfra.Offline;
using GpuInfra.Planning;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Finance.Footprints;
using GpuInfra.Planning.Finance.Penalties;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Replays;

namespace GpuInfra.Cli.Reports.Pages;

/// <summary>For whom a report is, and so how much it holds; each holds what the one before it does.</summary>
internal enum ReportPack
{
    /// <summary>What runs, what it costs, what it survives, and what is to be ordered.</summary>
    Monthly,

    /// <summary>And how demand, fleet and commitments go on.</summary>
    Quarterly,

    /// <summary>And how machines follow from demand, and an hour of it replayed.</summary>
    Yearly,
}

/// <summary>What <c>gpuinfra report</c> shows: the stack as preview, forecast, budget and replay know it, on one page.</summary>
internal static class StackPage
{
    public static HtmlPage Of(PreviewRecord preview, Forecast forecast, ReplayResult replay, ReportPack pack)
    {
        var fleet = preview.Fleet;
        ImmutableArray<PageSection> sections =
        [
            new("Summary", [.. PreviewSections.Verdict(preview), new Block.Heading("Risks"), PreviewSections.Risks(preview)]),
            new("Fleet", [.. FleetTables.Fleet(fleet), .. FleetTables.Servings(fleet)]),
            new("Cost", [.. CostTables.Cost(preview), .. BudgetReport.Of(fleet, SpendPlan.Of(fleet), Footprint.Of(fleet, Catalog.Embedded, Assumptions.Default, EnergyBook.Default))]),
            new("Survivability", [.. SurvivalTable.Of(preview)]),

            // A forecast brings the orders of its months.
            new("Commitments and orders", [.. LedgerTables.Of(fleet), .. DatedSteps.Of(fleet), .. pack == ReportPack.Monthly ? OrderTable.Of(fleet) : []]),
        ];
        if (pack >= ReportPack.Quarterly)
        {
            sections = [.. sections, new("Forecast", [.. ForecastReport.Of(forecast)])];
        }

        if (pack >= ReportPack.Yearly)
        {
            sections =
            [
                .. sections,
                new("Sizing", [.. fleet.Servings.SelectMany(serving => SizingSteps.Of(fleet, serving).Prepend(new Block.Heading(serving.Serving.Name)))]),
                new("Three years", [.. ThreeYears(fleet)]),
                new("Replay", [.. ReplayReport.Of(replay, trace: null)]),
                new("Policies", [PolicySection.Table(preview.Checks)]),
            ];
        }

        return new HtmlPage
        {
            Title = $"GpuInfra: {preview.Stack}, {fleet.Plan.AsOf}",
            Source = $"Plan {fleet.PlanHash[..12]}, price book {fleet.PriceBook.Hash[..12]} with prices from {Format.Date(preview.Costs.Oldest ?? fleet.PriceBook.AsOf)} on, judged on {Format.Date(preview.Today)}.",
            Figures = [.. Figures(preview)],
            Sections = [.. sections.Where(section => !section.Blocks.IsEmpty)],
        };
    }

    /// <summary>Renting and buying, with what each assumption does to both.</summary>
    private static IEnumerable<Block> ThreeYears(FleetPlan fleet)
    {
        var cost = TotalCost.Of(fleet, Catalog.Embedded, Assumptions.Default);
        return TotalCostReport.Of(fleet, cost, RentTerm.Of(fleet, Catalog.Embedded, cost), TotalCost.Tornado(fleet, Catalog.Embedded, Assumptions.Default), ExpectedPenalty.Of(fleet, Catalog.Embedded));
    }

    private static IEnumerable<PageFigure> Figures(PreviewRecord preview)
    {
        var fleet = preview.Fleet;
        var (instances, gpus) = FleetTables.Machines(fleet.Pools);
        yield return new("A month", Format.Dollars(preview.Costs.Monthly), $"{Format.Dollars(preview.Costs.Machines)} of it machines");
        yield return new("GPUs", Format.Count(gpus), $"{Format.Count(instances, "instance")} in {Format.Count(fleet.Pools.Length, "pool")}");
        yield return new("Least headroom", fleet.Headroom.ToString(), "above the planned peak");
        if (preview.Proof.Losses.Where(loss => loss.Attainment is not null && loss.Required != default).MinBy(loss => loss.Attainment - loss.Needed) is { } worst)
        {
            yield return new(
                "Worst loss", new Cell(FormattableString.Invariant($"{worst.Attainment * 100:0.0} %"), worst.Holds ? Tone.Plain : Tone.Bad),
                $"of {worst.Serving} in time without {worst.Loss.Name}; {FormattableString.Invariant($"{worst.Needed * 100:0.#}")} % needed");
        }

        var broken = preview.Checks.Count(check => check.Status == CheckStatus.Fail);
        yield return new("Policies", broken == 0 ? new Cell("pass", Tone.Good) : new Cell($"{Format.Count(broken)} fail", Tone.Bad), $"{Format.Count(preview.Checks.Select(check => check.Id).Distinct().Count())} judged");
    }
}
