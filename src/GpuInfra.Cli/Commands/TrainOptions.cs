using System.CommandLine;
using System.CommandLine.Parsing;
using GpuInfra.Cli.Reports;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing.Training;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Commands;

/// <summary>Options that turn <c>size</c> to training and fine-tuning.</summary>
internal sealed class TrainOptions
{
    private const int MostRank = 4096;

    private readonly Option<string?> _method = new("--train") { Description = "Size training instead: all weights, or low-rank matrices beside them", HelpName = "full|lora|qlora" };
    private readonly Option<double?> _tokens = QuantityOption.Of("--tokens", "Tokens to train on, epochs counted, as 1B", "N", HumanUnits.Number);
    private readonly Option<int?> _gpus = new("--gpus") { Description = "GPUs to train on (default: the fewest that hold it)", HelpName = "N" };
    private readonly Option<TimeSpan?> _deadline = QuantityOption.Of("--deadline", "Finds the fewest GPUs that finish within it, as 48h", "TIME", HumanUnits.Duration);
    private readonly Option<int> _rank = new("--rank") { Description = "Rank of the low-rank matrices", HelpName = "N", DefaultValueFactory = _ => 16 };
    private readonly Option<int> _sequence = new("--sequence") { Description = "Tokens of a sequence", HelpName = "TOKENS", DefaultValueFactory = _ => 4096 };
    private readonly Option<int> _perGpu = new("--micro-batch") { Description = "Sequences that a GPU has in memory at once", HelpName = "N", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _sharding = new("--zero") { Description = "ZeRO stage: what is cut up among the GPUs; 3 is FSDP's full shard", HelpName = "0|1|2|3", DefaultValueFactory = _ => 3 };
    private readonly Option<bool> _whole = new("--no-checkpointing") { Description = "Keep all activations rather than compute them again" };
    private readonly Option<Share?> _utilization = QuantityOption.Of("--utilization", "Share of the GPUs' peak rate that is reached (default: 40%)", "SHARE", HumanUnits.Share);

    private readonly SizeOptions _size;

    public TrainOptions(Command command, SizeOptions size)
    {
        _size = size;
        _method.AcceptOnlyFromAmong("full", "lora", "qlora");
        foreach (var option in All.Prepend(_method))
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Whether training is asked for.</summary>
    public bool IsGiven(CommandResult result) => result.GetResult(_method) is not null;

    /// <summary>Says what is missing or goes ill together.</summary>
    public void Check(CommandResult result)
    {
        var given = All.Where(option => result.GetResult(option) is { Implicit: false }).Select(option => option.Name).ToList();
        if (!IsGiven(result))
        {
            if (given.Count > 0)
            {
                result.AddError($"{string.Join(", ", given)} only goes with --train full|lora|qlora.");
            }

            return;
        }

        foreach (var option in new Option[] { _size.Model, _size.Gpu, _tokens }.Where(option => result.GetResult(option) is null))
        {
            result.AddError($"Give {option.Name} {option.HelpName}.");
        }

        if (_size.Given(result).Except([_size.Model.Name, _size.Gpu.Name]).ToList() is { Count: > 0 } serving)
        {
            result.AddError($"{string.Join(", ", serving)} is about serving: leave it out with --train.");
        }

        if (result.GetResult(_gpus) is not null && result.GetResult(_deadline) is not null)
        {
            result.AddError("Give --gpus or --deadline: the one asks how long, the other how many.");
        }
    }

    /// <summary>The job with its GPUs, or why they cannot do it.</summary>
    /// <exception cref="PlanException">Values are wrong; all of them are told.</exception>
    public TrainAnswer Answer(ParseResult parsed, Catalog catalog)
    {
        var problems = new List<PlanProblem>();
        var model = catalog.FindModel(parsed.GetValue(_size.Model)!);
        var gpu = catalog.FindGpu(parsed.GetValue(_size.Gpu)!);
        Require(model is not null, _size.Model, UnknownName.Model(parsed.GetValue(_size.Model)!, catalog));
        Require(gpu is not null, _size.Gpu, UnknownName.Gpu(parsed.GetValue(_size.Gpu)!, catalog));
        Require(parsed.GetValue(_tokens) >= 1, _tokens, "must be at least 1");
        Require(parsed.GetValue(_gpus) is null or (>= 1 and <= TrainingPlan.MostGpus), _gpus, $"must be from 1 to {TrainingPlan.MostGpus}");
        Require(parsed.GetValue(_deadline) is null || parsed.GetValue(_deadline) > TimeSpan.Zero, _deadline, "must be above zero");
        Require(parsed.GetValue(_rank) is >= 1 and <= MostRank, _rank, $"must be from 1 to {MostRank}");
        Require(parsed.GetValue(_perGpu) >= 1, _perGpu, "must be at least 1");
        Require(parsed.GetValue(_sharding) is >= 0 and <= 3, _sharding, "must be from 0 to 3");
        Require(parsed.GetValue(_sequence) >= 1, _sequence, "must be at least 1");
        Require(
            model is null || parsed.GetValue(_sequence) <= model.MaxContextTokens,
            _sequence,
            $"is above the {model?.MaxContextTokens} tokens that {model?.Id} was made for");
        Require(
            parsed.GetValue(_utilization) is null or { Fraction: > 0 and <= 1 }, _utilization, "must be above 0% and at most 100%");
        if (problems.Count > 0)
        {
            throw new PlanException(problems);
        }

        var job = new TrainingJob
        {
            Model = model!,
            Method = Enum.Parse<TrainingMethod>(parsed.GetValue(_method)!, ignoreCase: true),
            Tokens = parsed.GetValue(_tokens)!.Value,
            SequenceTokens = parsed.GetValue(_sequence),
            SequencesPerGpu = parsed.GetValue(_perGpu),
            Rank = parsed.GetValue(_rank),
            Checkpointing = !parsed.GetValue(_whole),
            Sharding = (Sharding)parsed.GetValue(_sharding),
        };
        var utilization = parsed.GetValue(_utilization) ?? TrainingPlan.UsualUtilization;
        var (plan, unfit) = parsed.GetValue(_gpus) is { } gpus
            ? TrainingPlan.On(job, gpu!, gpus, utilization)
            : TrainingPlan.Fewest(job, gpu!, parsed.GetValue(_deadline), utilization);
        return new TrainAnswer(job, gpu!, plan, unfit);

        void Require(bool holds, Option option, string otherwise)
        {
            if (!holds)
            {
                problems.Add(new PlanProblem(option.Name, 0, 0, "", otherwise));
            }
        }
    }

    private IEnumerable<Option> All => [_tokens, _gpus, _deadline, _rank, _sequence, _perGpu, _sharding, _whole, _utilization];
}
