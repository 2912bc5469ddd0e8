using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>The hours of a week: a workload's <c>window</c> and <c>officeHours</c>.</summary>
internal static class WindowSection
{
    private static readonly Key<DayRange> Days = Key.Optional(
        "days", Moments.DayRange, "Days on which it begins, as Mon-Fri.", DayRange.EveryDay);

    private static readonly Key<TimeOnly> From = Key.Required("from", Moments.Time, "When it begins, local time, as \"08:00\".");

    private static readonly Key<TimeOnly> To = Key.Required(
        "to", Moments.Time, "When it ends, local time, as \"20:00\"; before the beginning means on the next day.");

    private static readonly Key<string> Zone = Key.Optional("zone", Moments.TimeZone, "IANA time zone, as Europe/Berlin.", "Etc/UTC");

    public static readonly PlanValue<RunWindow> Value = new Section<RunWindow>([Days, From, To, Zone], Build);

    private static RunWindow Build(Fields fields)
    {
        var window = new RunWindow(fields.Get(Days), fields.Get(From), fields.Get(To), fields.Get(Zone));
        if (fields.IsSound(From) && fields.IsSound(To) && window.From == window.To)
        {
            fields.At.Refuse("begins and ends at the same time; for work that always runs, leave it out");
        }

        return window;
    }
}
