using GpuInfra.Cli.Csv;
using GpuInfra.Cli.Reports;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Cli.Import;

/// <summary>
/// Refreshes the figures of <c>gpus.json</c> from <c>gpus.csv</c>. Ids, aliases, memory that programs see, doubts and reasons are kept
/// by hand: they are taken over from the catalog as it is. A GPU that the catalog lacks is told, not invented.
/// </summary>
internal static class GpuFigures
{
    public static string File(string directory, Catalog catalog, List<string> notes)
    {
        var figures = new Dictionary<string, CsvRow>();
        foreach (var row in CsvFile.ReadAll(
            Path.Combine(directory, "gpus.csv"),
            "gpu", "memory_bandwidth_tb_s", "fp16_dense_tflops", "fp8_dense_tflops", "int8_dense_tops", "fp4_dense_tflops", "nvlink_gb_s", "compute_capability"))
        {
            if (catalog.FindGpu(row["gpu"]) is { } gpu)
            {
                figures[gpu.Id] = row;
            }
            else
            {
                notes.Add($"gpus.csv: the catalog has no GPU {row["gpu"]}; add a row to gpus.json by hand first");
            }
        }

        return JsonRows.File(catalog.Gpus.Select(gpu => Row(gpu, figures.GetValueOrDefault(gpu.Id))));
    }

    private static string Row(Gpu gpu, CsvRow? row)
    {
        decimal? Figure(string column, double? kept, decimal scale = 1) => row is null ? (decimal?)kept : row.Number(column) * scale;

        return JsonRows.Row(
            ("id", JsonRows.Text(gpu.Id)),
            ("aliases", JsonRows.Texts(gpu.Aliases)),
            ("memoryMib", JsonRows.Number((decimal)gpu.Memory.TotalBytes / (1 << 20))),
            ("bandwidthGbPerSecond", JsonRows.Number(Figure("memory_bandwidth_tb_s", gpu.Bandwidth.GbPerSecond, 1000))),
            ("fp16Tflops", JsonRows.Number(Figure("fp16_dense_tflops", gpu.Fp16.Tera))),
            ("fp8Tflops", JsonRows.Number(Figure("fp8_dense_tflops", gpu.Fp8?.Tera))),
            ("int8Tops", JsonRows.Number(Figure("int8_dense_tops", gpu.Int8?.Tera))),
            ("fp4Tflops", JsonRows.Number(Figure("fp4_dense_tflops", gpu.Fp4?.Tera))),
            ("nvLinkGbPerSecond", JsonRows.Number(Figure("nvlink_gb_s", gpu.NvLink?.GbPerSecond))),
            ("board", Board(gpu.Board)),
            ("computeCapability", JsonRows.Number(Figure("compute_capability", (double?)gpu.ComputeCapability))),
            ("formats", JsonRows.Texts(gpu.Formats.Select(format => Format.Word(format)))),
            ("googleAcceleratorType", JsonRows.Text(gpu.GoogleAcceleratorType)),
            ("notChosenBecause", JsonRows.Text(gpu.NotChosenBecause)),
            ("doubt", JsonRows.Text(gpu.Doubt)),
            ("doubtfulFormats", JsonRows.Texts(gpu.DoubtfulFormats.Select(format => Format.Word(format)))),
            ("source", JsonRows.Text(gpu.Source)),
            ("asOf", JsonRows.Day(gpu.AsOf)));
    }

    private static string Board(GpuBoard board) => JsonRows.Row(
        ("powerWatts", JsonRows.Number((decimal)board.PowerWatts)),
        ("processNm", JsonRows.Number((decimal)board.ProcessNm)),
        ("hostLinkGbPerSecond", JsonRows.Number((decimal)board.HostLink.GbPerSecond)),
        ("nvLinkGpus", JsonRows.Number(board.NvLinkGpus)));
}
