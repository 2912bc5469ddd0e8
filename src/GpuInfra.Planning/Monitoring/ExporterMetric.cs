using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace GpuInfra.Planning.Monitoring;

/// <summary>A series that something on a machine exports; rules and dashboards use these and the plan's own figures, and no other.</summary>
/// <param name="Name">Its name; of a histogram, without <c>_bucket</c>, <c>_count</c> and <c>_sum</c>.</param>
/// <param name="Exporter">The job that scrapes it: <c>vllm</c>, <c>dcgm</c>, <c>prometheus</c>, <c>alertmanager</c>; <c>haproxy</c> of routers; <c>gpuinfra</c> for what our own programs write, <c>rules</c> for what Prometheus records itself.</param>
/// <param name="Kind"><c>gauge</c>, <c>counter</c> or <c>histogram</c>.</param>
/// <param name="Help">What it is.</param>
/// <param name="Source">Where it is written.</param>
/// <param name="AsOf">When that was read.</param>
public sealed record ExporterMetric(string Name, string Exporter, string Kind, string Help, string Source, DateOnly AsOf)
{
    private static readonly Lazy<ImmutableArray<ExporterMetric>> Rows = new(Read);

    /// <summary>All that are used.</summary>
    public static ImmutableArray<ExporterMetric> All => Rows.Value;

    /// <summary>
    /// What the DCGM exporter has to export, as its file of counters: many of these it leaves out by itself. What it counts itself goes by
    /// its own name.
    /// </summary>
    public static string DcgmCounters
    {
        get
        {
            var text = new StringBuilder("# Field, type, help. For dcgm-exporter --collectors.\n");
            foreach (var metric in All.Where(metric => metric.Exporter == "dcgm"))
            {
                text.Append(metric.Name).Append(", ").Append(metric.Kind).Append(", ").Append(metric.Help.Replace(",", ";", StringComparison.Ordinal)).Append('\n');
            }

            return text.ToString();
        }
    }

    private static ImmutableArray<ExporterMetric> Read()
    {
        using var stream = typeof(ExporterMetric).Assembly.GetManifestResourceStream("Monitoring/metrics.json")!;
        using var document = JsonDocument.Parse(stream);
        return
        [
            .. document.RootElement.EnumerateArray().Select(row => new ExporterMetric(
                Text(row, "name"), Text(row, "exporter"), Text(row, "kind"), Text(row, "help"), Text(row, "source"), DateOnly.Parse(Text(row, "asOf"), CultureInfo.InvariantCulture))),
        ];
    }

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;
}
