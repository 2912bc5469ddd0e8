using System.Collections.Immutable;
using GpuInfra.Cli.Git;
using GpuInfra.Cli.Reports.Reviews;
using GpuInfra.Offline;
using GpuInfra.Offline.Diff;
using GpuInfra.Planning.Bridges;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Cli.Commands;

/// <summary>One side of a comparison: a record, or a plan that was previewed here and of which the record is made.</summary>
internal sealed record ReviewSide
{
    private ReviewSide()
    {
    }

    /// <summary>Its record.</summary>
    public required StackRecord Record { get; init; }

    /// <summary>Its preview; null for a record from a file.</summary>
    public PreviewRecord? Preview { get; private init; }

    /// <summary>What its fleet follows from; null for a record from a file.</summary>
    public FleetInputs? Inputs { get; private init; }

    /// <summary>What could not be read as it was.</summary>
    public ImmutableArray<string> Notes { get; private init; } = [];

    /// <summary>A record that the command line names.</summary>
    public static ReviewSide OfFile(AppConsole console, string path) => new() { Record = RecordFile.Read(console.Resolve(path), path) };

    /// <summary>A plan, previewed.</summary>
    public static async Task<ReviewSide> OfPlanAsync(PlanSource source, DateOnly? today)
    {
        var preview = await FleetPreview.RunAsync(source, today);
        return Of(source, today is { } day ? preview.On(day) : preview);
    }

    /// <summary>A plan that was previewed.</summary>
    public static ReviewSide Of(PlanSource source, PreviewRecord preview) =>
        new() { Record = StackRecord.Of(preview), Preview = preview, Inputs = source.Inputs(source.Read()) };

    /// <summary>A stack as a git revision has it, run by this version's program.</summary>
    /// <exception cref="PlanException">There is no such revision or stack, or what it holds cannot be used.</exception>
    public static async Task<ReviewSide> OfRevisionAsync(ProjectDirectory project, string revision, string stack, DateOnly? today)
    {
        using var files = GitRevision.Read(project, revision);
        return await files.ToldAsync(async () => await OfPlanAsync(files.Source(stack), today)) with { Notes = [.. files.Notes] };
    }

    /// <summary>What moves the cost between two sides: by their inputs where both are known, else by their pools.</summary>
    public static CostBridge? Bridge(ReviewSide before, ReviewSide after) =>
        before is { Inputs: { } old, Preview: { } was } && after is { Inputs: { } current, Preview: { } becomes }
            ? CostBridge.Between(old, was.Fleet, current, becomes.Fleet)
            : Review.BridgeOf(before.Record, after.Record);
}
