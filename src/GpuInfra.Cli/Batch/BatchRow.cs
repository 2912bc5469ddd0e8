using System.Collections.Immutable;
using System.Globalization;
using GpuInfra.Cli.Csv;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Sizing;

namespace GpuInfra.Cli.Batch;

/// <summary>A row of published figures, or of questions in the same columns, as a replica with its load.</summary>
internal static class BatchRow
{
    /// <summary>Columns that must be there.</summary>
    public static readonly ImmutableArray<string> Columns =
        ["model", "gpu", "precision", "tensor_parallel", "pipeline_parallel", "isl", "osl", "scenario"];

    /// <summary>The replica and its load, or what is wrong with the row, column by column.</summary>
    public static (ReplicaSetup? Setup, Load Load, ImmutableArray<string> Problems) Read(CsvRow row, Catalog catalog)
    {
        var problems = ImmutableArray.CreateBuilder<string>();
        var (tensor, pipeline) = (Whole("tensor_parallel"), Whole("pipeline_parallel"));
        var (input, output) = (Whole("isl"), Whole("osl"));
        var scenario = Scenario.Read(row["scenario"]);
        if (scenario is null)
        {
            problems.Add($"scenario: \"{row["scenario"]}\" does not begin with {Scenario.Forms}");
        }

        var total = Optional("total_gpus") is null ? (int?)null : Whole("total_gpus");
        var memory = Optional("gpu_memory_gb") is { } gb
            ? double.TryParse(gb, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) && parsed > 0 ? parsed : Wrong("gpu_memory_gb")
            : (double?)null;
        if (problems.Count > 0)
        {
            return (null, default, problems.ToImmutable());
        }

        // Offline tables are TensorRT-LLM's.
        var offline = scenario!.Kind != LoadKind.Concurrency;
        var engine = scenario.Engine ?? Scenario.EngineIn(Optional("source") ?? "", Optional("source_version"))
            ?? (offline ? Engine.TensorRtLlm : Engine.Vllm);

        // Tables count the GPUs of one copy of the attention, or all of them.
        var copies = scenario.AttentionData ?? 1;
        var tensorGpus = total == tensor * pipeline * copies ? tensor * copies : tensor;
        var split = scenario.AttentionData is null && offline && engine == Engine.TensorRtLlm && catalog.FindModel(row["model"]) is { } model
            ? Parallelism.ForThroughput(model, tensor, pipeline)
            : new Parallelism(tensorGpus, pipeline, copies, scenario.Expert ?? 1);
        var load = new Load(scenario.Kind, input, output, scenario.Requests);
        var draft = new SetupDraft
        {
            Model = row["model"],
            Gpu = row["gpu"],
            GpuMemoryGb = memory,
            Precision = row["precision"],
            Parallelism = split,
            TotalGpus = total,
            Engine = engine,
            Load = load,
        };
        var (setup, wrong) = draft.Check(catalog);
        return (setup, load, [.. wrong.Select(problem => $"{ColumnOf(problem.Part)}: {problem.Message}")]);

        string? Optional(string column) => row.Find(column) is { Length: > 0 } text ? text : null;

        // Spreadsheets and data frames write 8 as 8.0.
        int Whole(string column) => decimal.TryParse(row[column], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number == decimal.Truncate(number) && Math.Abs(number) <= int.MaxValue
                ? (int)number
                : (int)Wrong(column);

        double Wrong(string column)
        {
            problems.Add($"{column}: \"{row[column]}\" is not a {(column == "gpu_memory_gb" ? "number above zero" : "whole number")}");
            return 0;
        }
    }

    private static string ColumnOf(SetupPart part) => part switch
    {
        SetupPart.Model => "model",
        SetupPart.Gpu => "gpu",
        SetupPart.Precision => "precision",
        SetupPart.TensorParallel => "tensor_parallel",
        SetupPart.PipelineParallel => "pipeline_parallel",
        SetupPart.TotalGpus => "total_gpus",
        SetupPart.InputTokens => "isl",
        SetupPart.OutputTokens => "osl",
        _ => "scenario",
    };
}
