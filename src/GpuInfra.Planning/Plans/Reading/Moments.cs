using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Reading;

/// <summary>Months, dates, times of day, days of the week and time zones.</summary>
internal static partial class Moments
{
    private const string DayNames = "Mon|Tue|Wed|Thu|Fri|Sat|Sun";
    private static readonly string[] Days = DayNames.Split('|');

    /// <summary>A month, as <c>2026-12</c>.</summary>
    public static PlanValue<Month> Month { get; } = new ScalarValue<Month>(
        "a month, as 2026-12",
        (node, _) => Units.Month.TryParse(node.Text, out var month) && month.Year is >= 2000 and <= 2200
            ? month
            : Parsed<Month>.Refused($"{HumanUnits.Quote(node.Text)} is not a month: write year and month with two digits, as 2026-12"),
        () => Text("^2[01][0-9]{2}-(0[1-9]|1[0-2])$"),
        month => month.ToString());

    /// <summary>A day, as <c>2026-12-20</c>.</summary>
    public static PlanValue<DateOnly> Day { get; } = new ScalarValue<DateOnly>(
        "a day, as 2026-12-20",
        (node, _) => DateOnly.TryParseExact(node.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day.Year is >= 2000 and <= 2200
            ? day
            : Parsed<DateOnly>.Refused($"{HumanUnits.Quote(node.Text)} is not a day: write year, month and day, as 2026-12-20"),
        () => Text("^2[01][0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"));

    /// <summary>Words for people.</summary>
    public static PlanValue<string> Reason { get; } = new ScalarValue<string>(
        "a reason in a few words",
        (node, _) => node.Text.Trim() is { Length: > 0 and <= 200 } text
            ? text
            : Parsed<string>.Refused("must say why, in at most 200 letters"),
        () => new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = 200 });

    /// <summary>A time of day, as <c>08:00</c>.</summary>
    public static PlanValue<TimeOnly> Time { get; } = new ScalarValue<TimeOnly>(
        "a time of day, as \"08:00\"",
        (node, _) => TimeOnly.TryParseExact(node.Text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : Parsed<TimeOnly>.Refused($"{HumanUnits.Quote(node.Text)} is not a time of day: write it from \"00:00\" to \"23:59\""),
        () => Text("^([01][0-9]|2[0-3]):[0-5][0-9]$"));

    /// <summary>A run of weekdays, as <c>Mon-Fri</c>.</summary>
    public static PlanValue<DayRange> DayRange { get; } = new ScalarValue<DayRange>(
        "days, as Mon-Fri",
        (node, _) =>
        {
            var ends = node.Text.Split('-').Select(day => Array.IndexOf(Days, day)).ToList();
            return ends.Count is 1 or 2 && ends.All(day => day >= 0)
                ? new DayRange(Weekday(ends[0]), Weekday(ends[^1]))
                : Parsed<DayRange>.Refused($"{HumanUnits.Quote(node.Text)} is not a run of days: write Mon-Fri, Sat-Sun or Sun");
        },
        () => Text($"^({DayNames})(-({DayNames}))?$"),
        range => range.ToString());

    /// <summary>
    /// An IANA time zone. <c>UTC</c> is taken for <c>Etc/UTC</c>. Where the machine has no time zone database (small containers) or
    /// cannot look IANA names up (Windows without ICU), only the form is checked, so that a good plan is good everywhere.
    /// </summary>
    public static PlanValue<string> TimeZone { get; } = new ScalarValue<string>(
        "an IANA time zone, as Europe/Berlin",
        (node, _) => node.Text switch
        {
            "UTC" or "Etc/UTC" => "Etc/UTC",
            var id when ZoneForm().IsMatch(id) && (!HasZones || TimeZoneInfo.TryFindSystemTimeZoneById(id, out var _)) => id,
            var id => Parsed<string>.Refused(
                $"{HumanUnits.Quote(id)} is not an IANA time zone, as Europe/Berlin or Etc/UTC{Suggestion.DidYouMean(id, ZoneIds())}"),
        },
        () => Text(@"^(UTC|[A-Z][A-Za-z_]+(/[A-Za-z0-9_+-]+){1,2})$"),
        zone => zone);

    private static bool HasZones => TimeZoneInfo.TryFindSystemTimeZoneById("Europe/Berlin", out _);

    private static IEnumerable<string> ZoneIds() =>
        TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id).Where(id => ZoneForm().IsMatch(id));

    /// <summary>The day of an index that counts from Monday.</summary>
    private static DayOfWeek Weekday(int index) => (DayOfWeek)((index + 1) % 7);

    private static JsonObject Text(string pattern) => new() { ["type"] = "string", ["pattern"] = pattern };

    [GeneratedRegex(@"^[A-Z][A-Za-z_]+(/[A-Za-z0-9_+-]+){1,2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ZoneForm();
}
