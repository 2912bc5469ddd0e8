using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Sizing;

/// <summary>A part of a question about a replica; whoever asks has a name of their own for each.</summary>
public enum SetupPart
{
    /// <summary>The model.</summary>
    Model,

    /// <summary>The accelerator.</summary>
    Gpu,

    /// <summary>The weights' precision.</summary>
    Precision,

    /// <summary>The key-value cache's precision.</summary>
    CachePrecision,

    /// <summary>GPUs that each layer is split over.</summary>
    TensorParallel,

    /// <summary>Stages that the layers are cut into.</summary>
    PipelineParallel,

    /// <summary>The fabric between the machines of the stages.</summary>
    Fabric,

    /// <summary>GPUs of the whole replica.</summary>
    TotalGpus,

    /// <summary>Input tokens of a request.</summary>
    InputTokens,

    /// <summary>Output tokens of a request.</summary>
    OutputTokens,

    /// <summary>Requests in flight.</summary>
    Requests,
}

/// <summary>Something wrong with a part of a question.</summary>
/// <param name="Part">The part.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
public sealed record SetupProblem(SetupPart Part, string Message);

/// <summary>A replica and its requests as somebody wrote them down: names and numbers that nobody has looked at yet.</summary>
public sealed record SetupDraft
{
    /// <summary>GPUs of a replica at most: a rack of NVLink.</summary>
    private const int MostGpus = 72;

    /// <summary>The model's id or an alias.</summary>
    public required string Model { get; init; }

    /// <summary>The accelerator's id or an alias.</summary>
    public required string Gpu { get; init; }

    /// <summary>The accelerator's memory in GB, which tells variants apart; null where it is not said.</summary>
    public double? GpuMemoryGb { get; init; }

    /// <summary>The weights' precision; null for the model's own.</summary>
    public string? Precision { get; init; }

    /// <summary>The key-value cache's precision; null for the engine's default.</summary>
    public CachePrecision? CachePrecision { get; init; }

    /// <summary>How the replica is spread over its GPUs.</summary>
    public required Parallelism Parallelism { get; init; }

    /// <summary>What passes between two machines at most, where each stage has one of its own; null where one machine has all of them.</summary>
    public ByteRate? Fabric { get; init; }

    /// <summary>GPUs of the whole replica; null where the parallelism alone says so.</summary>
    public int? TotalGpus { get; init; }

    /// <summary>The engine.</summary>
    public Engine Engine { get; init; } = Engine.Vllm;

    /// <summary>The requests.</summary>
    public required Load Load { get; init; }

    /// <summary>The replica, or null with everything that is wrong.</summary>
    public (ReplicaSetup? Setup, ImmutableArray<SetupProblem> Problems) Check(Catalog catalog)
    {
        var problems = ImmutableArray.CreateBuilder<SetupProblem>();
        var model = catalog.FindModel(Model);
        var gpu = catalog.FindGpu(Gpu, GpuMemoryGb);
        var precision = Precision is null ? model?.NativePrecision : PrecisionNames.Find(Precision);
        if (model?.NativePrecision == Catalogs.Precision.Mxfp4 && precision is Catalogs.Precision.Fp4 or Catalogs.Precision.Fp8)
        {
            // Tables name the format that products run in; these weights are published in MXFP4 only.
            precision = Catalogs.Precision.Mxfp4;
        }

        if (model is null)
        {
            Refuse(SetupPart.Model, UnknownName.Model(Model, catalog));
        }
        else if (model.Task == ModelTask.Embedding)
        {
            Refuse(SetupPart.Model, $"{model.Id} makes embeddings: it has no output tokens to size");
        }

        if (gpu is null)
        {
            Refuse(SetupPart.Gpu, catalog.FindGpu(Gpu) is { } other
                ? FormattableString.Invariant($"{other.Id} has {other.Memory}, not {GpuMemoryGb} GB")
                : UnknownName.Gpu(Gpu, catalog));
        }

        if (Precision is not null && precision is null)
        {
            Refuse(SetupPart.Precision, UnknownName.Of("precision", Precision, PrecisionNames.Words, []));
        }

        if (gpu is not null && precision is { } asked && gpu.PeakRate(asked) is null)
        {
            Refuse(SetupPart.Precision, $"{gpu.Id} has no {JsonText.Word(asked)} arithmetic; it has {string.Join(", ", gpu.Formats.Select(format => JsonText.Word(format)))}");
        }

        if (gpu is not null && CachePrecision.Refusal(gpu) is { } noCache)
        {
            Refuse(SetupPart.CachePrecision, noCache);
        }

        CheckParallelism(model, Refuse);
        CheckLoad(Refuse);
        return problems.Count == 0
            ? (new ReplicaSetup(model!, precision!.Value, gpu!, Parallelism, Engine, CachePrecision) { Span = Fabric is { } fabric ? new NodeSpan(Parallelism.Pipeline, fabric) : null }, [])
            : (null, problems.ToImmutable());

        void Refuse(SetupPart part, string message) => problems.Add(new SetupProblem(part, message));
    }

