using System.Diagnostics;
using System.Text;
using GpuInfra.Planning.Demands.Traces;
using TraceOptions = GpuInfra.Planning.Demands.Traces.TraceOptions;

namespace GpuInfra.Benchmarks;

/// <summary>
/// How fast traces become profiles, and in how much memory: rows of the Azure traces' form are made on the fly, so that nothing but the
/// reader is in memory; making them is timed alone and taken off. The first size only warms up.
/// </summary>
internal static class TraceScale
{
    /// <summary>Reads 0.5, 5 and 50 million rows and prints a line for each; peak memory is the process's so far.</summary>
    public static void Run()
    {
        Console.WriteLine("form        rows  rows/s (reader alone)  peak MiB");
        foreach (var rows in new[] { 500_000L, 5_000_000, 50_000_000 })
        {
            foreach (var json in new[] { false, true }.Where(json => !json || rows < 50_000_000))
            {
                var made = Time(() => new GeneratedTrace(rows, json).CopyTo(Stream.Null, 1 << 20));
                var read = Time(() => TraceReader.Read(new GeneratedTrace(rows, json), "generated", new TraceOptions { Name = "generated", Source = "generated" }));
                Console.WriteLine(FormattableString.Invariant(
                    $"{(json ? "json" : "csv"),-4} {rows,11:N0} {rows / (read - made).TotalSeconds,22:N0} {Process.GetCurrentProcess().PeakWorkingSet64 >> 20,9}"));
            }
        }
    }

    /// <summary>Processor time, which other programs on the machine do not lengthen.</summary>
    private static TimeSpan Time(Action action)
    {
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        action();
        return Process.GetCurrentProcess().TotalProcessorTime - before;
    }

    /// <summary>A trace that is made as it is read: a thousand requests a second, lengths that run through a cycle.</summary>
    private sealed class GeneratedTrace(long rows, bool json) : MemoryStream
    {
        private const int Batch = 4_000;

        private static readonly DateTime Start = new(2026, 1, 1);

        private readonly StringBuilder _text = new(json ? "" : "TIMESTAMP,ContextTokens,GeneratedTokens\n");
        private ReadOnlyMemory<byte> _batch;
        private long _made;

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (_batch.IsEmpty)
            {
                Refill();
            }

            var count = Math.Min(buffer.Length, _batch.Length);
            _batch.Span[..count].CopyTo(buffer);
            _batch = _batch[count..];
            return count;
        }

        public override void CopyTo(Stream destination, int bufferSize)
        {
            var buffer = new byte[bufferSize];
            while (Read(buffer) is var read and > 0)
            {
                destination.Write(buffer, 0, read);
            }
        }

        private void Refill()
        {
            for (var end = Math.Min(rows, _made + Batch); _made < end; _made++)
            {
                var (time, input, output) = (Start.AddMilliseconds(_made), 1 + _made * 7919 % 4096, 1 + _made * 104_729 % 1024);
                _text.Append(json
                    ? FormattableString.Invariant($"{{\"id\":\"cmpl-{_made}\",\"timestamp\":\"{time:yyyy-MM-ddTHH:mm:ss.fffZ}\",\"usage\":{{\"prompt_tokens\":{input},\"completion_tokens\":{output}}}}}\n")
                    : FormattableString.Invariant($"{time:yyyy-MM-dd HH:mm:ss.fffffff},{input},{output}\n"));
            }

            _batch = Encoding.UTF8.GetBytes(_text.ToString());
            _text.Clear();
        }
    }
}
