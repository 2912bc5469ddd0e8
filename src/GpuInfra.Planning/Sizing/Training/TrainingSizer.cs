using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Sizing.Training;

/// <summary>
/// Sizes a machine that trains: its rate of sequences, a sequence being what a request is to a replica that serves. All its GPUs work on one job, and everything is cut up among them
/// (FSDP's full shard); jobs over several machines are not planned.
/// </summary>
internal static class TrainingSizer
{
    /// <summary>
    /// How far small machines may fall short of <see cref="TrainingPlan.UsualUtilization"/>, and large ones exceed it: Llama 3's authors report up to 43 %; what a machine without NVLink reaches was not
    /// found. An assumption.
    /// </summary>
    private static readonly ErrorBand Assumed = new(0.7, 1.075);

    /// <summary>A machine of so many GPUs, or why it cannot train.</summary>
    public static (ReplicaSizing? Sizing, Unfit? Unfit) Size(Serving serving, RequestMix mix, Gpu gpu, int gpus)
    {
        var training = serving.FineTuning ?? throw new ArgumentException($"{serving.Name} does not train.", nameof(serving));
        if (gpu.NotChosenBecause is { } reason)
        {
            return (null, new Unfit("support", $"{gpu.Id}: {reason}"));
        }

        var job = new TrainingJob { Model = serving.Model, Method = training.Method, Rank = training.Rank, SequenceTokens = serving.MaxContextTokens, Tokens = mix.InputTokens };
        var (plan, unfit) = TrainingPlan.On(job, gpu, gpus, TrainingPlan.UsualUtilization);
        return plan is null ? (null, unfit) : (new ReplicaSizing
        {
            Gpu = gpu,
            TensorParallel = gpus,
            Memory = ReplicaMemory.Of(new ReplicaSetup(serving.Model, serving.Precision, gpu, Parallelism.Split(gpus))),
            MaxConcurrency = 0,
            Batch = gpus * job.SequencesPerGpu,
            RequestsPerSecond = plan.TokensPerSecond / mix.InputTokens,
            PrefillSecondsPerToken = 1 / plan.TokensPerSecond,
            DecodeSecondsPerToken = 0,
            TimeToFirstToken = TimeSpan.Zero,
            TimePerOutputToken = TimeSpan.Zero,
            Limit = SizingLimit.Compute,
            Band = Assumed,
        }, null);
    }
}
