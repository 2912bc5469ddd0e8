using System.Collections.Immutable;
using System.Globalization;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Infra.Common;

/// <summary>What vLLM is told: the settings that sizing assumed, in the engine's words. Machines and clusters both go by it.</summary>
internal static class EngineArguments
{
    /// <summary>Largest ranks that vLLM can be told of.</summary>
    private static readonly int[] LoraRanks = [8, 16, 32, 64, 128, 256, 320, 512];

    /// <summary>The settings by the name that scripts know them by, in order.</summary>
    /// <param name="region">The pool's region.</param>
    /// <param name="pool">The pool.</param>
    public static IEnumerable<(string Key, string Value)> Settings(RegionFleet region, PoolPlan pool)
    {
        var engine = pool.Pool.Engine;

        // vLLM takes several names, the first its own: routers may send another serving's canary here, which asks for that one's model.
        yield return ("MODEL", string.Join(' ', ModelNames(region, pool)));
        yield return ("TASK", engine.Task == ModelTask.Embedding ? "embedding" : "generation");
        yield return ("DTYPE", Dtype(engine.Precision));
        yield return ("KV_CACHE_DTYPE", CacheDtype(engine));
        yield return ("TENSOR_PARALLEL", Number(engine.TensorParallel));
        yield return ("PIPELINE_PARALLEL", Number(engine.PipelineParallel));
        yield return ("MAX_MODEL_LEN", Number(engine.MaxContextTokens));
        yield return ("MAX_NUM_SEQS", Number(engine.MaxConcurrency));
        if (engine.Adapters is { } adapters)
        {
            yield return ("MAX_LORAS", Number(adapters.MaxLoaded));
            yield return ("MAX_CPU_LORAS", Number(adapters.Count));
            yield return ("MAX_LORA_RANK", Number(LoraRanks.First(rank => rank >= adapters.Rank)));
        }

        yield return ("GPU_MEMORY_UTILIZATION", engine.MemoryUtilization.Fraction.ToString("0.###", CultureInfo.InvariantCulture));
    }

    /// <summary>The same as arguments of vLLM. What only the weights tell is left to <c>engine.sh</c>.</summary>
    /// <param name="region">The pool's region.</param>
    /// <param name="pool">The pool.</param>
    public static ImmutableArray<string> Flags(RegionFleet region, PoolPlan pool)
    {
        var settings = Settings(region, pool).ToDictionary(setting => setting.Key, setting => setting.Value, StringComparer.Ordinal);
        return
        [
            "--served-model-name", .. ModelNames(region, pool),
            "--host", "0.0.0.0",
            "--port", Number(EnginePorts.First),
            "--dtype", settings["DTYPE"],
            "--kv-cache-dtype", settings["KV_CACHE_DTYPE"],
            "--tensor-parallel-size", settings["TENSOR_PARALLEL"],
            "--pipeline-parallel-size", settings["PIPELINE_PARALLEL"],
            "--max-model-len", settings["MAX_MODEL_LEN"],
            "--max-num-seqs", settings["MAX_NUM_SEQS"],
            "--gpu-memory-utilization", settings["GPU_MEMORY_UTILIZATION"],
            .. settings["TASK"] == "embedding" ? new[] { "--runner", "pooling" } : [],
            .. settings.ContainsKey("MAX_LORAS")
                ? new[] { "--enable-lora", "--max-loras", settings["MAX_LORAS"], "--max-cpu-loras", settings["MAX_CPU_LORAS"], "--max-lora-rank", settings["MAX_LORA_RANK"] }
                : [],
        ];
    }

    /// <summary>The names that an engine goes by, its model's first.</summary>
    public static ImmutableArray<string> ModelNames(RegionFleet region, PoolPlan pool) => [pool.Pool.Engine.Model, .. region.Entry?.Table.AliasesOf(pool.Pool.Serving) ?? []];

    /// <summary>Quantised weights say themselves how they are multiplied.</summary>
    internal static string Dtype(Precision precision) => precision switch
    {
        Precision.Fp16 => "float16",
        Precision.Bf16 => "bfloat16",
        _ => "auto",
    };

    /// <summary>
    /// vLLM's <c>auto</c> is the format the model computes in, unless a quantised checkpoint asks for another; only there does it take
    /// <c>bfloat16</c>, which keeps 16 bits all the same (its documentation of <c>--kv-cache-dtype</c>).
    /// </summary>
    private static string CacheDtype(EngineSettings engine) => engine.CachePrecision switch
    {
        CachePrecision.Fp8 => "fp8",
        CachePrecision.Bits16 when Dtype(engine.Precision) == "auto" => "bfloat16",
        _ => "auto",
    };

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
