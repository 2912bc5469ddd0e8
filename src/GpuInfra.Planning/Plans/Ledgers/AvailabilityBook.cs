using System.Collections.Immutable;

namespace GpuInfra.Planning.Plans.Ledgers;

/// <summary>
/// What was seen of capacity: a price says what a machine costs, not that it can be had. Every row has a source and a day, and is too old
/// to count some days later.
/// </summary>
public sealed record AvailabilityBook
{
    /// <summary>The book of a plan that names none: nothing is known, and no loss holds launches back.</summary>
    public static AvailabilityBook Unknown { get; } = new() { HoldAfterLoss = TimeSpan.Zero };

    /// <summary>The <see cref="HoldAfterLoss"/> of books that do not say: an hour.</summary>
    public static TimeSpan DefaultHoldAfterLoss { get; } = TimeSpan.FromMinutes(60);

    /// <summary>What was seen, ordered by day, the newest first.</summary>
    public ImmutableArray<AvailabilityRow> Rows { get; init; } = [];

    /// <summary>Days after which a row does not count any more, at least 1. Default: 30.</summary>
    public int MaxAgeDays { get; init; } = 30;

    /// <summary>The longest that a launch may take to count as one. Default: 24 hours.</summary>
    public TimeSpan WaitAtMost { get; init; } = TimeSpan.FromHours(24);

    /// <summary>
    /// How long after the loss of a zone no launch without a reservation succeeds for the lost family in the region: everybody who lost machines asks for
    /// the same ones. Default: <see cref="DefaultHoldAfterLoss"/>.
    /// </summary>
    public TimeSpan HoldAfterLoss { get; init; } = DefaultHoldAfterLoss;

    /// <summary>True when there is a book.</summary>
    public bool IsKept => !Rows.IsEmpty;
}
