using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// The fleet as <c>plan --json</c> writes it: a contract with other tools, so members are added and never renamed.
/// Token rates are tokens per second, money is US dollars, shares are fractions (0.2 is 20 %), times are milliseconds.
/// The same fleet gives the same bytes.
/// </summary>
public static class FleetPlanJson
{
    /// <summary>The objective is no bill: more digits than cents, for another solver's answer to be compared with.</summary>
    private const int ObjectiveDigits = 6;

    /// <summary>The fleet as one JSON document.</summary>
    public static string ToJson(FleetPlan fleet) => ToJson(fleet, []);

    /// <summary>The same with what levers would do and what constraints cost; members are left out where they were not asked for.</summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="levers">What levers would do.</param>
    /// <param name="explanation">What constraints cost.</param>
    /// <param name="last">Writes further members, of what a later step computes from the fleet.</param>
    public static string ToJson(FleetPlan fleet, ImmutableArray<LeverEffect> levers, FleetExplanation? explanation = null, Action<Utf8JsonWriter, FleetPlan>? last = null) =>
        JsonText.Of(json => Write(json, fleet, levers, explanation, last));

    /// <summary>Writes the fleet as one JSON object.</summary>
    public static void Write(Utf8JsonWriter json, FleetPlan fleet) => Write(json, fleet, [], null, null);

    private static void Write(
        Utf8JsonWriter json, FleetPlan fleet, ImmutableArray<LeverEffect> levers, FleetExplanation? explanation, Action<Utf8JsonWriter, FleetPlan>? last)
    {
        json.WriteStartObject();
        json.WriteString("stack", fleet.Stack);
        json.WriteString("asOf", fleet.Plan.AsOf.ToString());
        json.WriteOrigin(fleet);
        json.WriteBoolean("locked", fleet.IsLocked);
        Array(json, "servings", fleet.Servings, (writer, serving) => WriteServing(writer, serving, fleet.Times));
        Array(json, "pools", fleet.Pools, (writer, pool) => WritePool(writer, pool, fleet));
        Array(json, "steps", fleet.Steps, WriteStep);
        if (!fleet.Windows.IsEmpty)
        {
            Array(json, "windows", fleet.Windows, UseJson.Write);
        }

        Array(json, "utilization", fleet.Utilization, UseJson.Write);
        Array(json, "quotas", fleet.Quotas, LedgerJson.Write);
        Array(json, "external", fleet.External, LedgerJson.Write);
        Array(json, "reservations", fleet.Reservations, LedgerJson.Write);
        Array(json, "availability", fleet.Availability, LedgerJson.Write);
        Array(json, "commitmentLadder", fleet.Ladders, LadderJson.Write);
        Money(json, "irrevocableUsd", fleet.Irrevocable.Amount);
        WriteCost(json, fleet.Cost);
        json.WriteNumber("headroom", fleet.Headroom.Fraction);
        Money(json, "objective", decimal.Round(fleet.Objective, ObjectiveDigits));
        if (fleet.Bound is { } bound)
        {
            Money(json, "bound", decimal.Round(bound, ObjectiveDigits));
        }
        else
        {
            json.WriteNull("bound");
        }

        Array(json, "orders", fleet.Times.Orders, (writer, order) =>
        {
            writer.WriteStartObject();
            TimesJson.WriteOrder(writer, order);
            writer.WriteEndObject();
        });
        json.WriteStrings("warnings", fleet.Warnings);
        if (!levers.IsEmpty)
        {
            Array(json, "levers", levers, UseJson.Write);
        }

        ExplanationJson.Write(json, explanation);
        last?.Invoke(json, fleet);
        json.WriteEndObject();
    }

