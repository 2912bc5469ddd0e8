using System.Collections.Immutable;
using System.CommandLine;
using GpuInfra.Cli.Output;
using GpuInfra.Offline;
using GpuInfra.Planning.Drift;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Commands;

/// <summary>Options of commands that propose changes of a plan: from what on, and whether to write them.</summary>
internal sealed class PlanEdits
{
    private static readonly Share Tolerated = Share.FromPercent(10);

    private readonly Option<Share?> _tolerance = QuantityOption.Of("--tolerance", "How far a figure may lie from the plan (default: 10%)", "SHARE", HumanUnits.Share);
    private readonly Option<bool> _write = new("--write") { Description = "Write the proposed changes to the plan's files, and nothing else" };

    public PlanEdits(Command command)
    {
        command.Options.Add(_tolerance);
        command.Options.Add(_write);
    }

    /// <summary>How far a figure may lie from the plan.</summary>
    public Share Tolerance(ParseResult parsed) => parsed.GetValue(_tolerance) ?? Tolerated;

    /// <summary>Adds changed files beside the plan to the results where that is asked for; true where something is written.</summary>
    /// <inheritdoc cref="AddTo(Results, ParseResult, PlanSource, ImmutableArray{PlanChange})"/>
    public bool AddBeside(Results results, ParseResult parsed, PlanSource source, IEnumerable<(string File, PlanChange Change)> changes)
    {
        var files = parsed.GetValue(_write) ? changes.GroupBy(change => change.File).ToList() : [];
        foreach (var file in files)
        {
            results.Add(PlanRewrite.Beside(file.Key, source.Catalog, [.. file.Select(item => item.Change)]), new FileInfo(file.Key));
        }

        return files.Count > 0;
    }

    /// <summary>Adds the plan's changed files to the results where that is asked for; true where something is written.</summary>
    /// <exception cref="PlanException">A change cannot be made by a program.</exception>
    public bool AddTo(Results results, ParseResult parsed, PlanSource source, ImmutableArray<PlanChange> changes)
    {
        if (!parsed.GetValue(_write) || changes.IsEmpty)
        {
            return false;
        }

        foreach (var (file, text) in PlanRewrite.Of(source.Path, source.Catalog, changes))
        {
            results.Add(text, new FileInfo(file));
        }

        return true;
    }
}
