namespace GpuInfra.Planning.Plans;

/// <summary>How what several teams share is charged to them.</summary>
public enum Allocation
{
    /// <summary>By the GPU time that each team's workloads are planned to take.</summary>
    GpuTime,

    /// <summary>By what each team spends alone; by GPU time where none does.</summary>
    Spend,

    /// <summary>The same to each.</summary>
    Evenly,
}
