using System.Globalization;
using System.Text.Json;

namespace GpuInfra.Planning.Fleets;

/// <summary>What <c>plan --json</c> says of time: starts of servings, schedules of pools, orders. Times in seconds, days as dates.</summary>
public static class TimesJson
{
    /// <summary>The latency that is expected of a serving.</summary>
    public static void WriteLatency(Utf8JsonWriter json, ExpectedLatency? latency)
    {
        if (latency is null)
        {
            return;
        }

        json.WriteStartObject("latency");
        json.WriteNumber("ttftMs", latency.TimeToFirstToken.TotalMilliseconds);
        json.WriteNumber("tpotMs", latency.TimePerOutputToken.TotalMilliseconds);
        if (latency.InTime is { } inTime)
        {
            json.WriteNumber("inTime", inTime.Fraction);
        }

        json.WriteEndObject();
    }

    /// <summary>The member <c>coldStart</c> of a serving; nothing where it is not known.</summary>
    public static void WriteColdStart(Utf8JsonWriter json, FleetTimes times, string serving)
    {
        if (!times.ColdStarts.TryGetValue(serving, out var start))
        {
            return;
        }

        json.WriteStartObject("coldStart");
        WriteSeconds(json, "targetSeconds", start.Wish.Target);
        json.WriteBoolean("holds", start.Holds);
        json.WriteNumber("growthRequestsPerSecond", start.GrowthRequestsPerSecond);
        json.WriteNumber("headroomRequestsPerSecond", start.HeadroomRequestsPerSecond);
        if (start.MeasuredRise is { } rise)
        {
            json.WriteNumber("measuredRiseRequestsPerSecond", rise);
        }

        json.WriteObjects("sites", start.Sites, site =>
        {
            json.WriteString("cloud", JsonText.Word(site.Cloud));
            json.WriteString("region", site.Region);
            json.WriteStartArray("poolIds");
            foreach (var pool in site.PoolIds)
            {
                json.WriteStringValue(pool);
            }

            json.WriteEndArray();
            WriteSeconds(json, "deployedSeconds", site.Deployed.Start.Total);
            WriteSeconds(json, "restartSeconds", site.Restart.Total);
            json.WriteString("storage", JsonText.Word(site.Chosen.Start.Store));
            json.WriteNumber("warmPool", site.Chosen.WarmPool);
            json.WriteStartArray("options");
            foreach (var option in site.Options)
            {
                WriteOption(json, option);
            }

            json.WriteEndArray();
        });
        json.WriteEndObject();
    }

    /// <summary>The member <c>scaling</c> of a pool; nothing where it stands at its size.</summary>
    public static void WriteScaling(Utf8JsonWriter json, PoolScaling? scaling, PoolStandby? standby)
    {
        if (scaling is null)
        {
            return;
        }

        json.WriteStartObject("scaling");
        json.WriteNumber("inUse", scaling.InUse.Fraction);
        json.WriteNumber("waitingPerReplica", scaling.WaitingPerReplica);
        json.WriteNumber("leastMonthlyUsd", JsonText.Plain(scaling.Least.Amount));
        json.WriteNumber("mostMonthlyUsd", JsonText.Plain(scaling.Most.Amount));
        if (standby is not null)
        {
            json.WriteStartObject("standby");
            json.WriteNumber("machines", standby.Machines);
            WriteSeconds(json, "startSeconds", standby.Start.Total);
            WriteSeconds(json, "coldStartSeconds", standby.Cold.Total);
            json.WriteNumber("diskGib", standby.DiskGib);
            json.WriteNumberOrNull("monthlyUsd", standby.Monthly is { } monthly ? JsonText.Plain(monthly.Amount) : null);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>The member <c>schedule</c> of a pool; nothing where it has none.</summary>
    public static void WriteSchedule(Utf8JsonWriter json, FleetPlan fleet, Pool pool)
    {
        if (!fleet.Times.Schedules.TryGetValue(pool.Id, out var schedule))
        {
            return;
        }

        json.WriteStartObject("schedule");
        json.WriteBoolean("deployed", fleet.ScalingOf(pool)?.FollowsSchedule == true);
        json.WriteString("zone", "Etc/UTC");
        WriteSeconds(json, "leadSeconds", schedule.Lead);
        json.WriteObjects("sizes", schedule.Sizes, size =>
        {
            json.WriteString("days", size.Days.ToString());
            json.WriteString("at", size.At.ToString("HH:mm", CultureInfo.InvariantCulture));
            json.WriteNumber("min", size.Min);
        });
        json.WriteNumber("instanceHoursPerMonth", JsonText.Plain(decimal.Round(schedule.InstanceHours, 3)));
        json.WriteNumber("monthlyUsd", JsonText.Plain(schedule.Monthly.Amount));
        json.WriteNumber("savingUsd", JsonText.Plain(schedule.Saving.Amount));
        json.WriteEndObject();
    }

    /// <summary>The members of an order.</summary>
    public static void WriteOrder(Utf8JsonWriter json, PoolOrder order)
    {
        json.WriteString("orderBy", Date(order.OrderBy));
        json.WriteString("month", order.Month.ToString());
        json.WriteString("kind", JsonText.Word(order.Kind));
        json.WriteString("pool", order.Pool.Id);
        json.WriteString("cloud", JsonText.Word(order.Pool.Cloud));
        json.WriteString("region", order.Pool.Region);
        json.WriteStartObject("instancesByZone");
        foreach (var zone in order.Zones)
        {
            json.WriteNumber(zone.Zone, zone.Instances);
        }

        json.WriteEndObject();
        json.WriteString("instanceType", order.Pool.InstanceType);
        json.WriteNumber("instances", order.Instances);
        json.WriteString("quota", order.Quota);
        json.WriteNumber("quotaUnits", order.QuotaUnits);
        json.WriteString("team", order.Pool.Team);
        json.WriteString("owner", order.Owner);
        json.WriteString("fallback", order.Fallback);
    }

    private static void WriteOption(Utf8JsonWriter json, ColdStartOption option)
    {
        json.WriteStartObject();
        json.WriteString("storage", JsonText.Word(option.Start.Store));
        WriteSeconds(json, "startSeconds", option.Start.Total);
        json.WriteStartObject("steps");
        foreach (var step in option.Start.Steps)
        {
            WriteSeconds(json, JsonText.Word(step.Stage), step.Duration);
        }

        json.WriteEndObject();
        json.WriteNumber("warmPool", option.WarmPool);
        json.WriteBoolean("holds", option.Holds);
        json.WriteBoolean("deployable", option.IsDeployable);
        json.WriteNumberOrNull("monthlyUsd", option.Monthly is { } monthly ? JsonText.Plain(monthly.Amount) : null);
        json.WriteEndObject();
    }

    private static void WriteSeconds(Utf8JsonWriter json, string name, TimeSpan? time) =>
        json.WriteNumberOrNull(name, time is { } known ? Math.Round(known.TotalSeconds, 1) : null);

    private static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
