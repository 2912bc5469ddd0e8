using System.Collections.Immutable;
using GpuInfra.Offline;
using GpuInfra.Offline.Diff;
using GpuInfra.Offline.Reviews;
using GpuInfra.Planning.Bridges;

namespace GpuInfra.Cli.Reports.Reviews;

/// <summary>All that a reviewer is shown of a change, or of a fleet that nothing is compared with.</summary>
internal sealed record Review
{
    /// <summary>The stack as it would be deployed.</summary>
    public required StackRecord After { get; init; }

    /// <summary>The stack as it was reviewed before; null when there is nothing to compare with.</summary>
    public StackRecord? Before { get; init; }

    /// <summary>What changes from the one to the other.</summary>
    public RecordDiff? Diff { get; init; }

    /// <summary>What moves the machines' cost; null when there is nothing to compare with, or an old record does not say enough.</summary>
    public CostBridge? Bridge { get; init; }

    /// <summary>The later side as it was previewed here; null for one from a record.</summary>
    public PreviewRecord? Preview { get; init; }

    /// <summary>Everything that is judged: policies, the diff's gate, what --fail-on names, the engine.</summary>
    public required ImmutableArray<CheckResult> Checks { get; init; }

    /// <summary>What the stack says it runs; null when nobody asked it.</summary>
    public RunningStack? Running { get; init; }

    /// <summary>The real engine's word; null when nobody asked it.</summary>
    public EngineComparison? Engine { get; init; }

    /// <summary>What could not be read as it was.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>The day that the price book's age is told by.</summary>
    public required DateOnly Today { get; init; }

    /// <summary>A preview that nothing is compared with.</summary>
    public static Review Of(PreviewRecord preview) =>
        new() { After = StackRecord.Of(preview), Preview = preview, Checks = preview.Checks, Today = preview.Today };

    /// <summary>The bridge that records alone allow.</summary>
    public static CostBridge? BridgeOf(StackRecord? before, StackRecord after) =>
        before?.Fleet.Priced is { } old && after.Fleet.Priced is { } current ? CostBridge.Between(old, current) : null;
}
