using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Sizing.Training;

/// <summary>
/// A training job on some GPUs, each with a copy of the work on other sequences (data parallelism):
/// hours = tokens × operations per token / (GPUs × peak 16-bit rate × utilisation).
/// </summary>
public sealed record TrainingPlan
{
    /// <summary>
    /// Share of the peak rate that training reaches, recomputed operations counted. Llama 3's authors report 38 to 43 % of 16-bit peak
    /// on up to 16,384 H100 (arXiv 2407.21783, table 4); small clusters on slow networks reach less.
    /// </summary>
    public static Share UsualUtilization { get; } = Share.FromPercent(40);

    /// <summary>More GPUs than this no cluster of today joins.</summary>
    public const int MostGpus = 131_072;

    /// <summary>The job.</summary>
    public required TrainingJob Job { get; init; }

    /// <summary>The GPU.</summary>
    public required Gpu Gpu { get; init; }

    /// <summary>How many.</summary>
    public required int Gpus { get; init; }

    /// <summary>Share of the peak rate that is reached.</summary>
    public required Share Utilization { get; init; }

    /// <summary>The memory of one of them.</summary>
    public TrainingMemory Memory => TrainingMemory.Of(Job, Gpu, Gpus);

    /// <summary>Operations in all.</summary>
    public double Operations => Job.Tokens * OperationsPerToken(Job);

    /// <summary>Tokens per second of all GPUs.</summary>
    public double TokensPerSecond => RateOf(Gpu, Utilization) * Gpus / OperationsPerToken(Job);

    /// <summary>Hours from the first token to the last.</summary>
    public double Hours => Job.Tokens / TokensPerSecond / 3600;

    /// <summary>The same times GPUs: what is paid for.</summary>
    public double GpuHours => Hours * Gpus;

    /// <summary>The job on so many GPUs, or why they cannot hold it.</summary>
    public static (TrainingPlan? Plan, Unfit? Unfit) On(TrainingJob job, Gpu gpu, int gpus, Share utilization)
    {
        if (gpu.PeakRate(Precision.Bf16) is null && gpu.PeakRate(Precision.Fp16) is null)
        {
            return (null, new Unfit("precision", $"{gpu.Id} has no 16-bit arithmetic"));
        }

        var memory = TrainingMemory.Of(job, gpu, gpus);
        return memory.Fits
            ? (new TrainingPlan { Job = job, Gpu = gpu, Gpus = gpus, Utilization = utilization }, null)
            : (null, new Unfit("memory", FormattableString.Invariant(
                $"{gpus} × {gpu.Id}: weights {memory.Weights} + gradients {memory.Gradients} + optimizer {memory.OptimizerStates} + activations {memory.Activations} + fetched layers {memory.Gathered} + runtime {memory.Overhead} exceed {memory.Usable} per GPU")));
    }

    /// <summary>The fewest GPUs that hold the job and finish it in time; without a deadline, the fewest that hold it.</summary>
    public static (TrainingPlan? Plan, Unfit? Unfit) Fewest(TrainingJob job, Gpu gpu, TimeSpan? deadline, Share utilization)
    {
        var (low, high) = (1, MostGpus);
        if (On(job, gpu, high, utilization) is (null, { } unfit))
        {
            return (null, unfit);
        }

        // More GPUs never need more memory each, and never take longer.
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = Suffices(middle) ? (low, middle) : (middle + 1, high);
        }

        return Suffices(low)
            ? On(job, gpu, low, utilization)
            : (null, new Unfit("deadline", FormattableString.Invariant(
                $"{MostGpus:N0} × {gpu.Id} still take {On(job, gpu, MostGpus, utilization).Plan!.Hours:N1} hours")));

        bool Suffices(int gpus) => On(job, gpu, gpus, utilization).Plan is { } plan && (deadline is null || plan.Hours <= deadline.Value.TotalHours);
    }

    /// <summary>
    /// Operations of one token: per parameter 2 forward, 2 backward for the inputs, 2 backward for trained weights (Kaplan et al. 2020:
    /// 6N in all), 2 more for a second forward pass under checkpointing; attention's scores and values the same way, all of them
    /// (Chowdhery et al. 2022, appendix B, halved since no token attends to later ones).
    /// </summary>
    public static double OperationsPerToken(TrainingJob job)
    {
        var recomputed = job.Checkpointing ? 1 : 0;
        var weights = 2.0 * job.Model.ActiveParameters * (2 + recomputed)
            + (2.0 * (job.Method == TrainingMethod.Full ? job.Model.ActiveParameters : job.TrainedParameters));
        var attention = job.Model.Attention.Sum(group =>
            group.Layers * (group.OperationsPerToken + (group.PrefillOperationsPerPair * group.MeanAttendedTokens(job.SequenceTokens))));
        return weights + (attention * (3 + recomputed));
    }

    /// <summary>Operations per second of one GPU: sixteen bits whatever the method, since 4-bit weights are unpacked first.</summary>
    private static double RateOf(Gpu gpu, Share utilization) =>
        (gpu.PeakRate(Precision.Bf16) ?? gpu.PeakRate(Precision.Fp16))!.Value.OperationsPerSecond * utilization.Fraction;
}
