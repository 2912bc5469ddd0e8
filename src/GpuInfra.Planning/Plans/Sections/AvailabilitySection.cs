using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>availability</c>: a file beside the plan that says what was seen of capacity.</summary>
internal static class AvailabilitySection
{
    private static readonly Key<int> Version = Key.Required("version", Quantities.WholeNumber(1, 1), "Version of this file's format: 1.");

    private static readonly Key<int> MaxAge = Key.Optional(
        "maxAgeDays", Quantities.WholeNumber(1, 3650), "Days after which a row does not count any more, up to a month's first day.", AvailabilityBook.Unknown.MaxAgeDays);

    private static readonly Key<TimeSpan> WaitAtMost = Key.Optional(
        "waitAtMost", Quantities.Duration("1m", "720h"), "The longest that a launch may take to count as one.", AvailabilityBook.Unknown.WaitAtMost);

    private static readonly Key<TimeSpan> HoldAfterLoss = Key.Optional(
        "holdAfterLoss",
        Quantities.Duration("0m", "168h"),
        "How long after the loss of a zone no launch without a reservation succeeds for the lost family in the region; replays use it.",
        AvailabilityBook.DefaultHoldAfterLoss);

    private static readonly Key<ImmutableArray<AvailabilityRow>> Rows = Key.Optional(
        "rows", new ListValue<AvailabilityRow>(AvailabilityRowSection.Value, mayBeEmpty: true), "What was seen, where and when.", []);

    /// <summary>The content of the file.</summary>
    private static readonly Section<AvailabilityBook> File = new(
        [Version, MaxAge, WaitAtMost, HoldAfterLoss, Rows],
        fields => new AvailabilityBook
        {
            MaxAgeDays = fields.Get(MaxAge),
            WaitAtMost = fields.Get(WaitAtMost),
            HoldAfterLoss = fields.Get(HoldAfterLoss),
            Rows =
            [
                .. fields.Get(Rows).Where(row => row is not null).OrderByDescending(row => row.Seen).ThenBy(row => row.Cloud)
                    .ThenBy(row => row.Subject, StringComparer.Ordinal).ThenBy(row => row.Mode).ThenBy(row => row.Source, StringComparer.Ordinal),
            ],
        });

    public static readonly PlanValue<AvailabilityBook> Value = new SideFile<AvailabilityBook>(File, AvailabilityBook.Unknown);
}
