using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Sizing;

namespace GpuInfra.Benchmarks.Accuracy;

/// <summary>Ways to predict a measured row: the product's, and two that public planners use.</summary>
internal static class Prediction
{
    /// <summary>Output tokens per second by the product; 0 where it says that the replica does not fit, which is then its error.</summary>
    public static double Product(MeasuredRow row, Calibration calibration) =>
        PerformanceModel.Predict(row.Setup, row.Load, calibration).Performance?.OutputTokensPerSecond ?? 0;

    /// <summary>Bandwidth over the bytes of the weights that a token passes through: the rule of many blog posts.</summary>
    public static double BandwidthRule(MeasuredRow row)
    {
        var (setup, gpus) = (row.Setup, row.Setup.Parallelism.Gpus);
        return setup.Gpu.Bandwidth.BytesPerSecond * gpus / (setup.Model.ActiveParameters * setup.Precision.BytesPerWeight());
    }

    /// <summary>
    /// The roofline without any factor: a step takes the longer of its arithmetic at the peak rate and its bytes at the peak bandwidth,
    /// with as many sequences as the product would run.
    /// </summary>
    public static double Roofline(MeasuredRow row)
    {
        var (setup, load) = (row.Setup, row.Load);
        var memory = ReplicaMemory.Of(setup);
        var wanted = load.Kind == LoadKind.OfflineMax ? ReplicaSizer.MaxSequences : load.Requests;
        var batch = Math.Max(1, Math.Min(wanted, memory.Sequences(load.InputTokens + load.OutputTokens)));
        var tokens = batch * (1 + ((double)load.InputTokens / load.OutputTokens));
        var arithmetic = 2.0 * setup.Model.ActiveParameters * tokens / setup.Parallelism.Gpus / setup.Gpu.PeakRate(setup.Precision)!.Value.OperationsPerSecond;
        var bytes = memory.Weights.TotalBytes + (batch / memory.CacheCopies * memory.CacheBytesOf(load.InputTokens + (load.OutputTokens / 2.0)));
        return batch / Math.Max(arithmetic, bytes / setup.Gpu.Bandwidth.BytesPerSecond);
    }
}
