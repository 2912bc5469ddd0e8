using System.Buffers.Text;
using System.Text;

namespace GpuInfra.Planning.Demands.Traces;

/// <summary>A way of writing a trace: one request a line.</summary>
internal abstract class TraceFormat
{
    private const int MostShown = 40;

    /// <summary>Reads the times, by the trace's first one.</summary>
    public TraceTime Time { get; } = new();

    /// <summary>The format's name, for people.</summary>
    public abstract string Name { get; }

    /// <summary>Reads a line. Returns null, or why it is no request.</summary>
    public abstract string? Read(ReadOnlySpan<byte> line, out TraceRequest request);

    /// <summary>Makes a request of its three figures as written. Returns null, or what is wrong with them.</summary>
    protected string? Request(
        TraceFields fields, ReadOnlySpan<byte> time, ReadOnlySpan<byte> input, ReadOnlySpan<byte> output, out TraceRequest request)
    {
        request = default;
        if (!Time.TryRead(time, out var ticks))
        {
            return time.IsEmpty ? $"{fields.Time} is missing" : $"{fields.Time}: \"{Shown(time)}\" is not a time, or not of the kind that the first row has";
        }

        if (Tokens(fields.Input, input, out var inputTokens) is { } wrongInput)
        {
            return wrongInput;
        }

        var wrongOutput = Tokens(fields.Output, output, out var outputTokens);
        request = new TraceRequest(ticks, inputTokens, outputTokens);
        return wrongOutput;
    }

    /// <summary>Text of a row as messages show it.</summary>
    protected static string Shown(ReadOnlySpan<byte> text)
    {
        var shown = Encoding.UTF8.GetString(text[..Math.Min(text.Length, MostShown)]);
        return string.Concat(shown.Select(letter => char.IsControl(letter) ? '\uFFFD' : letter)) + (text.Length > MostShown ? "…" : "");
    }

    private static string? Tokens(string name, ReadOnlySpan<byte> text, out int tokens)
    {
        text = text[Ascii.Trim(text)];
        if (Utf8Parser.TryParse(text, out tokens, out var used) && used == text.Length)
        {
            return tokens < 0 ? $"{name}: {tokens} is negative"
                : tokens > Catalogs.LengthHistogram.LongestTokens ? $"{name}: {tokens} is more than any request has"
                : null;
        }

        // Data frames write whole numbers with a point.
        if (Utf8Parser.TryParse(text, out double number, out used) && used == text.Length && number >= 0 && number == Math.Floor(number)
            && number <= Catalogs.LengthHistogram.LongestTokens)
        {
            tokens = (int)number;
            return null;
        }

        return text.IsEmpty ? $"{name} is missing" : $"{name}: \"{Shown(text)}\" is not a whole number of tokens";
    }

}
