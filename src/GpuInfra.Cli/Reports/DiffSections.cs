using System.Collections.Immutable;
using GpuInfra.Offline;
using GpuInfra.Offline.Diff;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Reports;

/// <summary>The parts of a diff that the terminal and comments share.</summary>
internal static class DiffSections
{
    public const string Shared = "shared by pools";
    private const int MostPaths = 6;

    /// <summary>Verdict, gate, what cannot be undone, and the pools.</summary>
    public static IEnumerable<Block> Summary(RecordDiff diff) =>
        [.. Verdict(diff), .. Gate(diff), .. Irrevocable(diff), .. Pools(diff), .. Outputs(diff)];

    /// <summary>The whole diff in a few lines.</summary>
    public static IEnumerable<Block> Verdict(RecordDiff diff)
    {
        var unsure = diff.Count(ResourceAction.UpdateOrReplace);
        var moved = diff.Resources.Count(change => change.MovedFrom is not null);
        yield return new Block.Paragraph(
            $"{diff.Stack}: {Format.Count(diff.Count(ResourceAction.Create))} to create, "
            + $"{Format.Count(diff.Count(ResourceAction.Update))} to update, "
            + (unsure == 0 ? "" : $"{Format.Count(unsure)} to update or replace (unknown), ")
            + $"{Format.Count(diff.Count(ResourceAction.Replace))} to replace, "
            + $"{Format.Count(diff.Count(ResourceAction.Delete))} to delete; {Format.Count(diff.Same)} stay"
            + (moved == 0 ? "." : $", {Format.Count(moved)} under another name."));
        var (before, after) = (diff.Before, diff.After);
        var (what, was, becomes) = before.TotalUsd is { } earlier && after.TotalUsd is { } later
            ? ("Cost", earlier, later)
            : ("Cost of machines", before.MonthlyUsd, after.MonthlyUsd);
        yield return new Block.Paragraph(
            $"{what} {Money(was)} → {Money(becomes)} a month ({Change(was, becomes)}); "
            + $"least headroom {Percent(before.Headroom)} → {Percent(after.Headroom)}; "
            + (before.AsOf == after.AsOf ? "" : $"month {before.AsOf} → {after.AsOf}; ")
            + (before.PlanHash == after.PlanHash ? "the same plan." : $"plan {Short(before.PlanHash)} → {Short(after.PlanHash)}."));
        var failed = diff.Gate.Count(check => check.Status == CheckStatus.Fail);
        yield return new Block.Paragraph(failed == 0
            ? new Cell("Nothing irrevocable is lost that the plan does not let go.", Tone.Good)
            : new Cell($"{Format.Count(failed, "finding")} about what cannot be undone: do not deploy this.", Tone.Bad));
        foreach (var note in diff.Notes)
        {
            yield return new Block.Paragraph(new Cell(note, Tone.Warning));
        }
    }

    /// <summary>What the gate refuses and what the plan lets go.</summary>
    private static IEnumerable<Block> Gate(RecordDiff diff)
    {
        var findings = diff.Gate.Where(check => check.Status != CheckStatus.Pass).ToList();
        return findings.Count == 0 ? [] :
        [
            new Block.Heading("Losses"),
            new Block.Grid(
                [new("Check"), new("Result"), new("What", Wrap: true)],
                [.. findings.Select(check => ImmutableArray.Create<Cell>(
                    check.Id,
                    new Cell(Format.Word(check.Status), check.Status == CheckStatus.Fail ? Tone.Bad : Tone.Warning),
                    PolicySection.What(check)))]),
            new Block.Items([.. findings.Where(check => check.Status == CheckStatus.Fail).DistinctBy(check => check.Id)
                .Select(check => new Cell($"{check.Id}. {PolicySection.Mend(check)}"))]),
        ];
    }

    /// <summary>Changes of what is protected or could not be made again, before all others.</summary>
    private static IEnumerable<Block> Irrevocable(RecordDiff diff)
    {
        var changes = diff.Resources.Where(change =>
            change.Action is not (ResourceAction.Same or ResourceAction.Create)
            && (change.IsProtected || change.Irrevocable is not null));
        return Grid("Protected or irrevocable", changes);
    }

    /// <summary>The pools that differ.</summary>
    private static IEnumerable<Block> Pools(RecordDiff diff) => diff.Pools.IsEmpty ? [] :
    [
        new Block.Heading("Pools"),
        new Block.Grid(
            [new("Pool"), new("Instances", Right: true), new("Type"), new("$/month", Right: true)],
            [.. diff.Pools.Select(pool => ImmutableArray.Create<Cell>(
                pool.Id,
                Arrow(Format.Count(pool.Before?.Instances ?? 0), Format.Count(pool.After?.Instances ?? 0)),
                Arrow(pool.Before?.InstanceType ?? pool.After?.InstanceType, pool.After?.InstanceType ?? pool.Before?.InstanceType),
                Arrow(Cents(pool.Before), Cents(pool.After))))]),
    ];

