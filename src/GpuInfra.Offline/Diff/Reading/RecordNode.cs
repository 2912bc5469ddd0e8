using System.Globalization;
using System.Text.Json;
using GpuInfra.Planning;

namespace GpuInfra.Offline.Diff.Reading;

/// <summary>A document that is no record: where, and what should stand there.</summary>
internal sealed class RecordFormatException(string path, string expected) : Exception($"{path}: expected {expected}");

/// <summary>A place in a record that knows its path, so that a wrong shape is told with it.</summary>
internal readonly record struct RecordNode(JsonElement Value, string Path)
{
    public string Text => Value.ValueKind == JsonValueKind.String ? Value.GetString()! : throw Wrong("text");

    public bool Flag => Value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong("true or false"),
    };

    public double Number => Value.ValueKind == JsonValueKind.Number && Value.TryGetDouble(out var number) && double.IsFinite(number)
        ? number
        : throw Wrong("a number");

    public decimal Money => Value.ValueKind == JsonValueKind.Number && Value.TryGetDecimal(out var money)
        ? money
        : throw Wrong("an amount");

    public int Count => Value.ValueKind == JsonValueKind.Number && Value.TryGetInt32(out var count)
        ? count
        : throw Wrong("a whole number");

    public DateOnly Day => DateOnly.TryParseExact(Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        ? day
        : throw Wrong("a day, as 2026-12-24");

    /// <summary>A month's text, as <c>2026-12</c>.</summary>
    public string Month => DateOnly.TryParseExact($"{Text}-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
        ? Text
        : throw Wrong("a month, as 2026-12");

    /// <summary>One of an enumeration's words, as <c>fail</c>.</summary>
    public T Word<T>()
        where T : struct, Enum => Enum.TryParse<T>(Text, ignoreCase: true, out var value) && Enum.IsDefined(value)
            ? value
            : throw Wrong(string.Join(", ", Enum.GetValues<T>().Select(word => JsonText.Word(word))));

    public IEnumerable<RecordNode> Items
    {
        get
        {
            if (Value.ValueKind != JsonValueKind.Array)
            {
                throw Wrong("a list");
            }

            var path = Path;
            return Value.EnumerateArray().Select((item, i) => new RecordNode(item, $"{path}[{i}]"));
        }
    }

    public IEnumerable<(string Name, RecordNode Node)> Members
    {
        get
        {
            if (Value.ValueKind != JsonValueKind.Object)
            {
                throw Wrong("an object");
            }

            var node = this;
            return Value.EnumerateObject().Select(member => (member.Name, new RecordNode(member.Value, node.PathOf(member.Name))));
        }
    }

    /// <summary>A member that must be there.</summary>
    public RecordNode this[string name] => Find(name) ?? throw new RecordFormatException(PathOf(name), "a value");

    /// <summary>A member; null when it is absent or null.</summary>
    public RecordNode? Find(string name)
    {
        if (Value.ValueKind != JsonValueKind.Object)
        {
            throw Wrong("an object");
        }

        return Value.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null
            ? new RecordNode(member, PathOf(name))
            : null;
    }

    private string PathOf(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    private RecordFormatException Wrong(string expected) => new(Path.Length == 0 ? "the document" : Path, expected);
}