    /// <summary>Says so when requests are longer than the model was made for; null when they are not. Benchmarks do that, since speed does not mind.</summary>
    public static SetupProblem? TooLong(Model model, Load load) => (long)load.InputTokens + load.OutputTokens is var length && length > model.MaxContextTokens
        ? new SetupProblem(SetupPart.InputTokens, FormattableString.Invariant(
            $"{load.InputTokens} input and {load.OutputTokens} output tokens are above the {model.MaxContextTokens} that {model.Id} was made for"))
        : null;

    private void CheckParallelism(Model? model, Action<SetupPart, string> refuse)
    {
        var (tensor, pipeline) = (Parallelism.Tensor, Parallelism.Pipeline);
        foreach (var (part, degree) in new[] { (SetupPart.TensorParallel, tensor), (SetupPart.PipelineParallel, pipeline) })
        {
            if (degree is < 1 or > MostGpus)
            {
                refuse(part, FormattableString.Invariant($"{degree} is outside the range from 1 to {MostGpus}"));
            }
        }

        if (Fabric is { } fabric && (pipeline == 1 || fabric.BytesPerSecond <= 0))
        {
            refuse(SetupPart.Fabric, pipeline == 1 ? "there is one stage, which hands nothing on: give two or more" : "is not above zero");
        }

        if (TotalGpus is { } total && (total < 1 || total != (long)tensor * pipeline))
        {
            refuse(SetupPart.TotalGpus, FormattableString.Invariant($"{total} GPUs are not {tensor} × {pipeline}"));
        }

        if (tensor < 1 || pipeline < 1 || model is null)
        {
            return;
        }

        if (tensor % Parallelism.AttentionData != 0 || tensor % Parallelism.Expert != 0)
        {
            refuse(SetupPart.TensorParallel, FormattableString.Invariant(
                $"{tensor} GPUs do not divide into {Parallelism.AttentionData} copies of the attention and {Parallelism.Expert} groups of experts"));
        }
        else if (model.Attention.FirstOrDefault(group => group.QueryHeads % (tensor / Parallelism.AttentionData) != 0) is { } whole)
        {
            refuse(SetupPart.TensorParallel, FormattableString.Invariant(
                $"{whole.QueryHeads} attention heads of {model.Id} do not split over {tensor / Parallelism.AttentionData} GPUs"));
        }

        if (pipeline > model.Layers)
        {
            refuse(SetupPart.PipelineParallel, FormattableString.Invariant($"{model.Id} has {model.Layers} layers, too few for {pipeline} stages"));
        }
    }

    private void CheckLoad(Action<SetupPart, string> refuse)
    {
        foreach (var (part, number) in new[]
        {
            (SetupPart.InputTokens, Load.InputTokens), (SetupPart.OutputTokens, Load.OutputTokens), (SetupPart.Requests, Load.Requests),
        })
        {
            if (number < 1)
            {
                refuse(part, FormattableString.Invariant($"{number} is not above zero"));
            }
        }
    }
}
