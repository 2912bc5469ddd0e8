namespace GpuInfra.Planning.Plans;

/// <summary>The hours of a week in which machines run. A window that ends before it starts runs over midnight.</summary>
/// <param name="Days">Days on which the window starts.</param>
/// <param name="From">Start, local time.</param>
/// <param name="To">End, local time; never equal to the start.</param>
/// <param name="TimeZone">IANA time zone. Default: <c>Etc/UTC</c>.</param>
public sealed record RunWindow(DayRange Days, TimeOnly From, TimeOnly To, string TimeZone)
{
    private const decimal WeeksPerYear = 365m / 7;

    /// <summary>Length of one window, above zero and below a day.</summary>
    public TimeSpan Length => To - From;

    /// <summary>Hours per average month.</summary>
    public decimal HoursPerMonth => MonthlyHours((decimal)Length.TotalHours * Days.Count);

    /// <summary>Hours per average month of what takes a number of hours every week.</summary>
    public static decimal MonthlyHours(decimal perWeek) => perWeek * WeeksPerYear / 12;
}

/// <summary>A run of weekdays, both ends included, that may pass the week's end (<c>Sat-Mon</c>).</summary>
/// <param name="First">The first day.</param>
/// <param name="Last">The last day.</param>
public readonly record struct DayRange(DayOfWeek First, DayOfWeek Last)
{
    /// <summary>Monday to Sunday.</summary>
    public static DayRange EveryDay { get; } = new(DayOfWeek.Monday, DayOfWeek.Sunday);

    /// <summary>Days in the range, 1 to 7.</summary>
    public int Count => ((int)Last - (int)First + 7) % 7 + 1;

    /// <summary>The days, in order.</summary>
    public IEnumerable<DayOfWeek> Days
    {
        get
        {
            for (var i = 0; i < Count; i++)
            {
                yield return (DayOfWeek)(((int)First + i) % 7);
            }
        }
    }

    /// <summary>The range as plans write it, <c>Mon-Fri</c>.</summary>
    public override string ToString() => First == Last ? Short(First) : $"{Short(First)}-{Short(Last)}";

    private static string Short(DayOfWeek day) => day.ToString()[..3];
}
