using System.Collections.Immutable;
using GpuInfra.Offline.Diff;

namespace GpuInfra.Cli.Reports;

/// <summary>What <c>gpuinfra diff</c> shows, most important first.</summary>
internal static class DiffReport
{
    public static ImmutableArray<Block> Of(RecordDiff diff, bool verbose) =>
    [
        .. DiffSections.Summary(diff),
        .. DiffSections.Resources(diff),
        .. verbose ? Details(diff) : [],
    ];

    private static IEnumerable<Block> Details(RecordDiff diff) => DiffSections.ByOwner(diff)
        .SelectMany(group => DiffSections.Details(group.Changes).Prepend(new Block.Heading($"Details: {group.Owner}")));
}
