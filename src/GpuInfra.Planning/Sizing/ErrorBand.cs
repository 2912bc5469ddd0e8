using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Sizing;

/// <summary>
/// How far measured rates lie from predicted ones: of configurations left out of the fit, a tenth measured less than
/// <paramref name="Low"/> times what was predicted, and a tenth more than <paramref name="High"/> times.
/// </summary>
/// <param name="Low">10th percentile of measured over predicted, above zero.</param>
/// <param name="High">90th percentile of measured over predicted.</param>
public readonly record struct ErrorBand(double Low, double High)
{
    private const double LowConfidence = 0.9;

    /// <summary>
    /// Share of the predicted rate that is reached with a given probability, errors taken as log-normal below the prediction: all of it at
    /// 50 %, <see cref="Low"/> at 90 %.
    /// </summary>
    /// <param name="confidence">50 % to below 100 %.</param>
    public double ReachedWith(Share confidence) => Math.Pow(Low, Normal.Quantile(confidence.Fraction) / Normal.Quantile(LowConfidence));
}
