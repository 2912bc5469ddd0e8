using System.Collections.Immutable;
using GpuInfra.Offline;
using GpuInfra.Offline.Diff;

namespace GpuInfra.Cli.Reports.Reviews;

/// <summary>The one comment of a pull request: what decides it first and in sight, the details folded.</summary>
internal static class ReviewComment
{
    /// <summary>Begins every comment of a stack: whoever posts it finds the one to update by it.</summary>
    public static string Marker(string stack) => $"<!-- gpuinfra review: {stack} -->";

    public static string Of(Review review, string command) =>
        $"{Marker(MarkdownRenderer.Escape(review.After.Stack))}\n{MarkdownComment.Fit(Parts(review), command)}";

    private static IEnumerable<CommentPart> Parts(Review review)
    {
        yield return new("the verdict", [new Block.Heading($"GpuInfra review: {review.After.Stack}, {review.After.Fleet.AsOf}"), .. ReviewVerdict.Of(review)]);
        yield return new("what moves the cost", [.. ReviewTables.Bridge(review)]);
        yield return new("losses", [.. ReviewTables.Survival(review)]);
        yield return new("changes by pool", [.. ReviewChanges.Pools(review), .. ReviewChanges.Irrevocable(review)]);
        yield return new("the engine", [.. ReviewChanges.Engine(review)]);
        yield return new("orders and quotas", [.. ReviewTables.Orders(review)]);
        yield return new("what runs now", [.. ReviewTables.Running(review)]);
        yield return new("the horizon", [.. ReviewTables.Horizon(review)]);
        yield return new("the price book", [.. ReviewTables.PriceBook(review)]);
        yield return new("policies", [.. Folded("Policies", ReviewVerdict.Policies(review))]);
        if (review.Diff is { } diff)
        {
            foreach (var part in DiffComment.Details(diff))
            {
                yield return part;
            }
        }

        foreach (var part in review.Preview is { } preview ? Previewed(preview, review.Diff is null) : [])
        {
            yield return part;
        }
    }

    /// <summary>What only a preview knows: the fleet and its cost in full.</summary>
    private static IEnumerable<CommentPart> Previewed(PreviewRecord preview, bool isNew)
    {
        yield return new("risks", [.. Folded("Risks", [PreviewSections.Risks(preview)])]);
        yield return new("the fleet", [.. Folded($"Fleet of {preview.Fleet.Plan.AsOf}", FleetTables.Fleet(preview.Fleet).Concat(FleetTables.Servings(preview.Fleet)))]);
        yield return new("survivability", [.. Folded("Survivability: every loss", SurvivalTable.Of(preview))]);
        yield return new("routes", [.. Folded("Routes", RouteTables.Of(preview.Fleet))]);
        yield return new("cost", [.. Folded("Cost by kind, tier, cloud and team", CostTables.Cost(preview))]);
        yield return new("resources", [.. Folded(
            $"Resources: {Format.Count(preview.Managed.Count())}{(isNew ? " to create" : "")}", [ResourceTree.Of(preview, verbose: false)])]);
        yield return new("quotas", [.. Folded("Quotas and reservations", LedgerTables.Of(preview.Fleet))]);
        yield return new("the coming months", [.. Folded(
            $"The next {Format.Count(preview.Fleet.Steps.Length, "month")}", [PlanReport.Months(preview.Fleet), .. PlanReport.NextStep(preview.Fleet)])]);
        yield return new("steps", [.. Folded("What runs when", DatedSteps.Of(preview.Fleet))]);
        yield return new("cost, line by line", [.. Folded("Cost, line by line", [CostTables.Lines(preview.Costs)])]);
        yield return new("zones and ladders", [.. Folded("Zones, ladders and replicas", [FleetTables.Zones(preview.Fleet)])]);
        yield return new("stack outputs", [.. Folded("Stack outputs", [PreviewSections.Outputs(preview)])]);
    }

    private static IEnumerable<Block> Folded(string title, IEnumerable<Block> blocks)
    {
        var all = blocks.ToImmutableArray();
        return all.IsEmpty ? [] : [new Block.Folded(title, all)];
    }
}
