using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace GpuInfra.Cli.Import;

/// <summary>Writes the catalog's data files: one row a line, so that a change of data reads as a change of lines.</summary>
internal static class JsonRows
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A file of rows.</summary>
    public static string File(IEnumerable<string> rows) => $"[\n{string.Join(",\n", rows)}\n]\n";

    /// <summary>A row, from names and values as the functions below write them.</summary>
    public static string Row(params IEnumerable<(string Name, string Value)> members) =>
        $"{{{string.Join(", ", members.Select(member => $"\"{member.Name}\": {member.Value}"))}}}";

    /// <summary>A text, or null.</summary>
    public static string Text(string? text) => JsonSerializer.Serialize(text, Options);

    /// <summary>Texts.</summary>
    public static string Texts(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(Text))}]";

    /// <summary>A number as short as it can be written, or null.</summary>
    public static string Number(decimal? number) =>
        number is { } known ? Planning.JsonText.Plain(known).ToString(CultureInfo.InvariantCulture) : "null";

    /// <summary>True, false or null.</summary>
    public static string Flag(bool? flag) => flag switch { true => "true", false => "false", null => "null" };

    /// <summary>A day, or null.</summary>
    public static string Day(DateOnly? day) => day is { } known ? Text(known.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)) : "null";
}
