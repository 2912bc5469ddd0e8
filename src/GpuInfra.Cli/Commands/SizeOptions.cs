using System.CommandLine;
using System.CommandLine.Parsing;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Commands;

/// <summary>Options that say which replica to size, and under which load.</summary>
internal sealed class SizeOptions
{
    public readonly Option<string?> Model = new("--model") { Description = "The model, by its id or an alias in the catalog", HelpName = "MODEL" };
    public readonly Option<string?> Gpu = new("--gpu") { Description = "The GPU, by its id or an alias", HelpName = "GPU" };

    private readonly Option<string?> _precision = new("--precision")
    {
        Description = "Number format of the weights (default: the model's own)",
        HelpName = "fp16|bf16|fp8|…",
    };

    private readonly Option<string> _cachePrecision = new("--kv-precision")
    {
        Description = "Number format of the key-value cache; native is the engine's default",
        HelpName = "native|fp16|fp8",
        DefaultValueFactory = _ => CachePrecisions.WordOf(null),
    };

    private readonly Option<int> _tensor = new("--tp") { Description = "GPUs that each layer is split over", HelpName = "N", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _pipeline = new("--pp") { Description = "Stages that the layers are cut into", HelpName = "N", DefaultValueFactory = _ => 1 };
    private readonly Option<double?> _fabric = new("--fabric")
    {
        Description = "Network of a machine, where each stage has a machine of its own (default: one machine has all stages)",
        HelpName = "GBIT/S",
    };

    private readonly Option<int?> _input = new("--isl") { Description = "Input tokens of a request", HelpName = "TOKENS" };
    private readonly Option<int?> _output = new("--osl") { Description = "Output tokens of a request", HelpName = "TOKENS" };
    private readonly Option<int?> _concurrency = new("--concurrency") { Description = "Requests in flight (default: as many as fit)", HelpName = "N" };
    private readonly Option<TimeSpan?> _firstToken = QuantityOption.Of(
        "--ttft", "Time to first token, at most: finds the most requests in flight that keep it", "TIME", HumanUnits.Duration);
    private readonly Option<TimeSpan?> _perToken = QuantityOption.Of(
        "--tpot", "Time per further output token, at most: the same", "TIME", HumanUnits.Duration);
    private readonly Option<string> _engine = new("--engine") { Description = "What serves the model", HelpName = "vllm|sglang|trtllm", DefaultValueFactory = _ => "vllm" };

    public SizeOptions(Command command)
    {
        _cachePrecision.AcceptOnlyFromAmong([.. CachePrecisions.Words.Select(word => word.Word)]);
        _engine.AcceptOnlyFromAmong("vllm", "sglang", "trtllm");
        foreach (var option in All)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The latencies asked for instead of a load; the default when none is.</summary>
    public LatencyBounds Latency(ParseResult parsed) => new(parsed.GetValue(_firstToken), parsed.GetValue(_perToken));

    /// <summary>The question as written; <see cref="Check"/> has seen that nothing is missing.</summary>
    public SetupDraft Draft(ParseResult parsed) => new()
    {
        Model = parsed.GetValue(Model)!,
        Gpu = parsed.GetValue(Gpu)!,
        Precision = parsed.GetValue(_precision),
        CachePrecision = CachePrecisions.Words.First(word => word.Word == parsed.GetRequiredValue(_cachePrecision)).Precision,
        Parallelism = new Parallelism(parsed.GetValue(_tensor), parsed.GetValue(_pipeline)),
        Fabric = parsed.GetValue(_fabric) is { } gbit ? ByteRate.FromGbitPerSecond(Math.Max(0, gbit)) : null,
        Engine = Scenario.EngineIn(parsed.GetRequiredValue(_engine))!.Value,
        Load = new Load(
            parsed.GetValue(_concurrency) is null ? LoadKind.OfflineMax : LoadKind.Concurrency,
            parsed.GetValue(_input)!.Value,
            parsed.GetValue(_output)!.Value,
            parsed.GetValue(_concurrency) ?? 1),
    };

    /// <summary>Says what is missing or goes ill together: wrong usage, whatever the values are.</summary>
    public void Check(CommandResult result)
    {
        foreach (var option in new Option[] { Model, Gpu, _input, _output }.Where(option => result.GetResult(option) is null))
        {
            result.AddError($"Give {option.Name} {option.HelpName}.");
        }

        if (result.GetResult(_concurrency) is not null && (result.GetResult(_firstToken) ?? result.GetResult(_perToken)) is not null)
        {
            result.AddError("Give --concurrency, or --ttft and --tpot: the one asks what a load gets, the others how much load they allow.");
        }
    }

    /// <summary>Names of options that were given.</summary>
    public IEnumerable<string> Given(CommandResult result) =>
        All.Where(option => result.GetResult(option) is { Implicit: false }).Select(option => option.Name);

    /// <summary>A mistake in one of the values.</summary>
    public PlanProblem ProblemOf(SetupProblem problem) => new(NameOf(problem.Part), 0, 0, "", problem.Message);

    private string NameOf(SetupPart part) => part switch
    {
        SetupPart.Model => Model.Name,
        SetupPart.Gpu => Gpu.Name,
        SetupPart.Precision => _precision.Name,
        SetupPart.CachePrecision => _cachePrecision.Name,
        SetupPart.TensorParallel => _tensor.Name,
        SetupPart.PipelineParallel => _pipeline.Name,
        SetupPart.Fabric => _fabric.Name,
        SetupPart.InputTokens => _input.Name,
        SetupPart.OutputTokens => _output.Name,
        _ => _concurrency.Name,
    };

    private IEnumerable<Option> All =>
        [Model, Gpu, _precision, _cachePrecision, _tensor, _pipeline, _fabric, _input, _output, _concurrency, _firstToken, _perToken, _engine];
}
