using System.Collections.Immutable;
using System.Text.Json.Nodes;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Reading;

/// <summary>A list of values, none of them twice. An item that has a <c>name</c> goes by it in problems.</summary>
/// <param name="item">What its items are.</param>
/// <param name="mayBeEmpty">True when a list without items makes sense.</param>
internal sealed class ListValue<T>(PlanValue<T> item, bool mayBeEmpty = false) : PlanValue<ImmutableArray<T>>
{
    public override bool TryRead(Cursor at, out ImmutableArray<T> value)
    {
        value = [];
        if (at.Node is not ListNode list)
        {
            return at.Refuse("must be a list: write [a, b], or each item on a line of its own after \"- \"");
        }

        if (list.Items.IsEmpty && !mayBeEmpty)
        {
            return at.Refuse("must have at least one item");
        }

        var before = at.Reading.ProblemCount;
        var read = ImmutableArray.CreateBuilder<T>();
        var lines = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var (index, node) in list.Items.Index())
        {
            var here = new Cursor(node, PathOf(at.Path, node, index), at.Reading);
            var identity = Identity(node);
            if (identity is not null && !lines.TryAdd(identity.Text, identity.Line))
            {
                (here with { Node = identity }).Refuse(
                    $"{HumanUnits.Quote(identity.Text)} stands here twice; the first is on line {lines[identity.Text]}");
            }

            if (item.TryRead(here, out var element) || element is not null)
            {
                read.Add(element);
            }
        }

        value = read.ToImmutable();
        return at.Reading.ProblemCount == before;
    }

    public override JsonObject Schema()
    {
        var schema = new JsonObject { ["type"] = "array", ["items"] = item.Schema(), ["uniqueItems"] = true };
        if (!mayBeEmpty)
        {
            schema["minItems"] = 1;
        }

        return schema;
    }

    public override string Show(ImmutableArray<T> value) => value.IsEmpty ? "none" : $"[{string.Join(", ", value.Select(item.Show))}]";

    private static ScalarNode? Identity(PlanNode node) => node as ScalarNode ?? (node as MapNode)?.Find("name") as ScalarNode;

    private static string PathOf(string path, PlanNode node, int index) =>
        node is MapNode map && map.Find("name") is ScalarNode { IsNull: false } name ? $"{path}.{name.Text}" : $"{path}[{index}]";
}
