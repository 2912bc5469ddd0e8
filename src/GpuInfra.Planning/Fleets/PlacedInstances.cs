namespace GpuInfra.Planning.Fleets;

/// <summary>Instances of a choice, paid for in one way.</summary>
internal sealed record PlacedInstances(PoolChoice Choice, Purchase Purchase, int Count)
{
    /// <summary>What they cost in a month.</summary>
    public decimal Monthly => Purchase.Monthly * Count;

    /// <summary>What they take of a limit.</summary>
    public double Use(string limit) => Choice.Use(limit, Purchase) * Count;
}
