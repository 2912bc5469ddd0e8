using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Sizing;

/// <summary>Predicts how fast a replica serves a load.</summary>
public static class PerformanceModel
{
    /// <summary>The anchors' one-factor roofline measured on published tables: the middle of its errors (issue 4).</summary>
    private static readonly ErrorBand RooflineBand = new(0.5, 1.5);

    /// <summary>What <paramref name="setup"/> does under <paramref name="load"/>, or why it cannot run.</summary>
    public static (Performance? Performance, Unfit? Unfit) Predict(ReplicaSetup setup, Load load)
    {
        var (model, gpu, gpus) = (setup.Model, setup.Gpu, setup.Parallelism.Gpus);
        if (gpu.PeakRate(setup.Precision) is null)
        {
            return (null, new Unfit("precision", $"{gpu.Id} has no {JsonText.Word(setup.Precision)} arithmetic"));
        }

        var memory = ReplicaMemory.Of(model, setup.Precision, gpu, gpus);
        var length = load.InputTokens + load.OutputTokens;
        if (memory.Required > memory.Usable || memory.CacheTokens < length)
        {
            return (null, new Unfit("memory", FormattableString.Invariant(
                $"{gpus} × {gpu.Id}: weights {memory.Weights}, {memory.Cache} of cache per GPU for {length} tokens")));
        }

        var roofline = new Roofline(model, setup.Precision, gpu, gpus);
        var operating = new OperatingPoint(roofline, new RequestMix(load.InputTokens, load.OutputTokens, load.InputTokens));
        var concurrency = (int)(memory.CacheTokens / length);
        var wanted = load.Kind == LoadKind.OfflineMax ? ReplicaSizer.MaxSequences : load.Requests;
        var batch = Math.Min(wanted, concurrency);
        var rate = operating.RequestsPerSecond(batch);
        return (new Performance
        {
            OutputTokensPerSecond = rate * load.OutputTokens,
            MaxConcurrency = concurrency,
            TimeToFirstToken = TimeSpan.FromSeconds(operating.TimeToFirstToken(batch) + ((wanted - batch) / rate)),
            TimePerOutputToken = TimeSpan.FromSeconds(operating.TimePerOutputToken(batch)),
            Limit = concurrency < wanted ? SizingLimit.Cache
                : roofline.IsBandwidthBound(batch, operating.ContextTokens) ? SizingLimit.Bandwidth
                : SizingLimit.Compute,
            Band = RooflineBand,
        }, null);
    }
}
