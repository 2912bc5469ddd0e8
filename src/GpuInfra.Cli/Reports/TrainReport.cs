using System.Collections.Immutable;
using GpuInfra.Planning;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing.Training;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Reports;

/// <summary>What <c>gpuinfra size --train</c> shows.</summary>
internal static class TrainReport
{
    public static IEnumerable<Block> Of(TrainAnswer answer)
    {
        var job = answer.Job;
        yield return new Block.Paragraph(
            $"{What(job)} on {Format.Number(job.Tokens)} tokens in sequences of {Format.Count(job.SequenceTokens)}, "
            + $"{Format.Count((long)job.TrainedParameters)} parameters trained{(job.Checkpointing ? ", activations computed again" : "")}.");
        if (answer.Plan is not { } plan)
        {
            yield return new Block.Paragraph(new Cell($"It cannot: {answer.Unfit!.Detail}.", Tone.Bad));
            yield break;
        }

        yield return new Block.Grid([new("Prediction"), new("Value", true), new("Meaning")],
        [
            ["GPUs", Format.Count(plan.Gpus), $"{plan.Gpu.Id}, each with other sequences"],
            ["hours", Format.Number(plan.Hours), $"at {plan.Utilization} of the peak 16-bit rate: an assumption, --utilization says otherwise"],
            ["GPU hours", Format.Number(plan.GpuHours), "what is paid for, restarts not counted"],
            ["tokens/s", Format.Number(plan.TokensPerSecond), "of all GPUs"],
            ["operations", FormattableString.Invariant($"{plan.Operations:0.00e+0}"), FormattableString.Invariant($"{TrainingPlan.OperationsPerToken(job):0.00e+0} a token")],
        ]);
        yield return new Block.Heading("Memory of one GPU");
        yield return new Block.Grid([new("Part"), new("GiB", true)], Parts(plan.Memory));
    }

    public static string ToJson(TrainAnswer answer) => JsonText.Of(json =>
    {
        var (job, plan) = (answer.Job, answer.Plan);
        json.WriteStartObject();
        json.WriteString("model", job.Model.Id);
        json.WriteString("gpu", answer.Gpu.Id);
        json.WriteString("method", JsonText.Word(job.Method));
        json.WriteNumber("tokens", job.Tokens);
        json.WriteNumber("trainedParameters", job.TrainedParameters);
        json.WriteBoolean("fits", plan is not null);
        json.WriteString("reason", answer.Unfit?.Detail);
        if (plan is not null)
        {
            json.WriteNumber("gpus", plan.Gpus);
            json.WriteNumber("hours", plan.Hours);
            json.WriteNumber("gpuHours", plan.GpuHours);
            json.WriteNumber("tokensPerSecond", plan.TokensPerSecond);
            json.WriteNumber("operations", plan.Operations);
            json.WriteNumber("utilization", plan.Utilization.Fraction);
            json.WriteStartObject("memory");
            json.WriteNumber("usableBytes", plan.Memory.Usable.TotalBytes);
            json.WriteNumber("weightsBytes", plan.Memory.Weights.TotalBytes);
            json.WriteNumber("gradientBytes", plan.Memory.Gradients.TotalBytes);
            json.WriteNumber("optimizerBytes", plan.Memory.OptimizerStates.TotalBytes);
            json.WriteNumber("activationBytes", plan.Memory.Activations.TotalBytes);
            json.WriteNumber("gatheredBytes", plan.Memory.Gathered.TotalBytes);
            json.WriteNumber("overheadBytes", plan.Memory.Overhead.TotalBytes);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    });

    private static string What(TrainingJob job) => job.Method switch
    {
        TrainingMethod.Full => $"{job.Model.Id}, all weights",
        TrainingMethod.Lora => $"{job.Model.Id}, LoRA of rank {job.Rank}",
        _ => $"{job.Model.Id} in 4 bits, LoRA of rank {job.Rank} (QLoRA)",
    };

    private static ImmutableArray<ImmutableArray<Cell>> Parts(TrainingMemory memory) =>
    [
        Row("weights", memory.Weights), Row("gradients", memory.Gradients), Row("optimizer states", memory.OptimizerStates),
        Row("activations", memory.Activations), Row("layers fetched or unpacked", memory.Gathered), Row("CUDA context, buffers", memory.Overhead),
        Row("together", memory.Required), Row($"usable ({TrainingMemory.Utilization})", memory.Usable),
    ];

    private static ImmutableArray<Cell> Row(string name, ByteSize size) => [name, FormattableString.Invariant($"{size.TotalGib:F1}")];
}
