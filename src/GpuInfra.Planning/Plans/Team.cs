using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans;

/// <summary>A team that owns workloads.</summary>
/// <param name="Name">The team's name in the plan.</param>
/// <param name="Owner">Who answers for it, as a mail address.</param>
/// <param name="CostCenter">Where its cost is booked.</param>
/// <param name="Monthly">Its budget per month; null when none is set.</param>
public sealed record Team(string Name, string Owner, string CostCenter, Usd? Monthly)
{
    /// <summary>Stands for a team where several use one thing; no team may be called so.</summary>
    public const string Shared = "shared";

    /// <summary>Stands for a team where there is none; no team may be called so.</summary>
    public const string Unowned = "unowned";

    /// <summary>Its budget per day; null when none is set.</summary>
    public Usd? Daily { get; init; }
}
