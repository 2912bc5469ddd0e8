using System.Collections.Immutable;
using GpuInfra.Cli.Reports.Reviews;
using GpuInfra.Offline;

namespace GpuInfra.Cli.Reports;

/// <summary>What <c>gpuinfra preview</c> shows, most important first.</summary>
internal static class PreviewReport
{
    public static ImmutableArray<Block> Of(PreviewRecord preview, PlanSource source, bool verbose, Review review) =>
    [
        .. PreviewSections.Verdict(preview),
        .. review.Diff is null ? [] : DiffReport.Of(review, verbose).Insert(0, new Block.Heading("Changes")),
        .. FleetTables.Fleet(preview.Fleet),
        .. verbose ? [FleetTables.Zones(preview.Fleet)] : ImmutableArray<Block>.Empty,
        .. FleetTables.Servings(preview.Fleet),
        .. SurvivalTable.Of(preview),
        .. RouteTables.Of(preview.Fleet),
        .. CostTables.Cost(preview),
        .. verbose ? [CostTables.Lines(preview.Costs)] : ImmutableArray<Block>.Empty,
        .. LedgerTables.Of(preview.Fleet),
        .. LedgerTables.Availability(preview.Fleet),
        .. DatedSteps.Of(preview.Fleet),
        new Block.Heading("Risks"),
        PreviewSections.Risks(preview),
        new Block.Heading("Policies"),
        PolicySection.Table(preview.Checks),
        new Block.Heading($"Resources: {Format.Count(preview.Managed.Count())} to create"),
        ResourceTree.Of(preview, verbose),
        new Block.Heading("Stack outputs"),
        PreviewSections.Outputs(preview),
        new Block.Heading("Next"),
        new Block.Commands([.. Next(source, preview.Stack)]),
    ];

    private static IEnumerable<string> Next(PlanSource source, string stack)
    {
        var plan = source.IsOverride ? $"--plan {source.Path}" : $"--stack {stack}";
        yield return $"gpuinfra plan {plan} --explain            # why these machines and no others";
        yield return $"gpuinfra preview {plan} --md comment.md   # the same for a pull request";
        if (!source.IsOverride)
        {
            yield return $"pulumi up {plan}                          # deploy it, with the official SDKs and an account";
        }
    }
}
