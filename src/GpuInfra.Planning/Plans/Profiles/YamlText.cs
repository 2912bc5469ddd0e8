using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GpuInfra.Planning.Plans.Profiles;

/// <summary>Writes a JSON object as YAML: its members a line each, what is in them in flow style, long lists over several lines.</summary>
internal static class YamlText
{
    private const int LineWidth = 120;
    private const int ShortList = 8;

    private static readonly JsonSerializerOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The object as YAML, ended by a line feed.</summary>
    public static string Of(JsonObject members)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in members)
        {
            text.Append(name).Append(':');
            Wrap(text, Flow(value), name.Length + 1);
            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Appends the parts of a flow value, which may be broken between any two, since all but the first line are indented.</summary>
    private static void Wrap(StringBuilder text, IEnumerable<string> parts, int column)
    {
        foreach (var part in parts)
        {
            var breaks = column + 1 + part.Length > LineWidth;
            text.Append(breaks ? "\n  " : " ").Append(part);
            column = (breaks ? 2 : column + 1) + part.Length;
        }
    }

    /// <summary>A value in flow style, in parts that stay whole: scalars with what leads to them, and short lists of scalars.</summary>
    private static IReadOnlyList<string> Flow(JsonNode? value) => value switch
    {
        JsonObject members => Group("{", members.Select(member => Lead($"{member.Key}: ", Flow(member.Value))), "}"),
        JsonArray items when items.Count > ShortList || items.Any(item => item is JsonArray) => Group("[", items.Select(Flow), "]"),
        JsonArray items => [$"[{string.Join(", ", items.SelectMany(Flow))}]"],
        null => ["null"],
        _ => [value.ToJsonString(Unescaped)],
    };

    private static IReadOnlyList<string> Group(string open, IEnumerable<IReadOnlyList<string>> items, string close)
    {
        var parts = items.ToList();
        var ended = parts.SelectMany((item, index) => Trail(item, index < parts.Count - 1 ? "," : close)).ToList();
        return Lead(open, ended);
    }

    private static IReadOnlyList<string> Lead(string prefix, IReadOnlyList<string> parts) => [prefix + parts[0], .. parts.Skip(1)];

    private static IReadOnlyList<string> Trail(IReadOnlyList<string> parts, string suffix) => [.. parts.SkipLast(1), parts[^1] + suffix];
}
