namespace GpuInfra.Planning.Drift;

/// <summary>What a serving was seen to do over some time.</summary>
/// <param name="Serving">Its name.</param>
/// <param name="Covered">Part of the time that there were figures for, 0 to 1.</param>
/// <param name="RequestsPerSecond">Requests ended per second, mean over all of the time.</param>
/// <param name="PeakToMean">The 99.9th percentile of minutes over the mean; null where too few minutes were seen.</param>
/// <param name="InputTokens">Mean input tokens of a request; null where there was none.</param>
/// <param name="OutputTokens">Mean output tokens of a request; null where there was none.</param>
public sealed record ObservedServing(string Serving, double Covered, double RequestsPerSecond, double? PeakToMean, double? InputTokens, double? OutputTokens);
