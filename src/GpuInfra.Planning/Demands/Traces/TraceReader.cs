using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Demands.Traces;

/// <summary>Reads a trace once, from front to end, into a profile. What cannot be read is counted, and refused beyond the allowed number.</summary>
public static class TraceReader
{
    private const int MostTold = 20;

    /// <summary>Reads a trace: plain or gzip, told by its first bytes.</summary>
    /// <param name="stream">The trace; it is read once, and not closed.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="options">How to read it.</param>
    /// <exception cref="PlanException">It is no trace, is empty, or more rows cannot be read than are allowed.</exception>
    public static TraceProfile Read(Stream stream, string file, TraceOptions options)
    {
        var statistics = new TraceStatistics();
        var rows = ReadRows(stream, file, options, statistics.TryAdd);
        return new TraceProfile(
            statistics.ToProfile(options, rows.Format.Time.Clock!.Value, rows.SkippedCount), rows.Format.Name, statistics.OutOfOrder, rows.Skipped);
    }

    /// <summary>Reads a trace's requests, which take 16 bytes each; those that are out of order are put in it.</summary>
    /// <inheritdoc cref="Read"/>
    public static RequestTrace ReadRequests(Stream stream, string file, TraceOptions options)
    {
        var requests = new List<TraceRequest>();
        var (first, last, previous, late) = (long.MaxValue, long.MinValue, long.MinValue, 0L);
        var rows = ReadRows(stream, file, options, request =>
        {
            var (earliest, latest) = (Math.Min(first, request.Ticks), Math.Max(last, request.Ticks));
            if (latest - earliest > MinuteCounts.MostMinutes * TimeSpan.TicksPerMinute)
            {
                return false;
            }

            late += request.Ticks < previous ? 1 : 0;
            (first, last, previous) = (earliest, latest, request.Ticks);
            requests.Add(request);
            return true;
        });
        return new RequestTrace
        {
            Format = rows.Format.Name,
            Requests = late == 0 ? [.. requests] : [.. requests.OrderBy(request => request.Ticks)],
            OutOfOrder = late,
            SkippedRows = rows.SkippedCount,
            Skipped = rows.Skipped,
        };
    }

    private static Rows ReadRows(Stream stream, string file, TraceOptions options, Func<TraceRequest, bool> add)
    {
        try
        {
            return ReadLines(new TraceLines(Unpacked.Of(stream)), file, options, add);
        }
        catch (InvalidDataException problem)
        {
            throw Refused(file, $"cannot be read to its end: {problem.Message}");
        }
    }

    private static Rows ReadLines(TraceLines lines, string file, TraceOptions options, Func<TraceRequest, bool> add)
    {
        var requests = 0L;
        var problems = new List<PlanProblem>();
        var skipped = 0L;
        TraceFormat? format = null;
        while (lines.TryNext(out var line))
        {
            if (lines.Number == 1)
            {
                line = WithoutMark(line, file);
            }

            if (line.IsEmpty)
            {
                continue;
            }

            if (format is null)
            {
                format = TraceFormats.Of(line, file, options, out var isHeader);
                if (isHeader)
                {
                    continue;
                }
            }

            var problem = format.Read(line, out var request);
            if (problem is null && !add(request))
            {
                problem = "its time is more than ten years from the others";
            }

            requests += problem is null ? 1 : 0;
            if (problem is not null)
            {
                skipped++;
                if (problems.Count < MostTold)
                {
                    problems.Add(new PlanProblem(file, (int)Math.Min(lines.Number, int.MaxValue), 1, "", lines.IsUnfinished ? $"the last line is cut off: {problem}" : problem));
                }
            }
        }

        if (skipped > options.MaxSkipped)
        {
            var more = skipped - problems.Count;
            throw new PlanException(problems.Append(new PlanProblem(file, 0, 0, "",
                (more > 0 ? FormattableString.Invariant($"and {more} more rows; ") : "")
                + FormattableString.Invariant($"{skipped} of {skipped + requests} rows cannot be read; --max-skipped {skipped} leaves them out"))));
        }

        return requests == 0
            ? throw Refused(file, "is empty: it has no requests")
            : new Rows(format!, skipped, [.. problems]);
    }

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> line, string file)
    {
        if (line is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] || line.Contains((byte)0))
        {
            throw Refused(file, "is not UTF-8 text (UTF-16 perhaps): convert it first, as with iconv -f utf-16 -t utf-8");
        }

        return line is [0xEF, 0xBB, 0xBF, ..] ? line[3..] : line;
    }

    private static PlanException Refused(string file, string message) => new([new PlanProblem(file, 0, 0, "", message)]);

    /// <summary>What was found beside the requests.</summary>
    private sealed record Rows(TraceFormat Format, long SkippedCount, ImmutableArray<PlanProblem> Skipped);
}
