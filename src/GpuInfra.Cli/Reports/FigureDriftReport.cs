using System.Collections.Immutable;
using GpuInfra.Planning.Drift;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Cli.Reports;

/// <summary>What was seen against what a plan rests on: demand and throughput, and the changes that would make them agree.</summary>
internal static class FigureDriftReport
{
    public static ImmutableArray<Block> Of(FigureDrift drift, bool isWritten)
    {
        if (drift.Over is not { } over)
        {
            return [];
        }

        return
        [
            new Block.Heading("Demand"),
            new Block.Paragraph(FormattableString.Invariant($"Mean of {over.TotalHours:0} hours, planned → seen. Seen are requests that were answered: what routers turned away is not in it.")),
            DemandGrid(drift.Demand),
            .. Notes([.. drift.Demand.Where(item => item.Note is not null).Select(item => $"{item.Serving}: {item.Note}."), .. drift.Unplanned.Select(name => $"{name}: is in no plan.")]),
            .. Throughput(drift.Throughput),
            .. Changes(drift.Changes, isWritten),
        ];
    }

    /// <summary>Measured over predicted rates of pools.</summary>
    public static IEnumerable<Block> Throughput(ImmutableArray<ThroughputDrift> drifts) => drifts.IsEmpty ? [] :
    [
        new Block.Heading("Throughput"),
        new Block.Paragraph("Measured over predicted rate of a replica at the batch that it had, in steps of five minutes with a request or more on it."),
        new Block.Grid(
            [new("Pool"), new("GPU"), new("Steps", Right: true), new("A tenth below", Right: true), new("Median", Right: true), new("A tenth above", Right: true), new("Median by batch")],
            [.. drifts.Select(drift => drift.Steps == 0
                ? ImmutableArray.Create<Cell>(drift.Pool.Id, drift.Pool.Gpu, "0", Format.None, Format.None, Format.None, Format.None)
                : [drift.Pool.Id, drift.Pool.Gpu, Format.Count(drift.Steps), Percent(drift.Ratio.Low), Percent(drift.Ratio.Median), Percent(drift.Ratio.High),
                    string.Join(", ", drift.ByBatch.Select(batch => FormattableString.Invariant($"{batch.From:0}+: {batch.Median * 100:0} %")))])]),
        .. Notes([.. drifts.Where(drift => drift.Note is not null).Select(drift => $"{drift.Pool.Id}: {drift.Note}.")]),
    ];

    /// <summary>Changes of the plan, and how to look at them.</summary>
    public static IEnumerable<Block> Changes(ImmutableArray<PlanChange> changes, bool isWritten) => changes.IsEmpty ? [] :
    [
        new Block.Heading(isWritten ? "Changed in the plan" : "Changes that would make the plan agree"),
        new Block.Items([.. changes.Select(change => new Cell($"{change.Path}: {change.Value}"))]),
        new Block.Paragraph(isWritten
            ? "Plan them with gpuinfra plan (--write for a stack with a lock), and have them reviewed."
            : $"--write writes them, and nothing else. What they come to: gpuinfra plan with {string.Join(' ', changes.Select(change => $"--set '{change}'"))}"),
    ];

    private static Block.Grid DemandGrid(ImmutableArray<DemandDrift> drifts) => new(
        [new("Serving"), new("Requests/s", Right: true), new("Seen/planned", Right: true), new("Peak/mean", Right: true), new("Input tokens", Right: true), new("Output tokens", Right: true), new("Moved")],
        [.. drifts.Select(drift => ImmutableArray.Create<Cell>(
            drift.Serving,
            Pair(drift.PlannedRequestsPerSecond, drift.Observed?.RequestsPerSecond),
            drift.Ratio is { } ratio ? Percent(ratio) : Format.None,
            Pair(drift.Planned.Load.Peak, drift.Observed?.PeakToMean),
            Pair(drift.Planned.InputTokens, drift.Observed?.InputTokens),
            drift.Planned.OutputTokens == 0 ? Format.None : Pair(drift.Planned.OutputTokens, drift.Observed?.OutputTokens),
            drift.Observed is null ? new Cell("not seen", Tone.Warning) : drift.Moved.IsEmpty ? new Cell("nothing", Tone.Good) : new Cell(string.Join(", ", drift.Moved), Tone.Warning)))]);

    private static IEnumerable<Block> Notes(ImmutableArray<string> notes) => notes.IsEmpty ? [] : [new Block.Items([.. notes.Select(note => new Cell(note, Tone.Warning))])];

    private static string Pair(double planned, double? seen) => $"{Format.Number(planned)} → {(seen is { } known ? Format.Number(known) : Format.None)}";

    private static string Percent(double ratio) => FormattableString.Invariant($"{ratio * 100:0.#} %");
}
