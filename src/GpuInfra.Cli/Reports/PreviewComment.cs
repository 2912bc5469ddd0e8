using System.Collections.Immutable;
using GpuInfra.Offline;

namespace GpuInfra.Cli.Reports;

/// <summary>A preview as a pull-request comment: the verdict and what decides it in sight, the rest folded.</summary>
internal static class PreviewComment
{
    public static string Of(PreviewRecord preview)
    {
        var whole = MarkdownRenderer.Render([.. Summary(preview), .. Details(preview)]);
        return whole.Length < MarkdownRenderer.CommentLimit ? whole : Shortened(preview);
    }

    /// <summary>GitHub refuses a comment that is too long: then the details stay away, and a summary too long is cut.</summary>
    private static string Shortened(PreviewRecord preview)
    {
        const string Notice = "\n\n⚠️ Cut: GitHub takes no longer comment. `gpuinfra preview` shows the whole.\n";
        var summary = MarkdownRenderer.Render(Summary(preview));
        var room = MarkdownRenderer.CommentLimit - 1 - Notice.Length;
        if (summary.Length > room)
        {
            summary = summary[..(summary.LastIndexOf('\n', room) + 1)];
        }

        return summary + Notice;
    }

    private static ImmutableArray<Block> Summary(PreviewRecord preview) =>
    [
        new Block.Heading($"GpuInfra preview: {preview.Stack}"),
        .. PreviewSections.Verdict(preview),
        .. FleetTables.Fleet(preview.Fleet),
        .. FleetTables.Servings(preview.Fleet),
        .. FleetTables.Cost(preview.Fleet),
        new Block.Heading("Risks"),
        PreviewSections.Risks(preview),
    ];

    private static ImmutableArray<Block> Details(PreviewRecord preview) =>
    [
        new Block.Folded("Checks", [PreviewSections.Checks(preview)]),
        new Block.Folded(
            $"Resources: {Format.Count(preview.Managed.Count())} to create", [ResourceTree.Of(preview, verbose: false)]),
        new Block.Folded(
            $"The next {Format.Count(preview.Fleet.Steps.Length, "month")}",
            [PlanReport.Months(preview.Fleet), .. PlanReport.NextStep(preview.Fleet)]),
        new Block.Folded("Zones, ladders and replicas", [FleetTables.Zones(preview.Fleet)]),
        new Block.Folded("Stack outputs", [PreviewSections.Outputs(preview)]),
    ];
}