    private static IEnumerable<Block> Outputs(RecordDiff diff)
    {
        // What stands in the verdict and the table of pools is not said twice.
        string[] told = ["planHash", "monthlyUsd", "headroom", "fleet"];
        var outputs = diff.Outputs.Where(change => !told.Contains(change.Path.Text.Split('.', '[')[0])).ToList();
        return outputs.Count == 0 ? [] :
        [
            new Block.Heading("Stack outputs"),
            new Block.Grid(
                [new("Output"), new("Before"), new("After")],
                [.. outputs.Select(change => ImmutableArray.Create<Cell>(change.Path.Text, change.Before, change.After))]),
        ];
    }

    /// <summary>Every change by the pool it belongs to.</summary>
    public static IEnumerable<Block> Resources(RecordDiff diff) =>
        ByOwner(diff).SelectMany(group => Grid(group.Owner, group.Changes));

    /// <summary>The changes by pool, what pools share first.</summary>
    public static IEnumerable<(string Owner, ImmutableArray<ResourceChange> Changes)> ByOwner(RecordDiff diff) =>
        diff.Resources.GroupBy(change => change.Pool).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (group.Key ?? Shared, group.ToImmutableArray()));

    /// <summary>Every property that changes, with its values; a script by its lines.</summary>
    public static IEnumerable<Block> Details(ImmutableArray<ResourceChange> changes)
    {
        foreach (var change in changes.Where(change =>
            !change.Changes.IsEmpty || !change.Notes.IsEmpty || change.MovedFrom is not null))
        {
            yield return new Block.Paragraph($"{Word(change.Action)} {ResourceTree.Short(change.Type)} {change.Name}");
            yield return new Block.Items([
                .. change.MovedFrom is { } old ? [new Cell($"was {old}")] : ImmutableArray<Cell>.Empty,
                .. change.Notes.Select(note => new Cell(note, Tone.Muted)),
                .. change.Changes.Select(Line)]);
            foreach (var script in change.Changes.Where(property => !property.Lines.IsEmpty))
            {
                yield return new Block.Commands(script.Lines, "diff");
            }
        }
    }

    private static Cell Line(PropertyChange change)
    {
        var value = change.Before == change.After ? change.After : $"{change.Before} → {change.After}";
        var effect = change.Effect switch
        {
            ChangeEffect.Replace => "replaces",
            ChangeEffect.Unknown => "update or replace: unknown",
            _ => null,
        };
        var why = string.Join("; ", new[] { change.MayChange ? "may change" : null, effect, change.Reason }.OfType<string>());
        return new Cell(
            $"{change.Path.Text}: {value}{(why.Length == 0 ? "" : $" ({why})")}",
            change.Effect == ChangeEffect.Update ? Tone.Plain : Tone.Warning);
    }

    /// <summary>Changes in a table under a title; nothing where there are none.</summary>
    public static IEnumerable<Block> Grid(string title, IEnumerable<ResourceChange> changes)
    {
        var rows = changes.Select(change => ImmutableArray.Create<Cell>(
            new Cell(Word(change.Action), ToneOf(change)),
            ResourceTree.Short(change.Type),
            change.Name,
            Paths(change))).ToImmutableArray();
        return rows.IsEmpty ? [] :
        [
            new Block.Heading(title),
            new Block.Grid([new("Action"), new("Type"), new("Name"), new("Changes", Wrap: true)], rows),
        ];
    }

    private static Tone ToneOf(ResourceChange change) => change.Action switch
    {
        ResourceAction.Delete or ResourceAction.Replace => Tone.Bad,
        ResourceAction.UpdateOrReplace => Tone.Warning,
        _ => Tone.Plain,
    };

    private static string Paths(ResourceChange change)
    {
        var paths = change.Changes.OrderByDescending(property => property.Effect)
            .Select(property => property.Path.Text + (property.MayChange ? " (may change)" : "")).ToList();
        return paths.Count <= MostPaths
            ? Format.Names(paths)
            : $"{string.Join(", ", paths.Take(MostPaths))} and {Format.Count(paths.Count - MostPaths)} more";
    }

    public static string Word(ResourceAction action) =>
        action == ResourceAction.UpdateOrReplace ? "update or replace" : Format.Word(action);

    public static string Arrow(string? before, string? after) => before == after ? after ?? "" : $"{before} → {after}";

    public static string Cents(PoolFacts? pool) => FormattableString.Invariant($"{pool?.MonthlyUsd ?? 0:N2}");

    private static string Money(decimal amount) => Format.Dollars(new Usd(amount));

    private static string Change(decimal before, decimal after)
    {
        var change = after - before;
        if (change == 0)
        {
            return "unchanged";
        }

        var sign = change > 0 ? "+" : "−";
        var part = before == 0 ? "" : FormattableString.Invariant($", {sign}{Math.Abs(change / before) * 100:0.0} %");
        return $"{sign}{Money(Math.Abs(change))}{part}";
    }

    private static string Percent(double fraction) => FormattableString.Invariant($"{fraction * 100:0.0} %");

    private static string Short(string hash) => hash.Length <= 12 ? hash : hash[..12];
}
