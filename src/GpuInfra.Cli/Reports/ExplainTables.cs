using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Cli.Reports;

/// <summary>
/// Why a serving runs where it does: how many options each step of the choice leaves, what each GPU not taken fails first, and the price
/// or target at which it would win.
/// </summary>
internal static class ExplainTables
{
    /// <summary>The steps in the order that an option passes them.</summary>
    private static readonly ImmutableArray<(string Name, ImmutableArray<string> Constraints)> Steps =
    [
        ("hardware", ["support", "precision", "parallelism"]),
        ("memory", ["memory"]),
        ("latency", ["timePerOutputToken", "timeToFirstToken"]),
        ("availability", ["offer", "zone", "residency", "obsolete", "purchaseMode", "sharing", "availability"]),
        ("price", []),
    ];

    public static IEnumerable<Block> Of(FleetPlan fleet, ServingFleet serving, FleetExplanation? explanation)
    {
        var taken = serving.PoolIds.Select(id => fleet.Pools.First(pool => pool.Id == id)).ToImmutableArray();
        yield return new Block.Heading($"Why {serving.Serving.Name} runs on {Format.Names(taken.Select(pool => pool.InstanceType).Distinct())}");
        yield return new Block.Grid(
            [new("Step"), new("Options fail", true), new("Left", true), new("For example", Wrap: true)],
            [.. Waterfall(serving.Rejections, taken)]);
        yield return new Block.Paragraph(new Cell("An option is an instance type in a region, or a GPU that none of the plan's regions has.", Tone.Muted));
        yield return new Block.Heading($"GPUs not taken for {serving.Serving.Name}");
        yield return new Block.Grid(
            [new("GPU"), new("Fails"), new("Because", Wrap: true), new("Would win or run at"), new("A fleet with it costs")],
            [.. ByGpu(fleet, serving, taken, explanation?.Distances.Where(distance => distance.Serving == serving.Serving.Name).ToImmutableArray() ?? [])]);
        yield return new Block.Paragraph(new Cell(
            "Each GPU by the option of it that gets furthest, of these the cheapest. A price is for what carries the peak; what a fleet with it costs is solved again whole, with all that is promised.", Tone.Muted));
        yield return new Block.Heading($"Every option not taken for {serving.Serving.Name}");
        yield return new Block.Grid(
            [new("Option"), new("Fails"), new("Because", Wrap: true)],
            [.. serving.Rejections.Select(rejection => ImmutableArray.Create<Cell>(rejection.Option, rejection.Constraint, rejection.Detail))]);
        foreach (var block in TimeTables.Of(fleet, serving).Concat(LadderTables.Explained(fleet.Ladders.Where(ladder => ladder.Serving == serving.Serving.Name))))
        {
            yield return block;
        }
    }

    private static IEnumerable<ImmutableArray<Cell>> Waterfall(ImmutableArray<Rejection> rejections, ImmutableArray<Pool> taken)
    {
        var left = rejections.Length + taken.Select(pool => (pool.Cloud, pool.Region, pool.InstanceType)).Distinct().Count();
        yield return ["all options", "", Format.Count(left), ""];
        for (var step = 0; step < Steps.Length; step++)
        {
            var failing = rejections.Where(rejection => StepOf(rejection) == step).ToList();
            left -= failing.Count;
            yield return
            [
                Steps[step].Name, Format.Count(failing.Count), Format.Count(left), failing.Count == 0 ? "" : $"{failing[0].Option}: {failing[0].Detail}",
            ];
        }
    }

    private static IEnumerable<ImmutableArray<Cell>> ByGpu(
        FleetPlan fleet, ServingFleet serving, ImmutableArray<Pool> taken, ImmutableArray<OfferDistance> distances)
    {
        var gpus = fleet.Plan.Clouds
            .SelectMany(cloud => cloud.Regions.SelectMany(region => Catalog.Embedded.OffersIn(cloud.Cloud, region)))
            .ToDictionary(offer => offer.Id, offer => offer.Gpu);
        return serving.Rejections
            .GroupBy(rejection => gpus.GetValueOrDefault(rejection.Option, rejection.Option))
            .Where(gpu => taken.All(pool => pool.Gpu != gpu.Key))
            .Select(gpu => (Gpu: gpu.Key, Furthest: gpu.OrderByDescending(Reached).ThenBy(rejection => rejection.Hourly?.Amount ?? decimal.MaxValue).First()))
            .OrderByDescending(row => StepOf(row.Furthest)).ThenBy(row => row.Gpu, StringComparer.Ordinal)
            .Select(row => ImmutableArray.Create<Cell>(
                row.Gpu, row.Furthest.Constraint, row.Furthest.Detail, row.Furthest.WinsAt ?? Format.None,
                distances.FirstOrDefault(distance => distance.Offer == row.Furthest.Option)?.Words ?? Format.None));
    }

    /// <summary>How far an option got. One without a zone, or in a region that is not allowed, was not looked at further.</summary>
    private static int Reached(Rejection rejection) => rejection.Constraint is "zone" or "residency" ? -1 : StepOf(rejection);

    /// <summary>What is no earlier step's constraint is a matter of price.</summary>
    private static int StepOf(Rejection rejection)
    {
        for (var step = 0; step < Steps.Length - 1; step++)
        {
            if (Steps[step].Constraints.Contains(rejection.Constraint))
            {
                return step;
            }
        }

        return Steps.Length - 1;
    }
}
