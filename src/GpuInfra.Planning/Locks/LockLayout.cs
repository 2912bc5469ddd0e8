using System.Text;
using System.Text.Json.Nodes;

namespace GpuInfra.Planning.Locks;

/// <summary>
/// Lays JSON out to be read in a diff: a pool takes a few lines, and a changed figure changes one of them. A list of things that hold
/// lists comes last and has its items on lines of their own; in each, a line ends after every list or object. All else stays within its
/// line, but for the document's own members.
/// </summary>
internal static class LockLayout
{
    /// <summary>The document, ended by a line feed.</summary>
    public static string Of(JsonObject document)
    {
        var text = new StringBuilder();
        WriteLines(text, document, "");
        return text.Append('\n').ToString();
    }

    private static void WriteLines(StringBuilder text, JsonObject node, string indent)
    {
        text.Append('{');
        var starts = true;
        foreach (var (index, (name, value)) in node.OrderBy(member => HasLines(member.Value)).Index())
        {
            text.Append(index == 0 ? "" : ",").Append(starts ? $"\n{indent}  " : " ");
            text.Append(Quote(name)).Append(": ");
            Write(text, value, indent + "  ");
            starts = value is JsonArray or JsonObject || indent.Length == 0;
        }

        text.Append('\n').Append(indent).Append('}');
    }

    private static void Write(StringBuilder text, JsonNode? node, string indent)
    {
        if (!HasLines(node))
        {
            text.Append(Line(node));
            return;
        }

        text.Append('[');
        foreach (var (index, item) in node!.AsArray().Index())
        {
            text.Append(index == 0 ? "\n" : ",\n").Append(indent).Append("  ");
            WriteLines(text, item!.AsObject(), indent + "  ");
        }

        text.Append('\n').Append(indent).Append(']');
    }

    /// <summary>True for a list of things that hold lists.</summary>
    private static bool HasLines(JsonNode? node) =>
        node is JsonArray items && items.Any(item => item is JsonObject members && members.Any(member => member.Value is JsonArray));

    private static string Line(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject members => $"{{ {string.Join(", ", members.Select(member => $"{Quote(member.Key)}: {Line(member.Value)}"))} }}",
        JsonArray items => $"[{string.Join(", ", items.Select(Line))}]",
        _ => node.ToJsonString(LockJson.Options),
    };

    private static string Quote(string name) => JsonValue.Create(name).ToJsonString(LockJson.Options);
}
