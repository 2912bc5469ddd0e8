using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Sizing;

/// <summary>Predicts how fast a replica serves a load.</summary>
public static class PerformanceModel
{
    /// <summary>
    /// Sequences that an engine runs together when throughput is all that counts (trtllm-bench builds engines for 2,048), per copy of
    /// the attention.
    /// </summary>
    private const int OfflineSequences = 2048;

    /// <summary>The batch binds when twice of it would raise the rate by at least this factor.</summary>
    private const double WorthDoubling = 1.1;

    /// <summary>What <paramref name="setup"/> does under <paramref name="load"/>, or why it cannot run.</summary>
    public static (Performance? Performance, Unfit? Unfit) Predict(ReplicaSetup setup, Load load) => Predict(setup, load, Calibration.Embedded);

    /// <summary>The same with other coefficients.</summary>
    public static (Performance? Performance, Unfit? Unfit) Predict(ReplicaSetup setup, Load load, Calibration calibration)
    {
        var (gpu, gpus) = (setup.Gpu, setup.Parallelism.Gpus);
        if (gpu.PeakRate(setup.Precision) is null)
        {
            return (null, new Unfit("precision", $"{gpu.Id} has no {JsonText.Word(setup.Precision)} arithmetic"));
        }

        var memory = ReplicaMemory.Of(setup);
        var length = (double)load.InputTokens + load.OutputTokens;
        var capacity = memory.Required > memory.Usable ? 0 : Math.Floor(memory.Sequences(length));
        if (capacity < 1)
        {
            return (null, new Unfit(Unfit.Memory, FormattableString.Invariant(
                $"{gpus} × {gpu.Id}: weights {memory.Weights}, {memory.Cache} of cache per GPU for {length} tokens")));
        }

        var requests = load.Kind == LoadKind.OfflineMax ? OfflineRequests(length) : load.Requests;
        var wanted = load.Kind == LoadKind.OfflineMax ? Math.Min(requests, OfflineSequences * setup.Parallelism.AttentionData) : requests;
        var batch = Math.Min(wanted, capacity);
        var cycle = new Cycle(setup, load.Kind, load.InputTokens, load.OutputTokens, calibration);
        var cost = cycle.Of(batch);
        var rate = load.Kind == LoadKind.Concurrency ? batch / cost.Seconds : requests / WavesSeconds(cycle, batch, requests);
        var (first, between) = Latencies(cycle, load, batch, cost.Seconds);
        return (new Performance
        {
            OutputTokensPerSecond = rate * load.OutputTokens,
            MaxConcurrency = (int)Math.Min(capacity, int.MaxValue),
            TimeToFirstToken = TimeSpan.FromSeconds(first + ((wanted - batch) / rate)),
            TimePerOutputToken = TimeSpan.FromSeconds(between),
            Limit = capacity < wanted && 2 * cost.Seconds > WorthDoubling * cycle.Of(2 * batch).Seconds ? SizingLimit.Memory : cost.Largest,
            Band = calibration.Band(load.Kind, setup.Engine),
        }, null);
    }

    /// <summary>Requests of equal length that all come at once end together, so they run in waves of a full batch; the last has what is left.</summary>
    private static double WavesSeconds(Cycle cycle, double batch, double requests)
    {
        var full = Math.Ceiling(requests / batch) - 1;
        return (full * cycle.Of(batch).Seconds) + cycle.Of(requests - (full * batch)).Seconds;
    }

    /// <summary>
    /// Of a cycle of F seconds with o output tokens, F = TTFT + (o − 1) × TPOT. The first token takes reading the prompt, behind those
    /// that are being read as in a shared processor, and half a step; where prompts come in every step, what generation leaves.
    /// </summary>
    private static (double First, double Between) Latencies(Cycle cycle, Load load, double batch, double seconds)
    {
        var further = load.OutputTokens - 1;
        var generation = cycle.GenerationSeconds(batch);
        var most = Math.Max(0, seconds - (further * generation));
        if (further == 0)
        {
            return (seconds, generation);
        }

        var prompt = cycle.PromptSeconds(load.InputTokens, batch);
        var busy = Math.Min(1, batch * prompt / seconds);
        var first = load.Kind == LoadKind.Concurrency && busy < 1 ? Math.Min((prompt / (1 - busy)) + (generation / 2), most) : most;
        return (first, (seconds - first) / further);
    }

    /// <summary>
    /// Requests of a throughput run when nobody says how many: fewer the longer they are, as NVIDIA's tables have it (TensorRT-LLM,
    /// performance overview, release 1.0: 30,000 for 128 + 128 tokens to 1,000 for 20,000 + 2,000).
    /// </summary>
    private static double OfflineRequests(double length) => length switch
    {
        <= 512 => 30_000,
        <= 2_600 => 3_000,
        <= 12_000 => 1_500,
        _ => 1_000,
    };
}
