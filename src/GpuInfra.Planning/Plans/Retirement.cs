using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans;

/// <summary>Leave to delete what the plan no longer has; without it the deletion of a fleet counts as a slip.</summary>
/// <param name="Name">A serving, a region or a cloud (<c>aws</c>, <c>gcp</c>) that was in the plan.</param>
/// <param name="After">The first month whose fleet may be without it.</param>
public sealed record Retirement(string Name, Month After)
{
    /// <summary>True when a fleet of the month may be deployed without it.</summary>
    public bool Allows(Month asOf) => asOf.CompareTo(After) >= 0;
}
