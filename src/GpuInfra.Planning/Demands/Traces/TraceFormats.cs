using System.Collections.Immutable;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Demands.Traces;

/// <summary>Finds out how a trace is written.</summary>
internal static class TraceFormats
{
    /// <summary>The format of a trace.</summary>
    /// <param name="firstLine">Its first line.</param>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="options">What is known of the format already.</param>
    /// <param name="isHeader">True when the first line is no request.</param>
    /// <exception cref="PlanException">The first line fits no format, or lacks the fields.</exception>
    public static TraceFormat Of(ReadOnlySpan<byte> firstLine, string file, TraceOptions options, out bool isHeader)
    {
        var kind = options.Kind == TraceKind.Auto ? Guess(firstLine) : options.Kind;
        isHeader = kind == TraceKind.Csv;
        return kind switch
        {
            TraceKind.AccessLog => new AccessLog(options.Fields ?? AccessLog.Usual),
            TraceKind.Json => Json(firstLine, file, options.Fields),
            _ => Csv(CsvTrace.Columns(firstLine), file, options.Fields),
        };
    }

    private static TraceKind Guess(ReadOnlySpan<byte> line) =>
        line is [(byte)'{', ..] ? TraceKind.Json
        : line.IndexOf("prompt_tokens"u8) >= 0 && line.IndexOf((byte)',') < 0 ? TraceKind.AccessLog
        : TraceKind.Csv;

    private static JsonTrace Json(ReadOnlySpan<byte> line, string file, TraceFields? given)
    {
        foreach (var fields in given is null ? TraceFields.Known : [given])
        {
            if (given is not null || JsonTrace.Fits(line, fields))
            {
                return new JsonTrace(fields);
            }
        }

        throw Unknown(file, "the first object has none of the known fields");
    }

    private static CsvTrace Csv(ImmutableArray<string> columns, string file, TraceFields? given)
    {
        foreach (var fields in given is null ? TraceFields.Known : [given])
        {
            if (CsvTrace.For(columns, fields) is { } format)
            {
                return format;
            }
        }

        throw given is null
            ? Unknown(file, $"the columns {string.Join(", ", columns.Take(12))} have none of the known names")
            : new PlanException([new PlanProblem(file, 1, 1, "", string.Join("; ", new[] { given.Time, given.Input, given.Output }
                .Where(name => !columns.Contains(name)).Select(name => $"there is no column {name}{Suggestion.DidYouMean(name, columns)}")))]);
    }

    private static PlanException Unknown(string file, string what) => new([new PlanProblem(file, 1, 1, "",
        $"{what} ({string.Join("; ", TraceFields.Known)}): name them with --time, --input and --output, or the format with --format")]);
}
