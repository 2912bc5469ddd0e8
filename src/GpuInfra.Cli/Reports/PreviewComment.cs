using GpuInfra.Offline;
using GpuInfra.Offline.Diff;

namespace GpuInfra.Cli.Reports;

/// <summary>A preview as a pull-request comment: the verdict and what decides it in sight, the rest folded.</summary>
internal static class PreviewComment
{
    public static string Of(PreviewRecord preview, RecordDiff? diff = null) =>
        MarkdownComment.Fit(Parts(preview, diff), "gpuinfra preview");

    private static IEnumerable<CommentPart> Parts(PreviewRecord preview, RecordDiff? diff)
    {
        yield return new("the verdict", [
            new Block.Heading($"GpuInfra preview: {preview.Stack}"), .. PreviewSections.Verdict(preview)]);
        if (!preview.Passed)
        {
            yield return new("policies", [new Block.Heading("Policies"), PolicySection.Table(preview)]);
        }

        if (diff is not null)
        {
            yield return new("changes since the earlier record", [
                new Block.Heading("Changes since the earlier record"), .. DiffSections.Summary(diff)]);
        }

        yield return new("the fleet", [.. FleetTables.Fleet(preview.Fleet)]);
        yield return new("servings", [.. FleetTables.Servings(preview.Fleet)]);
        yield return new("survivability", [.. SurvivalTable.Of(preview)]);
        yield return new("routes", [.. RouteTables.Of(preview.Fleet)]);
        yield return new("cost", [.. CostTables.Cost(preview)]);
        yield return new("steps", [.. DatedSteps.Of(preview.Fleet)]);
        yield return new("risks", [new Block.Heading("Risks"), PreviewSections.Risks(preview)]);
        foreach (var part in diff is null ? [] : DiffComment.Details(diff))
        {
            yield return part;
        }

        if (preview.Passed)
        {
            yield return new("policies", [new Block.Folded("Policies", [PolicySection.Table(preview)])]);
        }

        yield return new("resources", [new Block.Folded(
            $"Resources: {Format.Count(preview.Managed.Count())} to create", [ResourceTree.Of(preview, verbose: false)])]);
        yield return new("quotas", [new Block.Folded("Quotas", [.. LedgerTables.Of(preview.Fleet)])]);
        yield return new("the coming months", [new Block.Folded(
            $"The next {Format.Count(preview.Fleet.Steps.Length, "month")}",
            [PlanReport.Months(preview.Fleet), .. PlanReport.NextStep(preview.Fleet)])]);
        yield return new("cost, line by line", [new Block.Folded("Cost, line by line", [CostTables.Lines(preview.Costs)])]);
        yield return new("zones and ladders", [
            new Block.Folded("Zones, ladders and replicas", [FleetTables.Zones(preview.Fleet)])]);
        yield return new("stack outputs", [new Block.Folded("Stack outputs", [PreviewSections.Outputs(preview)])]);
    }
}
