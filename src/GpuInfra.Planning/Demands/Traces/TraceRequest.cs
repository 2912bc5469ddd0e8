namespace GpuInfra.Planning.Demands.Traces;

/// <summary>One request of a trace.</summary>
/// <param name="Ticks">When it came: ticks of 100 ns since 0001-01-01 UTC, or since the trace's own zero.</param>
/// <param name="InputTokens">Its input tokens.</param>
/// <param name="OutputTokens">Its output tokens.</param>
public readonly record struct TraceRequest(long Ticks, int InputTokens, int OutputTokens);
