namespace GpuInfra.Planning.Plans;

/// <summary>How it is told whether a serving's answers are as good as they were found to be: by a query of whoever evaluates them. It changes no pool.</summary>
/// <param name="Query">PromQL whose least result is the score.</param>
/// <param name="AtLeast">What the score must not fall below, on its own scale.</param>
/// <param name="Metrics">Address of the exporter that has the series; null where Prometheus has them already.</param>
public sealed record QualityCheck(string Query, double AtLeast, string? Metrics);
