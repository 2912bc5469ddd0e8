using BenchmarkDotNet.Attributes;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing;

namespace GpuInfra.Benchmarks;

/// <summary>One sizing at a time, as a fleet's search asks for thousands: the bound is 10 microseconds.</summary>
[MemoryDiagnoser]
public class SizingBenchmarks
{
    private static readonly Gpu Gpu = Catalog.Embedded.FindGpu("h100-80gb")!;

    private static readonly Load Load = new(LoadKind.Concurrency, 1024, 512, 64);

    private static readonly RequestMix Mix = new(1024, 512, 4096);

    private readonly ReplicaSetup _dense = Setup("llama-3.3-70b");
    private readonly ReplicaSetup _sparse = Setup("qwen3-235b-a22b");

    private readonly Serving _serving = new()
    {
        Name = "assistant",
        Kind = ServingKind.Online,
        Model = Catalog.Embedded.FindModel("llama-3.3-70b")!,
        Precision = Precision.Fp8,
        MaxContextTokens = 16_384,
        Latency = new LatencyTarget(TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(50), LatencyTarget.DefaultPercentile),
        Survive = Survival.None,
    };

    /// <summary>A dense model under a load.</summary>
    [Benchmark]
    public double Dense() => PerformanceModel.Predict(_dense, Load).Performance!.OutputTokensPerSecond;

    /// <summary>A sparse model under a load.</summary>
    [Benchmark]
    public double Sparse() => PerformanceModel.Predict(_sparse, Load).Performance!.OutputTokensPerSecond;

    /// <summary>The largest rate that keeps two latencies.</summary>
    [Benchmark]
    public double WithinLatencies() => ReplicaSizer.Size(_serving, Mix, Gpu, 8).Sizing!.RequestsPerSecond;

    private static ReplicaSetup Setup(string model) => new(Catalog.Embedded.FindModel(model)!, Precision.Fp8, Gpu, Parallelism.Split(8));
}
