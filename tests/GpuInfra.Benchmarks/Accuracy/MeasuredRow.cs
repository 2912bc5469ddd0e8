using System.Globalization;
using GpuInfra.Cli.Batch;
using GpuInfra.Cli.Csv;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Sizing;

namespace GpuInfra.Benchmarks.Accuracy;

/// <summary>A published rate and the question that it answers.</summary>
/// <param name="File">The table it is from.</param>
/// <param name="Line">Its line.</param>
/// <param name="Release">What the table measured: a release of an engine, or a collection.</param>
/// <param name="Setup">The replica.</param>
/// <param name="Load">The load.</param>
/// <param name="TokensPerSecond">Output tokens per second that were measured, of the whole replica.</param>
internal sealed record MeasuredRow(string File, int Line, string Release, ReplicaSetup Setup, Load Load, double TokensPerSecond)
{
    /// <summary>Models of one architecture, which must be left out of a fit together: a name changes no speed.</summary>
    public string Architecture => FormattableString.Invariant(
        $"{Setup.Model.Layers} layers of {Setup.Model.HiddenSize}, {Setup.Model.MixtureOfExperts?.Experts ?? 0} experts, {Setup.Model.Vocabulary / 4096}");

    /// <summary>True for loads that keep the replica full.</summary>
    public bool IsSaturated => Load.Kind != LoadKind.Concurrency;

    /// <summary>All rows of the tables in a directory, tables in the order of their names.</summary>
    /// <exception cref="InvalidDataException">A row cannot be read.</exception>
    public static List<MeasuredRow> ReadAll(string directory)
    {
        var rows = new List<MeasuredRow>();
        foreach (var path in Directory.GetFiles(directory, "*.csv").Order(StringComparer.Ordinal))
        {
            foreach (var row in CsvFile.ReadAll(path, [.. BatchRow.Columns, "output_tokens_per_s", "source_version"]))
            {
                var (setup, load, problems) = BatchRow.Read(row, Catalog.Embedded);
                rows.Add(new MeasuredRow(
                    Path.GetFileNameWithoutExtension(path),
                    row.Line,
                    row["source_version"],
                    setup ?? throw new InvalidDataException($"{path}:{row.Line}: {string.Join("; ", problems)}"),
                    load,
                    double.Parse(row["output_tokens_per_s"], CultureInfo.InvariantCulture)));
            }
        }

        return rows;
    }
}
