using System.Text.Json;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Locks;

/// <summary>What changes between two locks, as <c>diff --json</c> writes it. Money is US dollars.</summary>
public static class LockDiffJson
{
    /// <summary>The changes as one JSON document.</summary>
    public static string ToJson(LockDiff diff) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("stack", diff.After.Stack);
        json.WriteStartObject("planHash");
        json.WriteString("before", diff.Before.PlanHash);
        json.WriteString("after", diff.After.PlanHash);
        json.WriteEndObject();
        json.WriteStartArray("months");
        foreach (var month in diff.Months)
        {
            json.WriteStartObject();
            json.WriteString("month", month.Month.ToString());
            Write(json, "beforeUsd", month.Before);
            Write(json, "afterUsd", month.After);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("pools");
        foreach (var pool in diff.Pools)
        {
            json.WriteStartObject();
            json.WriteString("id", pool.Pool);
            json.WriteString("change", pool.Kind);
            json.WriteString("from", pool.First.ToString());
            json.WriteString("to", pool.Last.ToString());
            Write(json, "before", pool.Before);
            Write(json, "after", pool.After);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, string name, Usd? amount) =>
        json.WriteNumberOrNull(name, amount is { } money ? JsonText.Plain(money.Amount) : null);

    private static void Write(Utf8JsonWriter json, string name, PoolSize? size)
    {
        if (size is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("instanceType", size.InstanceType);
        json.WriteNumber("instances", size.Instances);
        if (size.NodesPerReplica > 1)
        {
            json.WriteNumber("nodesPerReplica", size.NodesPerReplica);
        }

        json.WriteEndObject();
    }
}
