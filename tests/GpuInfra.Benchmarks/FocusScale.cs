using System.Collections.Immutable;
using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using GpuInfra.Planning.Finance.Actuals;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Benchmarks;

/// <summary>How fast FOCUS exports are added up, and in how much memory: files of the width of AWS' (48 columns), plain and gzip, by wall clock. The first size only warms up.</summary>
internal static class FocusScale
{
    private const int Columns = 48;
    private const int Resources = 3_000;

    private static readonly TagPolicy Tags = new([], ImmutableSortedDictionary<string, string>.Empty);

    /// <summary>Reads 0.2 and 5 million rows of either form and prints a line for each; peak memory is the process's so far.</summary>
    public static void Run()
    {
        Console.WriteLine("form        rows   MiB  rows/s  peak MiB  USD");
        foreach (var rows in new[] { 200_000, 5_000_000 })
        {
            foreach (var packed in new[] { false, true })
            {
                var file = Path.Combine(Path.GetTempPath(), $"focus-{Environment.ProcessId}");
                try
                {
                    Write(file, rows, packed);
                    var watch = Stopwatch.StartNew();
                    using var stream = File.OpenRead(file);
                    var bill = FocusReader.Read(stream, "generated", new Month(2026, 12), Tags);
                    Console.WriteLine(FormattableString.Invariant(
                        $"{(packed ? "gzip" : "csv"),-4} {bill.Rows,11:N0} {stream.Length >> 20,5} {rows / watch.Elapsed.TotalSeconds,7:N0} {Process.GetCurrentProcess().PeakWorkingSet64 >> 20,9}  {bill.Effective:0.00}"));
                }
                finally
                {
                    File.Delete(file);
                }
            }
        }
    }

    private static void Write(string path, int rows, bool packed)
    {
        using var file = File.Create(path);
        using var target = packed ? new GZipStream(file, CompressionLevel.Fastest) : (Stream)file;
        using var writer = new StreamWriter(target, new UTF8Encoding(false), 1 << 16);
        string[] named = ["BilledCost", "EffectiveCost", "BillingCurrency", "ChargeCategory", "ChargePeriodStart", "ChargePeriodEnd", "ProviderName", "ServiceName", "ConsumedUnit", "ConsumedQuantity", "PricingCategory", "ResourceId", "Tags"];
        writer.Write(string.Join(',', named.Concat(Enumerable.Range(named.Length, Columns - named.Length).Select(column => FormattableString.Invariant($"Other{column}")))) + "\n");
        for (var row = 0; row < rows; row++)
        {
            var (hour, resource) = (row / Resources % 744, row % Resources);
            writer.Write(FormattableString.Invariant($"{1 + row % 9973 / 1e4:0.0000000000},{1 + row % 9967 / 1e4:0.0000000000},USD,Usage,2026-12-{hour / 24 + 1:00}T{hour % 24:00}:00:00Z,2026-12-{hour / 24 + 1:00}T{hour % 24:00}:59:59Z,AWS,Amazon Elastic Compute Cloud - Compute,Hours,1,Standard,i-{resource:x16},"));
            writer.Write(FormattableString.Invariant($"\"{{\"\"team\"\":\"\"support\"\",\"\"serving\"\":\"\"chat\"\",\"\"pool\"\":\"\"chat-aws-us-east-1-onDemand-{resource % 40}\"\",\"\"Name\"\":\"\"gpu-{resource}\"\"}}\""));
            for (var column = named.Length; column < Columns; column++)
            {
                writer.Write(column % 3 == 0 ? ",us-east-1" : column % 3 == 1 ? "," : ",1.2500000000");
            }

            writer.Write('\n');
        }
    }
}
