using System.Collections.Immutable;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Reading;

/// <summary>
/// Follows <c>extends</c>. The extending file wins key by key: groups of keys are merged, <c>servings</c> and <c>workloads</c> are merged
/// by name, any other list and <c>growth</c> are replaced as a whole, and a key set to <c>null</c> takes the inherited one away.
/// Every piece keeps the place it was written at.
/// </summary>
internal static class Inheritance
{
    /// <summary>The key that names the base.</summary>
    public const string KeyName = "extends";

    private const int LongestChain = 4;
    private static readonly string[] MergedByName = ["servings", "workloads"];
    private static readonly string[] ReplacedWhole = ["growth"];

    /// <summary>The keys of a plan with everything it inherits; null after noting problems.</summary>
    /// <param name="file">The file, as problems name it.</param>
    /// <param name="textOf">The text of a file beside it; null after noting a problem.</param>
    /// <param name="reading">The reading.</param>
    public static MapNode? Resolve(string file, Func<string, string?> textOf, PlanReading reading) =>
        Resolve(file, textOf, reading, ImmutableList<string>.Empty);

    private static MapNode? Resolve(string file, Func<string, string?> textOf, PlanReading reading, ImmutableList<string> chain)
    {
        reading.Open(file);
        var map = textOf(file) is { } text ? YamlTree.Read(text, file, reading) : null;
        if (map?.Find(KeyName) is not ScalarNode { IsNull: false } extends)
        {
            return map;
        }

        chain = chain.Add(file);
        var next = Path.Combine(Path.GetDirectoryName(file) ?? "", extends.Text);
        var at = new Cursor(extends, KeyName, reading);
        if (extends.Text != Path.GetFileName(extends.Text) || extends.Text is "." or "..")
        {
            return Refuse($"{HumanUnits.Quote(extends.Text)} must be the name of a file beside this one, without a folder");
        }

        if (chain.Contains(next))
        {
            return Refuse($"goes in a circle: {string.Join(" → ", chain.Add(next).Select(Path.GetFileName))}");
        }

        if (chain.Count == LongestChain)
        {
            return Refuse($"is the {LongestChain}th step of a chain; at most {LongestChain - 1} are taken");
        }

        var inherited = Resolve(next, textOf, reading, chain);
        reading.TellAt(at, next);
        return inherited is null ? null : Merge(inherited, map);

        MapNode? Refuse(string message)
        {
            at.Refuse(message);
            return null;
        }
    }

    private static MapNode Merge(MapNode inherited, MapNode own)
    {
        var kept = inherited.Entries.Where(entry => own.Find(entry.Key.Text) is null && entry.Key.Text != KeyName);
        var won = own.Entries
            .Where(entry => entry.Value is not ScalarNode { IsNull: true } || inherited.Find(entry.Key.Text) is null)
            .Select(entry => inherited.Find(entry.Key.Text) is { } other
                ? entry with { Value = Merge(entry.Key.Text, other, entry.Value) }
                : entry);
        return own with { Entries = [.. kept, .. won] };
    }

    private static PlanNode Merge(string key, PlanNode inherited, PlanNode own) => (inherited, own) switch
    {
        _ when ReplacedWhole.Contains(key) => own,
        (MapNode below, MapNode above) => Merge(below, above),
        (ListNode below, ListNode above) when MergedByName.Contains(key) => MergeByName(below, above),
        _ => own,
    };

    private static ListNode MergeByName(ListNode inherited, ListNode own)
    {
        var merged = new HashSet<PlanNode>(ReferenceEqualityComparer.Instance);
        var kept = inherited.Items.Select(item =>
        {
            var match = own.Items.FirstOrDefault(other => NameOf(other) == NameOf(item) && NameOf(item) is not null);
            return item is MapNode below && match is MapNode above && merged.Add(above) ? Merge(below, above) : item;
        }).ToList();
        var added = own.Items.Where(item => !merged.Contains(item));
        return own with { Items = [.. kept, .. added] };
    }

    private static string? NameOf(PlanNode item) => ((item as MapNode)?.Find("name") as ScalarNode)?.Text;
}
