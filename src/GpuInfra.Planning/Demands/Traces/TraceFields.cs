using System.Collections.Immutable;

namespace GpuInfra.Planning.Demands.Traces;

/// <summary>What a trace calls its three figures; a dot leads into a JSON object.</summary>
/// <param name="Time">When the request came.</param>
/// <param name="Input">Its input tokens.</param>
/// <param name="Output">Its output tokens.</param>
public sealed record TraceFields(string Time, string Input, string Output)
{
    /// <summary>Names that are known without being told, the first that fit are taken.</summary>
    public static ImmutableArray<TraceFields> Known { get; } =
    [
        new("TIMESTAMP", "ContextTokens", "GeneratedTokens"), // Azure LLM inference traces, 2023 and 2024
        new("Timestamp", "Request tokens", "Response tokens"), // BurstGPT
        new("timestamp", "input_tokens", "output_tokens"),
        new("timestamp", "prompt_tokens", "completion_tokens"),
        new("created", "usage.prompt_tokens", "usage.completion_tokens"), // responses of vLLM and other OpenAI-compatible servers
        new("timestamp", "usage.prompt_tokens", "usage.completion_tokens"),
    ];

    /// <inheritdoc/>
    public override string ToString() => $"{Time}, {Input}, {Output}";
}
