using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace GpuInfra.Planning.Plans.Reading;

/// <summary>A group of known keys and what is built from them.</summary>
/// <param name="keys">The keys, in the order that editors offer them.</param>
/// <param name="build">Makes the value. It is called even after problems, so that further ones are found; see <see cref="Fields"/>.</param>
internal sealed class Section<T>(IEnumerable<Key> keys, Func<Fields, T> build) : PlanValue<T>
{
    private readonly ImmutableArray<Key> _keys = [.. keys];

    public override bool TryRead(Cursor at, out T value)
    {
        value = default!;
        if (at.Node is not MapNode map)
        {
            return at.Refuse($"must be a group of keys ({string.Join(", ", _keys.Select(key => key.Name))})");
        }

        var before = at.Reading.ProblemCount;
        value = build(new Fields(at, map, _keys));
        return at.Reading.ProblemCount == before;
    }

    /// <summary>
    /// The keys and their types. What is required is left to descriptions and the reader: a file that extends another, and the one it
    /// extends, need not be whole.
    /// </summary>
    public override JsonObject Schema() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(_keys.Select(key => KeyValuePair.Create<string, JsonNode?>(key.Name, key.Schema()))),
        ["additionalProperties"] = false,
    };
}
