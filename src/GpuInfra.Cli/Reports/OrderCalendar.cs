using System.Globalization;
using System.Text;
using GpuInfra.Planning;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Cli.Reports;

/// <summary>The days to order as iCalendar (RFC 5545): a whole-day event an order, with the same identity however often it is written.</summary>
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
        .. forecast.Orders.SelectMany(order => Event(forecast.Fleet.Stack, order)),
        "END:VCALENDAR",
    ];

    /// <summary>Names are letters, digits, points and hyphens, so nothing needs escaping. The stamp is the day itself: no clock is read.</summary>
    private static IEnumerable<string> Event(string stack, PoolOrder order)
    {
        var day = order.OrderBy.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        return
        [
            "BEGIN:VEVENT",
            $"UID:{stack}-{order.Pool.Id}-{order.Month}@gpuinfra",
            $"DTSTAMP:{day}T000000Z",
            $"DTSTART;VALUE=DATE:{day}",
            $"SUMMARY:{stack}: ask for {order.Instances} more {order.Pool.InstanceType} for {order.Pool.Id}",
            $"DESCRIPTION:Needed on {order.Month}-01. From {order.Before} to {order.Pool.Instances.Desired} instances. Owner: {order.Pool.Team}.",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ];
    }

    private static void Fold(StringBuilder text, string line)
    {
        for (var room = LongestLine; line.Length > room; room = LongestLine - 1)
        {
            text.Append(line, 0, room).Append("\r\n ");
            line = line[room..];
        }

        text.Append(line).Append("\r\n");
    }
}
