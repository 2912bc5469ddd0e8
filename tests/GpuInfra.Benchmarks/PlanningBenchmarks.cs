using BenchmarkDotNet.Attributes;
using GpuInfra.Planning;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Benchmarks;

/// <summary>From a plan file to a fleet: reading, planning, and both as a person waits for them.</summary>
[MemoryDiagnoser]
public class PlanningBenchmarks
{
    private readonly Catalog _catalog = Catalog.Embedded;
    private CapacityPlan _plan = null!;
    private string _path = null!;

    /// <summary>The stack whose plan is measured.</summary>
    [Params("dev", "prod")]
    public string Stack { get; set; } = "";

    /// <summary>Finds and reads the stack's plan once.</summary>
    [GlobalSetup]
    public void ReadPlan()
    {
        _path = Path.Combine(Repository.Root, "stacks", $"{Stack}.plan.yaml");
        _plan = PlanFile.Load(_path, _catalog);
    }

    /// <summary>The strict reader.</summary>
    [Benchmark]
    public CapacityPlan Read() => PlanFile.Load(_path, _catalog);

    /// <summary>Sizing and choice for every month of the horizon.</summary>
    [Benchmark]
    public FleetPlan Plan() => Planner.Plan(_plan, Stack, _catalog);
}
