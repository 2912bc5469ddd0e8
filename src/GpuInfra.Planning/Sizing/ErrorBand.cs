namespace GpuInfra.Planning.Sizing;

/// <summary>
/// How far measured rates lie from predicted ones: of configurations left out of the fit, a tenth measured less than
/// <paramref name="Low"/> times what was predicted, and a tenth more than <paramref name="High"/> times.
/// </summary>
/// <param name="Low">10th percentile of measured over predicted, above zero.</param>
/// <param name="High">90th percentile of measured over predicted.</param>
public readonly record struct ErrorBand(double Low, double High);
