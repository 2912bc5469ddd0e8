using System.Text;

namespace GpuInfra.Planning.Demands.Traces;

/// <summary>
/// An access log of a gateway before vLLM or another OpenAI-compatible server: plain lines with a time, in brackets as web servers
/// write it or at the beginning, and the tokens as <c>prompt_tokens=374 completion_tokens=44</c>.
/// </summary>
internal sealed class AccessLog(TraceFields fields) : TraceFormat
{
    private readonly byte[] _input = Encoding.UTF8.GetBytes(fields.Input);
    private readonly byte[] _output = Encoding.UTF8.GetBytes(fields.Output);

    public override string Name => $"access log with {fields.Input}, {fields.Output}";

    /// <summary>Names of the figures where none are given; the time has no name in a log.</summary>
    public static TraceFields Usual { get; } = new("time", "prompt_tokens", "completion_tokens");

    public override string? Read(ReadOnlySpan<byte> line, out TraceRequest request) =>
        Request(fields, TimeIn(line), After(line, _input), After(line, _output), out request);

    private static ReadOnlySpan<byte> TimeIn(ReadOnlySpan<byte> line)
    {
        var open = line.IndexOf((byte)'[');
        var close = open < 0 ? -1 : line[open..].IndexOf((byte)']');
        if (close > 0 && line[open + 1] is >= (byte)'0' and <= (byte)'9')
        {
            return line.Slice(open + 1, close - 1);
        }

        // "2026-11-21T10:00:00Z POST" and "2026-11-21 10:00:00,123 INFO": a date, a time, up to the next blank.
        const int DateAndT = 11;
        var blank = line.Length <= DateAndT ? -1 : line[DateAndT..].IndexOf((byte)' ');
        return blank < 0 ? line : line[..(DateAndT + blank)];
    }

    /// <summary>The digits, with a sign, that follow a name and = or : with blanks and quotes between; empty where there are none.</summary>
    private static ReadOnlySpan<byte> After(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name)
    {
        for (var at = line.IndexOf(name); at >= 0; at = line.IndexOf(name))
        {
            var rest = line[(at + name.Length)..];
            var isWholeName = at == 0 || !(char.IsAsciiLetterOrDigit((char)line[at - 1]) || line[at - 1] == '_');
            var value = rest.TrimStart("\": ="u8);
            if (isWholeName && value.Length < rest.Length)
            {
                var end = value.IndexOfAnyExcept("-0123456789"u8);
                return end < 0 ? value : value[..end];
            }

            line = rest;
        }

        return default;
    }
}
