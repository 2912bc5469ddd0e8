using System.CommandLine;
using System.Globalization;

namespace GpuInfra.Cli.Commands;

/// <summary><c>--today</c>: the current date, which no command reads from a clock.</summary>
internal static class TodayOption
{
    private const string Form = "yyyy-MM-dd";

    public static Option<DateOnly?> Create() => new("--today")
    {
        Description = "The day of the deployment, as 2026-12-24, which waivers and freezes are judged by (waivers without it: the first day of the plan's asOf)",
        HelpName = "DAY",
        CustomParser = result =>
        {
            var text = result.Tokens.Single().Value;
            if (DateOnly.TryParseExact(text, Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            {
                return date;
            }

            result.AddError($"--today: '{text}' is not a day; write it as 2026-12-24.");
            return null;
        },
    };
}
