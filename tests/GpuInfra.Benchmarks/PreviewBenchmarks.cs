using BenchmarkDotNet.Attributes;
using GpuInfra.Offline;

namespace GpuInfra.Benchmarks;

/// <summary>The main job in a warm process: plan, run the Pulumi program twice, check what it registers, write the record.</summary>
[MemoryDiagnoser]
public class PreviewBenchmarks
{
    private PlanSource _source = null!;
    private PreviewRecord _record = null!;

    /// <summary>The stack that is previewed.</summary>
    [Params("dev", "prod")]
    public string Stack { get; set; } = "";

    /// <summary>Finds the project and previews the stack once.</summary>
    [GlobalSetup]
    public async Task Find()
    {
        _source = PlanSource.OfStack(ProjectDirectory.At(Repository.Root)!, Stack);
        _record = await FleetPreview.RunAsync(_source);
    }

    /// <summary>Everything but writing.</summary>
    [Benchmark]
    public Task<PreviewRecord> Preview() => FleetPreview.RunAsync(_source);

    /// <summary>The record as JSON.</summary>
    [Benchmark]
    public int Record() => PreviewJson.ToJson(_record).Length;
}
