using System.Collections.Immutable;
using GpuInfra.Offline.Diff;

namespace GpuInfra.Cli.Reports.Reviews;

/// <summary>What happens to pools and their resources, and where the real engine sees it otherwise.</summary>
internal static class ReviewChanges
{
    private const int MostNamed = 10;

    private static readonly ResourceAction[] Counted =
        [ResourceAction.Create, ResourceAction.Update, ResourceAction.UpdateOrReplace, ResourceAction.Replace, ResourceAction.Delete];

    public static IEnumerable<Block> Pools(Review review)
    {
        if (review.Diff is not { } diff)
        {
            return [];
        }

        var pools = diff.Pools.ToDictionary(pool => pool.Id, StringComparer.Ordinal);
        var resources = diff.Resources.ToLookup(change => change.Pool ?? "");
        var ids = pools.Keys.Union(resources.Select(group => group.Key)).Order(StringComparer.Ordinal).ToList();
        return ids.Count == 0 ? [] :
        [
            new Block.Heading("Pools and their resources"),
            new Block.Grid(
                [new("Pool"), new(""), new("Instances", true), new("Type"), new("$/month", true), .. Counted.Where(action => diff.Count(action) > 0).Select(action => new Column(Word(action), true))],
                [.. ids.Select(id => ImmutableArray.CreateRange<Cell>(
                [
                    id.Length == 0 ? DiffSections.Shared : id,
                    pools.TryGetValue(id, out var pool) ? What(pool) : id.Length == 0 ? "" : "same machines",
                    .. pool is null
                        ? Same(review.After.Fleet.Pools.FirstOrDefault(other => other.Id == id))
                        : [
                            DiffSections.Arrow(Format.Count(pool.Before?.Instances ?? 0), Format.Count(pool.After?.Instances ?? 0)),
                            DiffSections.Arrow(pool.Before?.InstanceType ?? pool.After?.InstanceType, pool.After?.InstanceType ?? pool.Before?.InstanceType),
                            DiffSections.Arrow(DiffSections.Cents(pool.Before), DiffSections.Cents(pool.After)),
                        ],
                    .. Counted.Where(action => diff.Count(action) > 0).Select(action => Count(resources[id], action)),
                ]))]),
        ];
    }

    private static ImmutableArray<Cell> Same(PoolFacts? pool) => pool is null ? ["", "", ""] : [Format.Count(pool.Instances), pool.InstanceType, DiffSections.Cents(pool)];

    /// <summary>What is replaced or deleted, by name: counts alone would hide it.</summary>
    public static IEnumerable<Block> Irrevocable(Review review)
    {
        var gone = review.Diff?.Resources.Where(change => change.Action is ResourceAction.Replace or ResourceAction.Delete or ResourceAction.UpdateOrReplace)
            .OrderBy(change => change.Irrevocable is null && !change.IsProtected).ThenByDescending(change => change.Action).ThenBy(change => change.Urn, StringComparer.Ordinal).ToList() ?? [];
        return gone.Count == 0 ? [] :
        [
            new Block.Items([
                .. gone.Take(MostNamed).Select(change => new Cell(
                    $"{Word(change.Action)} {ResourceTree.Short(change.Type)} {change.Name}"
                    + (change.Irrevocable is { } kind ? $" ({kind}{(change.IsProtected ? ", protected" : "")})" : change.IsProtected ? " (protected)" : "")
                    + Why(change),
                    change.Irrevocable is not null || change.IsProtected ? Tone.Bad : Tone.Warning)),
                .. gone.Count > MostNamed ? [$"and {Format.Count(gone.Count - MostNamed)} more, under Changes by resource"] : ImmutableArray<Cell>.Empty]),
        ];
    }

    public static IEnumerable<Block> Engine(Review review)
    {
        if (review.Engine is not { } engine)
        {
            return [];
        }

        var settled = engine.Settled.Select(step => ImmutableArray.Create<Cell>(Name(step.Urn), "update or replace", Word(step.Action), Format.Names(step.Reasons)));
        var rows = engine.Disagreements.Select(difference => ImmutableArray.Create<Cell>(
            Name(difference.Urn),
            Word(difference.Offline),
            new Cell(Word(difference.Engine), difference.IsLoss ? Tone.Bad : Tone.Warning),
            Format.Names(difference.Reasons))).Concat(settled).ToImmutableArray();
        return
        [
            new Block.Heading("The real engine (pulumi preview --json)"),
            new Block.Paragraph(rows.IsEmpty
                ? new Cell($"It says the same of all {Format.Count(engine.Agreed, "resource")}.", Tone.Good)
                : new Cell($"It says the same of {Format.Count(engine.Agreed, "resource")}, and otherwise of {Format.Count(rows.Length)}. Believe it.", Tone.Warning)),
            .. rows.IsEmpty ? [] : ImmutableArray.Create<Block>(new Block.Grid([new("Resource"), new("Diff of records"), new("Engine"), new("Reasons")], rows)),
        ];
    }

    private static string What(PoolDifference pool) => (pool.Before, pool.After) switch
    {
        (null, _) => "new",
        (_, null) => "gone",
        ({ IsDraining: false }, { IsDraining: true }) => "drains",
        ({ IsDraining: true }, { IsDraining: true }) => "draining",
        _ when pool.Before.InstanceType != pool.After.InstanceType => "other machines",
        _ when pool.Before.Instances != pool.After.Instances => pool.Before.Instances < pool.After.Instances ? "grows" : "shrinks",
        _ => "other price",
    };

    private static Cell Count(IEnumerable<ResourceChange> changes, ResourceAction action)
    {
        var count = changes.Count(change => change.Action == action);
        return count == 0 ? "" : new Cell(Format.Count(count), action is ResourceAction.Replace or ResourceAction.Delete ? Tone.Bad : action == ResourceAction.UpdateOrReplace ? Tone.Warning : Tone.Plain);
    }

    private static string Why(ResourceChange change) =>
        change.Changes.Where(property => property.Effect != ChangeEffect.Update).Select(property => property.Path.Text).Take(3).ToList() is { Count: > 0 } paths
            ? $": {string.Join(", ", paths)}"
            : "";

    private static string Name(string urn) => urn.Split("::") is [_, _, var types, var name] ? $"{ResourceTree.Short(types.Split('$')[^1])} {name}" : urn;

    private static string Word(ResourceAction action) => DiffSections.Word(action);
}
