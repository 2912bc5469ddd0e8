using System.Collections.Immutable;
using GpuInfra.Cli.Reports.Reviews;
using GpuInfra.Offline.Diff;

namespace GpuInfra.Cli.Reports;

/// <summary>What <c>gpuinfra diff</c> shows, most important first.</summary>
internal static class DiffReport
{
    public static ImmutableArray<Block> Of(Review review, bool verbose) =>
    [
        .. DiffSections.Summary(review.Diff!),
        .. ReviewTables.Bridge(review),
        .. ReviewChanges.Engine(review),
        .. ReviewTables.Running(review),
        .. DiffSections.Resources(review.Diff!),
        .. verbose ? Details(review.Diff!) : [],
    ];

    private static IEnumerable<Block> Details(RecordDiff diff) => DiffSections.ByOwner(diff)
        .SelectMany(group => DiffSections.Details(group.Changes).Prepend(new Block.Heading($"Details: {group.Owner}")));
}
