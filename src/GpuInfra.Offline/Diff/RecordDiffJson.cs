using System.Collections.Immutable;
using System.Text.Json;
using GpuInfra.Planning;
using GpuInfra.Planning.Bridges;

namespace GpuInfra.Offline.Diff;

/// <summary>
/// A diff as <c>diff --json</c> and the member <c>diff</c> of <c>preview --json</c> write it: members are added, never renamed.
/// </summary>
public static class RecordDiffJson
{
    /// <summary>The diff as one JSON document.</summary>
    public static string ToJson(RecordDiff diff, CostBridge? bridge = null) => JsonText.Of(json => Write(json, diff, bridge));

    /// <summary>Writes the diff as one JSON object.</summary>
    public static void Write(Utf8JsonWriter json, RecordDiff diff, CostBridge? bridge = null)
    {
        json.WriteStartObject();
        json.WriteString("stack", diff.Stack);
        WriteFleet(json, "before", diff.Before);
        WriteFleet(json, "after", diff.After);
        json.WriteStartObject("counts");
        foreach (var action in Enum.GetValues<ResourceAction>())
        {
            json.WriteNumber(JsonText.Word(action), action == ResourceAction.Same ? diff.Same : diff.Count(action));
        }

        json.WriteEndObject();
        Array(json, "pools", diff.Pools, (writer, pool) =>
        {
            writer.WriteString("id", pool.Id);
            WritePool(writer, "before", pool.Before);
            WritePool(writer, "after", pool.After);
        });
        Array(json, "resources", diff.Resources, WriteResource);
        Array(json, "outputs", diff.Outputs, WriteChange);
        Strings(json, "notes", diff.Notes);
        json.WriteStartArray("gate");
        diff.Gate.ToList().ForEach(check => PreviewJson.Write(json, check));
        json.WriteEndArray();
        json.WriteBoolean("passed", diff.Passed);
        if (bridge is not null)
        {
            json.WritePropertyName("bridge");
            BridgeJson.Write(json, bridge);
        }

        json.WriteEndObject();
    }

    private static void WriteFleet(Utf8JsonWriter json, string name, FleetFacts fleet)
    {
        json.WriteStartObject(name);
        json.WriteString("planHash", fleet.PlanHash);
        json.WriteString("asOf", fleet.AsOf);
        json.WriteNumber("monthlyUsd", fleet.MonthlyUsd);
        if (fleet.TotalUsd is { } total)
        {
            json.WriteNumber("totalUsd", total);
        }

        json.WriteNumber("headroom", fleet.Headroom);
        json.WriteEndObject();
    }

    private static void WritePool(Utf8JsonWriter json, string name, PoolFacts? pool)
    {
        if (pool is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("instanceType", pool.InstanceType);
        json.WriteNumber("instances", pool.Instances);
        json.WriteNumber("monthlyUsd", pool.MonthlyUsd);
        json.WriteEndObject();
    }

    private static void WriteResource(Utf8JsonWriter json, ResourceChange change)
    {
        json.WriteString("urn", change.Urn);
        json.WriteString("type", change.Type);
        json.WriteString("name", change.Name);
        json.WriteString("action", JsonText.Word(change.Action));
        json.WriteString("movedFrom", change.MovedFrom);
        json.WriteString("pool", change.Pool);
        json.WriteBoolean("protected", change.IsProtected);
        json.WriteString("irrevocable", change.Irrevocable);
        Strings(json, "notes", change.Notes);
        Array(json, "changes", change.Changes, WriteChange);
    }

    private static void WriteChange(Utf8JsonWriter json, PropertyChange change)
    {
        json.WriteString("path", change.Path.Text);
        json.WriteString("effect", JsonText.Word(change.Effect));
        json.WriteBoolean("mayChange", change.MayChange);
        json.WriteString("reason", change.Reason);
        json.WriteString("before", change.Before);
        json.WriteString("after", change.After);
        Strings(json, "lines", change.Lines);
    }

    private static void Strings(Utf8JsonWriter json, string name, ImmutableArray<string> texts)
    {
        json.WriteStartArray(name);
        texts.ToList().ForEach(json.WriteStringValue);
        json.WriteEndArray();
    }

    private static void Array<T>(Utf8JsonWriter json, string name, ImmutableArray<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