    private static void WriteServing(Utf8JsonWriter json, ServingFleet fleet, FleetTimes times)
    {
        json.WriteStartObject();
        json.WriteString("name", fleet.Serving.Name);
        json.WriteString("kind", JsonText.Word(fleet.Serving.Kind));
        json.WriteString("model", fleet.Serving.Model.Id);
        json.WriteString("precision", JsonText.Word(fleet.Serving.Precision));
        WriteDemand(json, fleet.Demand);
        json.WriteStrings("workloads", fleet.Workloads);
        json.WriteStrings("poolIds", fleet.PoolIds);
        json.WriteNumber("capacityRequestsPerSecond", fleet.CapacityRequestsPerSecond);
        json.WriteNumber("headroom", fleet.Headroom.Fraction);
        TimesJson.WriteLatency(json, fleet.Latency);
        TimesJson.WriteColdStart(json, times, fleet.Serving.Name);
        ExplanationJson.Write(json, fleet.Stability);
        Array(json, "survival", fleet.Survival, (writer, check) =>
        {
            writer.WriteStartObject();
            writer.WriteString("lost", check.Lost);
            writer.WriteNumber("remaining", check.Remaining.Fraction);
            writer.WriteNumber("required", check.Required.Fraction);
            writer.WriteBoolean("holds", check.Holds);
            writer.WriteEndObject();
        });
        Array(json, "rejections", fleet.Rejections, (writer, rejection) =>
        {
            writer.WriteStartObject();
            writer.WriteString(rejection.Option.Contains('/', StringComparison.Ordinal) ? "offer" : "gpu", rejection.Option);
            writer.WriteString("constraint", rejection.Constraint);
            writer.WriteString("detail", rejection.Detail);
            if (rejection.WinsAt is { } price)
            {
                writer.WriteString("winsAt", price);
            }

            writer.WriteEndObject();
        });
        json.WriteEndObject();
    }

    private static void WriteDemand(Utf8JsonWriter json, Demand demand)
    {
        json.WriteStartObject("demand");
        json.WriteNumber("inputTokens", demand.InputTokens);
        json.WriteNumber("outputTokens", demand.OutputTokens);
        json.WriteNumber("longInputTokens", demand.LongInputTokens);
        json.WriteNumber("tooLongShare", demand.TooLong.Fraction);
        WriteRates(json, "mean", demand.RequestsPerSecond, demand.Prefill, demand.Decode);
        var peak = demand.Load.Peak;
        WriteRates(json, "peak", demand.PeakRequestsPerSecond, demand.Prefill * peak, demand.Decode * peak);
        json.WriteEndObject();
    }

    private static void WriteRates(
        Utf8JsonWriter json, string name, double requestsPerSecond, TokenRate prefill, TokenRate decode)
    {
        json.WriteStartObject(name);
        json.WriteNumber("requestsPerSecond", requestsPerSecond);
        json.WriteNumber("prefill", prefill.PerSecond);
        json.WriteNumber("decode", decode.PerSecond);
        json.WriteEndObject();
    }

    private static void WriteStep(Utf8JsonWriter json, FleetStep step)
    {
        json.WriteStartObject();
        json.WriteString("month", step.Month.ToString());
        Money(json, "monthlyUsd", step.Monthly.Amount);
        Array(json, "pools", step.Pools, WritePool);
        json.WriteEndObject();
    }

    private static void WritePool(Utf8JsonWriter json, Pool pool) => WritePool(json, pool, null);

