using System.Globalization;
using System.Text.RegularExpressions;

namespace GpuInfra.Planning.Plans.Reading;

/// <summary>
/// A change of a plan that is asked about and not written down, as <c>workloads.chat.demand.scale=2</c>: the path that problems name the
/// value by, and the value as YAML. What comes out is read like any plan, so that a slip in the path is told like one in a file.
/// </summary>
internal static partial class PlanEdit
{
    /// <summary>What problems of an edit name as their file.</summary>
    private const string Origin = "--set";

    /// <summary>The edits of a line: a comma begins another one where a path and an equals sign follow.</summary>
    public static IEnumerable<string> Split(string line) => Next().Split(line).Select(edit => edit.Trim());

    /// <summary>The plan with an edit; without it after noting why.</summary>
    public static MapNode Apply(MapNode plan, string edit, PlanReading reading)
    {
        var equals = edit.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            reading.Refuse(new PlanProblem(Origin, 1, 1, edit, "is not PATH=VALUE, as workloads.chat.demand.scale=2"));
            return plan;
        }

        var (path, text) = (edit[..equals].Trim(), edit[(equals + 1)..]);
        var value = YamlTree.Read($"value: {text}", Origin, reading)?.Find("value");
        return value is null ? plan : (MapNode)Set(plan, path.Split('.'), 0, value, reading);
    }

    private static PlanNode Set(PlanNode node, string[] path, int depth, PlanNode value, PlanReading reading)
    {
        if (depth == path.Length)
        {
            return value;
        }

        return node switch
        {
            MapNode map => Set(map, path, depth, value, reading),
            ListNode list => Set(list, path, depth, value, reading),
            _ => Refuse(node, $"has no {path[depth]}: it is a single value"),
        };

        PlanNode Refuse(PlanNode same, string message)
        {
            reading.Refuse(new PlanProblem(Origin, 1, 1, string.Join('.', path.Take(depth)), message));
            return same;
        }
    }

    private static MapNode Set(MapNode map, string[] path, int depth, PlanNode value, PlanReading reading)
    {
        var key = new ScalarNode(Origin, 1, 1, path[depth], Quoted: false);
        var below = map.Find(path[depth]) ?? (depth == path.Length - 1 ? value : new MapNode(Origin, 1, 1, []));
        var entry = new MapEntry(key, Set(below, path, depth + 1, value, reading));
        var index = map.Entries.Select(other => other.Key.Text).ToList().IndexOf(path[depth]);
        return map with { Entries = index < 0 ? map.Entries.Add(entry) : map.Entries.SetItem(index, map.Entries[index] with { Value = entry.Value }) };
    }

    /// <summary>An item goes by its name, or by its number from 0 where items have none.</summary>
    private static ListNode Set(ListNode list, string[] path, int depth, PlanNode value, PlanReading reading)
    {
        var names = list.Items.Select((item, index) => (item as MapNode)?.Find("name") is ScalarNode name
            ? name.Text
            : index.ToString(CultureInfo.InvariantCulture)).ToList();
        var found = names.IndexOf(path[depth]);
        if (found < 0)
        {
            reading.Refuse(new PlanProblem(
                Origin, 1, 1, string.Join('.', path.Take(depth)),
                $"has no item \"{path[depth]}\"{Suggestion.DidYouMean(path[depth], names)}; it has {string.Join(", ", names)}"));
            return list;
        }

        return list with { Items = list.Items.SetItem(found, Set(list.Items[found], path, depth + 1, value, reading)) };
    }

    [GeneratedRegex(@",(?=\s*[A-Za-z][A-Za-z0-9_.-]*=)")]
    private static partial Regex Next();
}
