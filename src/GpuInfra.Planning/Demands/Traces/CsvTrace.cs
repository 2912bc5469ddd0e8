using System.Collections.Immutable;
using System.Text;

namespace GpuInfra.Planning.Demands.Traces;

/// <summary>A CSV file whose first line names its columns. A field may stand in quotes, and may not hold a line break.</summary>
internal sealed class CsvTrace : TraceFormat
{
    private readonly TraceFields _fields;
    private readonly int _columns;
    private readonly (int Time, int Input, int Output) _at;

    private CsvTrace(TraceFields fields, ImmutableArray<string> columns) =>
        (_fields, _columns, _at) = (fields, columns.Length, (columns.IndexOf(fields.Time), columns.IndexOf(fields.Input), columns.IndexOf(fields.Output)));

    public override string Name => $"CSV with {_fields}";

    /// <summary>The columns that a first line names.</summary>
    public static ImmutableArray<string> Columns(ReadOnlySpan<byte> header) =>
        [.. Encoding.UTF8.GetString(header).Split(',').Select(name => name.Trim().Trim('"'))];

    /// <summary>The format of a file with this header; null when it lacks the fields.</summary>
    public static CsvTrace? For(ImmutableArray<string> columns, TraceFields fields) =>
        columns.Contains(fields.Time) && columns.Contains(fields.Input) && columns.Contains(fields.Output) ? new CsvTrace(fields, columns) : null;

    public override string? Read(ReadOnlySpan<byte> line, out TraceRequest request)
    {
        request = default;
        ReadOnlySpan<byte> time = default, input = default, output = default;
        var rest = line;
        var column = 0;
        for (var more = true; more; column++)
        {
            more = TakeField(ref rest, out var field);
            if (column == _at.Time)
            {
                time = field;
            }
            else if (column == _at.Input)
            {
                input = field;
            }
            else if (column == _at.Output)
            {
                output = field;
            }
        }

        return column == _columns
            ? Request(_fields, time, input, output, out request)
            : $"has {column} fields, the first line has {_columns}";
    }

    /// <summary>Takes a field off the front of a line; false when it was the last.</summary>
    private static bool TakeField(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> field)
    {
        var from = 0;
        if (rest is [(byte)'"', ..])
        {
            var close = rest[1..].IndexOf("\","u8);
            from = close >= 0 ? close + 2 : rest.Length;
        }

        var comma = rest[from..].IndexOf((byte)',');
        var end = comma < 0 ? rest.Length : from + comma;
        field = rest[..end];
        field = field is [(byte)'"', .., (byte)'"'] ? field[1..^1] : field;
        rest = comma < 0 ? default : rest[(end + 1)..];
        return comma >= 0;
    }
}
