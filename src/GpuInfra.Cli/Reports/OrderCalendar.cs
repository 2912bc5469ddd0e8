using System.Globalization;
using System.Text;
using GpuInfra.Planning;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Cli.Reports;

/// <summary>The days to order and to renew as iCalendar (RFC 5545): a whole-day event an order, with the same identity however often it is written.</summary>
internal static class OrderCalendar
{
    // Octets of a line without its break; a longer one goes on after a blank.
    private const int LongestLine = 75;

    public static string Of(Forecast forecast)
    {
        var text = new StringBuilder();
        foreach (var line in Lines(forecast))
        {
            Fold(text, line);
        }

        return text.ToString();
    }

    private static IEnumerable<string> Lines(Forecast forecast) =>
    [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//GpuInfra//forecast//EN",
        .. forecast.Fleet.Times.Orders.SelectMany(order => Event(forecast.Fleet.Stack, order)),
        .. Renewal.Of(forecast.Fleet.Plan).SelectMany(renewal => Event(forecast.Fleet.Stack, renewal)),
        "END:VCALENDAR",
    ];

    /// <summary>The stamp is the day itself: no clock is read. A reminder comes a week before.</summary>
    private static IEnumerable<string> Event(string stack, PoolOrder order)
    {
        var day = order.OrderBy.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        return
        [
            "BEGIN:VEVENT",
            $"UID:{stack}-{order.Pool.Id}-{order.Month}@gpuinfra",
            $"DTSTAMP:{day}T000000Z",
            $"DTSTART;VALUE=DATE:{day}",
            $"SUMMARY:{Escape($"{stack}: {OrderTable.What(order)} in {order.Pool.Region}")}",
            $"DESCRIPTION:{Escape($"Needed on {order.Month}-01 by {order.Pool.Id}. {Quota(order)}Owner: {order.Owner}. If refused: {order.Fallback}.")}",
            "TRANSP:TRANSPARENT",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            $"DESCRIPTION:{Escape($"{stack}: {OrderTable.What(order)}")}",
            "TRIGGER:-P7D",
            "END:VALARM",
            "END:VEVENT",
        ];
    }

    private static string Quota(PoolOrder order) => order.Quota is { } quota ? $"Quota: {order.QuotaUnits} more of {quota}. " : "";

    /// <summary>A text as RFC 5545 has it (3.3.11).</summary>
    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal);

    private static IEnumerable<string> Event(string stack, Renewal renewal)
    {
        var day = renewal.By.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        return
        [
            "BEGIN:VEVENT",
            $"UID:{stack}-renew-{renewal.Name}@gpuinfra",
            $"DTSTAMP:{day}T000000Z",
            $"DTSTART;VALUE=DATE:{day}",
            $"SUMMARY:{stack}: renew or give up {renewal.Name}",
            FormattableString.Invariant($"DESCRIPTION:{renewal.Count} of {renewal.Covers} are held until {renewal.End:yyyy-MM-dd}."),
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ];
    }

    /// <summary>Breaks a line by octets, never within a character.</summary>
    private static void Fold(StringBuilder text, string line)
    {
        var octets = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > LongestLine)
            {
                text.Append("\r\n ");
                octets = 1;
            }

            text.Append(rune.ToString());
            octets += rune.Utf8SequenceLength;
        }

        text.Append("\r\n");
    }
}
