using System.Globalization;

namespace GpuInfra.Planning.Sizing;

/// <summary>
/// How a benchmark was run, as the tables of published figures write it: how requests came in, then after semicolons the engine's
/// release and how a sparse model was spread, as <c>serving-concurrency=64;vllm-0.19.0;attn-dp=1;moe-tp=2;moe-ep=4</c>.
/// </summary>
/// <param name="Kind">How requests came in.</param>
/// <param name="Requests">How many were in flight; 1 for <see cref="LoadKind.OfflineMax"/>, where it has no meaning.</param>
/// <param name="Engine">The engine; null where the text names none.</param>
/// <param name="AttentionData">Copies of the attention (<c>attn-dp</c>); null where the text does not say.</param>
/// <param name="Expert">Groups that whole experts were dealt to (<c>moe-ep</c>); null where the text does not say.</param>
public sealed record Scenario(LoadKind Kind, int Requests, Engine? Engine, int? AttentionData, int? Expert)
{
    /// <summary>What the first part of a scenario may be.</summary>
    public const string Forms = "offline-max, serving-concurrency=N or offline-static-batch=N";

    /// <summary>Reads a scenario; null when its first part is none of <see cref="Forms"/>. Further parts that are not known are passed over.</summary>
    public static Scenario? Read(string text)
    {
        var parts = text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Scenario? scenario = parts.FirstOrDefault() switch
        {
            "offline-max" => new(LoadKind.OfflineMax, 1, null, null, null),
            { } first when Number(first, "serving-concurrency") is { } requests => new(LoadKind.Concurrency, requests, null, null, null),
            { } first when Number(first, "offline-static-batch") is { } requests => new(LoadKind.StaticBatch, requests, null, null, null),
            _ => null,
        };
        return parts.Skip(1).Aggregate(scenario, (read, part) => read?.With(part));
    }

    /// <summary>
    /// The engine that a text begins with, as <c>vllm-0.19.0</c>, or that it names anywhere, as <c>NVIDIA/TensorRT-LLM</c>; null when none.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="release">The release, as <c>v0.15</c>, where it stands apart; by default what follows the first hyphen.</param>
    public static Engine? EngineIn(string text, string? release = null) => text switch
    {
        _ when Names(text, "vllm") => Sizing.Engine.Vllm,
        _ when Names(text, "sglang") => Sizing.Engine.Sglang,
        _ when !Names(text, "trtllm") && !Names(text, "tensorrt-llm") => null,
        _ => IsCompiled(release ?? text[(text.IndexOf('-', StringComparison.Ordinal) + 1)..]) ? Sizing.Engine.TensorRtLlmCompiled : Sizing.Engine.TensorRtLlm,
    };

    private static bool Names(string text, string engine) => text.Contains(engine, StringComparison.OrdinalIgnoreCase);

    /// <summary>True for releases before 0.19, in which TensorRT-LLM's PyTorch runtime became the one that its tables measure.</summary>
    private static bool IsCompiled(string release)
    {
        var digits = release.TrimStart('v').Split('.', 3);
        return digits.Length >= 2 && digits[0] == "0"
            && int.TryParse(digits[1], NumberStyles.None, CultureInfo.InvariantCulture, out var minor) && minor < 19;
    }

    private Scenario With(string part) =>
        Number(part, "attn-dp") is { } copies ? this with { AttentionData = copies }
        : Number(part, "moe-ep") is { } groups ? this with { Expert = groups }
        : this with { Engine = Engine ?? EngineIn(part) };

    private static int? Number(string part, string name) =>
        part.StartsWith(name + "=", StringComparison.Ordinal)
        && int.TryParse(part.AsSpan(name.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : null;
}
