using System.Globalization;

namespace GpuInfra.Planning.Plans.Reading;

/// <summary>A piece of a plan file's text and what stands there instead.</summary>
/// <param name="File">The file.</param>
/// <param name="Offset">Where the piece begins.</param>
/// <param name="Length">Its characters; zero where something is put in.</param>
/// <param name="Text">What stands there instead.</param>
internal sealed record PlanPlace(string File, int Offset, int Length, string Text)
{
    /// <summary>The place of a change; null where it is not a value on a line, nor a key that can be put beside others.</summary>
    /// <param name="plan">The plan with all that it inherits.</param>
    /// <param name="change">The change.</param>
    /// <param name="texts">The texts of its files.</param>
    public static PlanPlace? Of(MapNode plan, PlanChange change, IReadOnlyDictionary<string, string> texts)
    {
        var path = change.Path.Split('.');
        PlanNode? node = plan;
        foreach (var (index, key) in path.SkipLast(1).Index())
        {
            if (node is MapNode parent && parent.Find(key) is null)
            {
                // The key and what stands below it are all new: they come together, on one line.
                return Beside(parent, key, path.Skip(index + 1).Reverse().Aggregate(change.Value, (value, below) => $"{{ {below}: {value} }}"), texts);
            }

            node = Below(node, key);
        }

        return Below(node, path[^1]) switch
        {
            { } value => Written(value, texts[value.File]) is { } length ? new PlanPlace(value.File, OffsetOf(value, texts[value.File]), length, change.Value) : null,
            null when node is MapNode map => Beside(map, path[^1], change.Value, texts),
            _ => null,
        };
    }

    /// <summary>An item of a list goes by its name, or by its number from 0 where items have none.</summary>
    private static PlanNode? Below(PlanNode? node, string key) => node switch
    {
        MapNode map => map.Find(key),
        ListNode list => list.Items.FirstOrDefault(item => (item as MapNode)?.Find("name") is ScalarNode name && name.Text == key)
            ?? (int.TryParse(key, CultureInfo.InvariantCulture, out var number) ? list.Items.ElementAtOrDefault(number) : null),
        _ => null,
    };

    /// <summary>A new key behind the first value of its map, on the same line between braces and on one of its own otherwise.</summary>
    private static PlanPlace? Beside(MapNode map, string key, string value, IReadOnlyDictionary<string, string> texts)
    {
        var text = texts[map.File];
        if (map.Entries.FirstOrDefault(entry => entry.Key.File == map.File && entry.Value is ScalarNode scalar && scalar.File == map.File && Written(scalar, text) is not null) is not { Value: ScalarNode first } neighbour)
        {
            return null;
        }

        var end = OffsetOf(first, text) + Written(first, text)!.Value;
        if (text[OffsetOf(map, text)] == '{')
        {
            return new PlanPlace(map.File, end, 0, $", {key}: {value}");
        }

        var line = text.IndexOf('\n', end);
        var newline = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var (offset, before, after) = line < 0 ? (text.Length, newline, "") : (line + 1, "", newline);
        return new PlanPlace(map.File, offset, 0, $"{before}{new string(' ', neighbour.Key.Column - 1)}{key}: {value}{after}");
    }

    /// <summary>Characters that a value takes in the text; null where it is not all on one line.</summary>
    private static int? Written(PlanNode node, string text)
    {
        var rest = text.AsSpan(OffsetOf(node, text));
        if (node is not ScalarNode value)
        {
            return Bracketed(rest);
        }

        if (!value.Quoted)
        {
            return value.Text.Length > 0 && rest.StartsWith(value.Text) ? value.Text.Length : null;
        }

        var end = rest.Length > 1 && rest[0] is '"' or '\'' ? rest[1..].IndexOf(rest[0]) : -1;
        return end >= 0 && rest.Slice(1, end).SequenceEqual(value.Text) ? end + 2 : null;
    }

    /// <summary>Characters from a bracket to the one that closes it, on the same line; null where there are none.</summary>
    private static int? Bracketed(ReadOnlySpan<char> text)
    {
        var (depth, quote) = (0, '\0');
        for (var index = 0; index < text.Length && text[index] is not ('\n' or '\r'); index++)
        {
            var letter = text[index];
            quote = quote == '\0' && letter is '"' or '\'' ? letter : letter == quote ? '\0' : quote;
            depth += quote != '\0' ? 0 : letter is '[' or '{' ? 1 : letter is ']' or '}' ? -1 : 0;
            if (depth == 0)
            {
                return index == 0 ? null : index + 1;
            }
        }

        return null;
    }

    private static int OffsetOf(PlanNode node, string text)
    {
        var offset = 0;
        for (var line = 1; line < node.Line; line++)
        {
            offset = text.IndexOf('\n', offset) + 1;
        }

        return Math.Min(text.Length, offset + node.Column - 1);
    }
}
