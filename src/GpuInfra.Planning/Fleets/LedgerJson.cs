using System.Globalization;
using System.Text.Json;

namespace GpuInfra.Planning.Fleets;

/// <summary>What a fleet takes of quotas and of held reservations, as <c>plan --json</c> writes it.</summary>
internal static class LedgerJson
{
    public static void Write(Utf8JsonWriter json, QuotaNeed need)
    {
        json.WriteStartObject();
        json.WriteString("cloud", JsonText.Word(need.Cloud));
        json.WriteString("region", need.Region);
        json.WriteString("quota", need.Code);
        json.WriteString("purchase", need.IsSpot ? "spot" : "onDemand");
        json.WriteString("unit", need.Unit);
        json.WriteNumber("running", need.Running);
        json.WriteNumber("surge", need.Surge);
        json.WriteNumber("failover", need.Failover);
        json.WriteNumber("needed", need.Total);
        json.WriteNumberOrNull("assigned", (double?)need.Limit);
        json.WriteNumber("most", need.Most);
        json.WriteString("mostIn", need.MostIn.ToString());
        json.WriteEndObject();
    }

    /// <summary>What is held of a pool's machines; nothing where nothing is.</summary>
    public static void WriteHoldings(Utf8JsonWriter json, Pool pool)
    {
        if (!pool.Commitments.IsEmpty)
        {
            json.WriteObjects("commitments", pool.Commitments, use =>
            {
                json.WriteString("name", use.Commitment);
                json.WriteNumber("instances", use.Instances);
                json.WriteNumber("savingUsdPerHour", JsonText.Plain(use.Saving.Amount));
            });
        }

        if (!pool.Held.IsEmpty)
        {
            json.WriteStartArray("held");
            foreach (var use in pool.Held)
            {
                Write(json, use);
            }

            json.WriteEndArray();
        }
    }

    private static void Write(Utf8JsonWriter json, HeldUse use)
    {
        json.WriteStartObject();
        json.WriteString("reservation", use.Reservation);
        json.WriteString("kind", JsonText.Word(use.Kind));
        json.WriteString("zone", use.Zone);
        json.WriteNumber("instances", use.Instances);
        json.WriteNumber("hourlyUsd", JsonText.Plain(use.Hourly.Amount));
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, ExternalUse use)
    {
        json.WriteStartObject();
        json.WriteString("id", use.Row.Id);
        json.WriteString("provider", use.Row.Grant.Account);
        json.WriteString("region", use.Row.Grant.Region);
        json.WriteString("site", use.Row.Site);
        json.WriteString("gpu", use.Row.Gpu);
        json.WriteNumber("gpusPerMachine", use.Row.GpusPerMachine);
        json.WriteNumber("machines", use.Machines);
        json.WriteStartObject("used");
        foreach (var (serving, machines) in use.Used)
        {
            json.WriteNumber(serving, machines);
        }

        json.WriteEndObject();
        json.WriteString("paid", use.Row.IsPaidByUse ? "used" : "always");
        json.WriteNumber("monthlyUsd", JsonText.Plain(use.Monthly.Amount));
        json.WriteString("endpoint", use.Row.Endpoint);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, UnusedCapacity unused)
    {
        json.WriteStartObject();
        json.WriteString("name", unused.Name);
        json.WriteString("what", unused.What);
        json.WriteNumber("count", unused.Count);
        json.WriteNumber("monthlyUsd", JsonText.Plain(unused.Monthly.Amount));
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, PoolAvailability seen)
    {
        json.WriteStartObject();
        json.WriteString("pool", seen.Pool);
        json.WriteNumber("mayStand", seen.MayStand.Fraction);
        json.WriteNumber("uptime", seen.Uptime.Fraction);
        json.WriteString("seen", seen.Words);
        if (seen.AgeDays is { } days)
        {
            json.WriteNumber("ageDays", days);
        }

        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, ReservationCover cover)
    {
        json.WriteStartObject();
        json.WriteString("cloud", JsonText.Word(cover.Cloud));
        json.WriteString("region", cover.Region);
        json.WriteString("instanceType", cover.InstanceType);
        json.WriteNumber("needed", cover.Needed);
        json.WriteNumber("held", cover.Held);
        json.WriteNumber("used", cover.Used);
        if (cover.RenewBy is { } day)
        {
            json.WriteString("renewBy", day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        }

        json.WriteEndObject();
    }
}
