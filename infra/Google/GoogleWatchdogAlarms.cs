using GpuInfra.Infra.Common;
using Pulumi;

namespace GpuInfra.Infra.Google;

/// <summary>Who watches the watchdog, and how its notices reach people.</summary>
internal static class GoogleWatchdogAlarms
{
    public static void Add(string name, RegionFleet region, Output<string> function, Output<string> deadLetters, Resource parent)
    {
        var alarms = new GoogleAlarms(name, region, "watchdog", region.Pools.Select(pool => pool.Pool), parent);
        var mine = $"region=\"{region.Region}\",stack=\"{TagSet.Label(region.Settings.Stack)}\"";

        // The watchdog itself counts the runs that ended well.
        alarms.OnFigures("silent", "No run of the watchdog has ended well for two periods", FormattableString.Invariant(
            $"absent_over_time(custom_googleapis_com:gpuinfra_watchdog_runs{{{mine}}}[{2 * WatchdogSource.PeriodMinutes}m])"));
        alarms.OnFigures("dead-letters", "A start of the watchdog was given up", Output.Format(
            $"max_over_time(pubsub_googleapis_com:subscription_num_undelivered_messages{{subscription_id=\"{deadLetters}\"}}[15m]) > 0"));
        alarms.OnNotices("notices", "The watchdog has something to say", function);
    }
}
