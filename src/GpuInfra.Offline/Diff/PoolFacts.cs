using GpuInfra.Planning.Bridges;

namespace GpuInfra.Offline.Diff;

/// <summary>What a diff reads of a pool.</summary>
/// <param name="Id">The pool's id.</param>
/// <param name="Serving">The serving it runs.</param>
/// <param name="Cloud">The cloud.</param>
/// <param name="Region">The region.</param>
/// <param name="InstanceType">The instance type.</param>
/// <param name="Instances">How many instances are planned.</param>
/// <param name="MonthlyUsd">Its cost in US dollars a month.</param>
public sealed record PoolFacts(
    string Id, string Serving, string Cloud, string Region, string InstanceType, int Instances, decimal MonthlyUsd)
{
    /// <summary>GPUs of one machine; 0 for a record of an older version.</summary>
    public int GpusPerInstance { get; init; }

    /// <summary>True for a pool on its way out.</summary>
    public bool IsDraining { get; init; }

    /// <summary>Its price; null for a record of an older version.</summary>
    public PricedPool? Price { get; init; }

    /// <summary>What a difference of pools is about: an older record, which says less, differs by no more than that.</summary>
    internal (string InstanceType, int Instances, decimal MonthlyUsd, bool IsDraining) Shown => (InstanceType, Instances, MonthlyUsd, IsDraining);

    /// <summary>Whether a resource of this name is the pool's.</summary>
    public bool Owns(string name) => name == Id || name.StartsWith($"{Id}-", StringComparison.Ordinal);
}
