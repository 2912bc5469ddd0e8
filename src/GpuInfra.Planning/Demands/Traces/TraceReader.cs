using System.IO.Compression;
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
        try
        {
            return ReadLines(new TraceLines(Plain(stream)), file, options);
        }
        catch (InvalidDataException problem)
        {
            throw Refused(file, $"cannot be read to its end: {problem.Message}");
        }
    }

    private static TraceProfile ReadLines(TraceLines lines, string file, TraceOptions options)
    {
        var statistics = new TraceStatistics();
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
            if (problem is null && !statistics.TryAdd(request))
            {
                problem = "its time is more than ten years from the others";
            }

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
                + FormattableString.Invariant($"{skipped} of {skipped + statistics.Requests} rows cannot be read; --max-skipped {skipped} leaves them out"))));
        }

        return statistics.Requests == 0
            ? throw Refused(file, "is empty: it has no requests")
            : new TraceProfile(statistics.ToProfile(options, format!.Time.Clock!.Value, skipped), format.Name, statistics.OutOfOrder, [.. problems]);
    }

    /// <summary>The stream unpacked where it is gzip.</summary>
    private static Stream Plain(Stream stream)
    {
        var head = new byte[2];
        var read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var whole = new PrefixedStream(head.AsMemory(0, read), stream);
        return head is [0x1F, 0x8B] ? new GZipStream(whole, CompressionMode.Decompress) : whole;
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
}