    private static void WritePool(Utf8JsonWriter json, Pool pool, FleetPlan? fleet)
    {
        json.WriteStartObject();
        json.WriteString("id", pool.Id);
        if (pool.IsDraining)
        {
            json.WriteBoolean("draining", true);
        }

        IncidentJson.Write(json, pool.Incident);
        json.WriteString("serving", pool.Serving);
        json.WriteString("tier", JsonText.Word(pool.Tier));
        json.WriteString("cloud", JsonText.Word(pool.Cloud));
        json.WriteString("region", pool.Region);
        json.WriteStrings("zones", [.. pool.Zones.Select(zone => zone.Zone)]);
        json.WriteStartObject("instancesByZone");
        foreach (var zone in pool.Zones)
        {
            json.WriteNumber(zone.Zone, zone.Instances);
        }

        json.WriteEndObject();
        json.WriteString("instanceType", pool.InstanceType);
        json.WriteString("gpu", pool.Gpu);
        json.WriteNumber("gpusPerInstance", pool.GpusPerInstance);
        json.WriteString("precision", JsonText.Word(pool.Engine.Precision));
        json.WriteString("kvPrecision", CachePrecisions.WordOf(pool.Engine.CachePrecision));
        json.WriteNumber("tensorParallel", pool.Engine.TensorParallel);
        json.WriteNumber("pipelineParallel", pool.Engine.PipelineParallel);
        json.WriteNumber("maxConcurrency", pool.Engine.MaxConcurrency);
        json.WriteNumber("replicasPerInstance", pool.ReplicasPerInstance);
        if (pool.NodesPerReplica > 1)
        {
            json.WriteNumber("nodesPerReplica", pool.NodesPerReplica);
        }

        if (pool.Engine.Cut is { } cut)
        {
            PoolPartsJson.Write(json, cut);
        }

        var replica = pool.ReplicaCapacity;
        WriteRates(json, "replicaCapacity", replica.RequestsPerSecond, replica.Prefill, replica.Decode);
        if (!pool.Sizes.IsEmpty)
        {
            Array(json, "sizes", pool.Sizes, PoolPartsJson.Write);
        }

        json.WriteNumber("replicas", pool.Replicas);
        Array(json, "ladder", pool.Ladder, (writer, rung) =>
        {
            writer.WriteStartObject();
            writer.WriteString("instanceType", rung.InstanceType);
            writer.WriteNumber("replicasPerInstance", rung.ReplicasPerInstance);
            writer.WriteEndObject();
        });
        json.WriteStartObject("instances");
        json.WriteNumber("min", pool.Instances.Min);
        json.WriteNumber("desired", pool.Instances.Desired);
        json.WriteNumber("max", pool.Instances.Max);
        json.WriteEndObject();
        if (pool.Window is { } window)
        {
            json.WriteStartObject("window");
            json.WriteString("days", window.Days.ToString());
            json.WriteString("from", Time(window.From));
            json.WriteString("to", Time(window.To));
            json.WriteString("zone", window.TimeZone);
            json.WriteEndObject();
        }

        if (fleet is not null)
        {
            TimesJson.WriteScaling(json, fleet.ScalingOf(pool), fleet.StandbyOf(pool));
            TimesJson.WriteSchedule(json, fleet, pool);
        }

        json.WriteBoolean("autoShutdown", pool.AutoShutdown);
        json.WriteString("team", pool.Team);
        LedgerJson.WriteHoldings(json, pool);
        json.WriteNumber("hoursPerMonth", JsonText.Plain(decimal.Round(pool.HoursPerMonth, 3)));
        Money(json, "hourlyUsd", pool.Hourly.Amount);
        Money(json, "monthlyUsd", pool.Monthly.Amount);
        json.WriteEndObject();
    }

    private static void WriteCost(Utf8JsonWriter json, FleetCost cost)
    {
        json.WriteStartObject("cost");
        Money(json, "monthlyUsd", cost.Monthly.Amount);
        Shares(json, "byTier", cost.ByTier);
        Shares(json, "byCloud", cost.ByCloud);
        Shares(json, "byWorkload", cost.ByWorkload);
        Shares(json, "byTeam", cost.ByTeam);
        Array(json, "unused", cost.Unused, LedgerJson.Write);
        Array(json, "savingIfBought", cost.IfCommitted, (writer, saving) =>
        {
            writer.WriteStartObject();
            writer.WriteString("term", JsonText.Word(saving.Term));
            writer.WriteNumber("instances", saving.Instances);
            Money(writer, "monthlyUsd", saving.Monthly.Amount);
            writer.WriteEndObject();
        });
        json.WriteStrings("unpriced", cost.Unpriced);
        json.WriteEndObject();
    }

    private static void Shares(Utf8JsonWriter json, string name, ImmutableArray<CostShare> shares)
    {
        json.WriteStartObject(name);
        foreach (var share in shares)
        {
            Money(json, share.Name, share.Monthly.Amount);
        }

        json.WriteEndObject();
    }

    private static void Array<T>(Utf8JsonWriter json, string name, ImmutableArray<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            write(json, item);
        }

        json.WriteEndArray();
    }

    private static void Money(Utf8JsonWriter json, string name, decimal amount) => json.WriteNumber(name, JsonText.Plain(amount));

    private static string Time(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);

    private static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
