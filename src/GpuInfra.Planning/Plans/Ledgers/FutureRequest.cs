using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Ledgers;

/// <summary>
/// A future reservation of Google Cloud that a stack is to ask for. A draft binds nobody and holds nothing; a submitted one is paid for its whole time once Google accepts it. Nothing is planned on
/// either: what was accepted is written under <c>reservations</c>.
/// </summary>
public sealed record FutureRequest
{
    /// <summary>Its name in Google Cloud, and of the reservation that it becomes.</summary>
    public required string Name { get; init; }

    /// <summary>The one stack that asks.</summary>
    public required string Stack { get; init; }

    /// <summary>The Google Cloud project id.</summary>
    public required string Project { get; init; }

    /// <summary>The region.</summary>
    public required string Region { get; init; }

    /// <summary>The zone that its machines are to be in.</summary>
    public required string Zone { get; init; }

    /// <summary>The type of its machines, which brings its GPUs.</summary>
    public required string InstanceType { get; init; }

    /// <summary>How many machines, at least 1.</summary>
    public required int Count { get; init; }

    /// <summary>Its first day, UTC.</summary>
    public required DateOnly Start { get; init; }

    /// <summary>Its last day, UTC.</summary>
    public required DateOnly End { get; init; }

    /// <summary>What a machine costs for an hour of it, used or not.</summary>
    public required UsdPerHour Hourly { get; init; }

    /// <summary>Who agreed that it is submitted; null for a draft.</summary>
    public Approval? Approval { get; init; }

    /// <summary>True where it is asked for, not only drafted.</summary>
    public bool IsSubmitted => Approval is not null;

    /// <summary>What the whole of it costs.</summary>
    public Usd Total => (Hourly * Count * (24m * (End.DayNumber - Start.DayNumber + 1))).ToCents();

    /// <summary>Where the ledger says so.</summary>
    public PlanLocation Location { get; init; } = PlanLocation.Unknown;
}
