using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace GpuInfra.Planning.Plans.Reading;

/// <summary>Values under names of the author's choice, as <c>teams</c> and <c>tags.extra</c> hold.</summary>
/// <param name="name">What the names are.</param>
/// <param name="item">What the values are.</param>
internal sealed class NamedValues<TName, T>(PlanValue<TName> name, PlanValue<T> item) : PlanValue<ImmutableArray<KeyValuePair<TName, T>>>
{
    public override bool TryRead(Cursor at, out ImmutableArray<KeyValuePair<TName, T>> value)
    {
        value = [];
        if (at.Node is not MapNode map)
        {
            return at.Refuse("must be a group of keys, each with its value");
        }

        var before = at.Reading.ProblemCount;
        var read = ImmutableArray.CreateBuilder<KeyValuePair<TName, T>>();
        foreach (var entry in map.Entries)
        {
            var named = name.TryRead(at.Into(entry.Key.Text, entry.Key), out var key);
            var filled = item.TryRead(at.Into(entry.Key.Text, entry.Value), out var element);
            if (named && (filled || element is not null))
            {
                read.Add(new(key, element));
            }
        }

        value = read.ToImmutable();
        return at.Reading.ProblemCount == before;
    }

    public override JsonObject Schema() => new()
    {
        ["type"] = "object",
        ["propertyNames"] = name.Schema(),
        ["additionalProperties"] = item.Schema(),
    };

    public override string? Show(ImmutableArray<KeyValuePair<TName, T>> value) => value.IsEmpty ? "none" : null;
}
