using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace GpuInfra.Planning;

/// <summary>How every JSON document of this product is written: the same content gives the same bytes.</summary>
public static class JsonText
{
    // Dividing by one with all the scale a decimal has leaves the value and drops trailing zeros: 6.8800 becomes 6.88.
    private const decimal One = 1.0000000000000000000000000000m;

    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The document that <paramref name="write"/> writes: indented, unescaped for HTML, ended by a line feed.</summary>
    public static string Of(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        Write(buffer, write);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>Writes the same document to a stream, as UTF-8.</summary>
    public static void Write(Stream stream, Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            write(json);
        }

        stream.Write("\n"u8);
    }

    /// <summary>Writes an array of objects.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="name">The array's name.</param>
    /// <param name="items">What it holds.</param>
    /// <param name="write">Writes the members of one.</param>
    public static void WriteObjects<T>(this Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes a number, or null where there is none.</summary>
    public static void WriteNumberOrNull(this Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } known)
        {
            json.WriteNumber(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    /// <inheritdoc cref="WriteNumberOrNull(Utf8JsonWriter, string, double?)"/>
    public static void WriteNumberOrNull(this Utf8JsonWriter json, string name, decimal? value)
    {
        if (value is { } known)
        {
            json.WriteNumber(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    /// <summary>Writes an array of strings.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="name">The array's name.</param>
    /// <param name="items">What it holds.</param>
    public static void WriteStrings(this Utf8JsonWriter json, string name, IEnumerable<string> items)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStringValue(item);
        }

        json.WriteEndArray();
    }

    /// <summary>The word that plans, tables and JSON use for an enumeration's value, as <c>onDemand</c> or <c>aws</c>.</summary>
    public static string Word(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary>The same amount without trailing zeros, so that it is written the same however it was computed.</summary>
    public static decimal Plain(decimal amount) => amount / One;
}
