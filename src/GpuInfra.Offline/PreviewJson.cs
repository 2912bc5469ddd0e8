using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using GpuInfra.Offline.Costs;
using GpuInfra.Offline.Policies;
using GpuInfra.Planning;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Replays;
using GpuInfra.Planning.Routes;
using Pulumi.Offline;

namespace GpuInfra.Offline;

/// <summary>
/// A preview as <c>preview --json</c> and <c>--record</c> write it: a contract with other tools, so members are added and never
/// renamed. Secrets appear as <c>{"secret": true}</c>, unknowns as <c>{"unknown": true}</c>. The member <c>resolved</c> holds, by
/// URN, the inputs with unknowns once more, with invented values in their place: to compare records, and for nothing else.
/// <c>retired</c> names what may be gone by the plan's month, <c>waivers</c> what may break a policy, <c>freezes</c> when only growth is deployed: a later diff is judged by them.
/// </summary>
public static class PreviewJson
{
    /// <summary>The version of the document. It grows when an older reader would misread a newer document.</summary>
    public const int Format = 1;

    /// <summary>The preview as one JSON document.</summary>
    public static string ToJson(PreviewRecord preview) => JsonText.Of(json => WriteDocument(json, preview));

    /// <summary>Writes that document to a stream, piece by piece: that of a large fleet takes tens of megabytes.</summary>
    public static void Write(Stream stream, PreviewRecord preview) => JsonText.Write(stream, json => WriteDocument(json, preview));

    /// <summary>Writes the document's members into an object that is open.</summary>
    public static void WriteMembers(Utf8JsonWriter json, PreviewRecord preview)
    {
        json.WriteNumber("format", Format);
        json.WriteString("stack", preview.Stack);
        json.WritePropertyName("fleet");
        FleetPlanJson.Write(json, preview.Fleet);
        RecordJson.WriteMembers(json, preview.Preview);
        WriteResolved(json, preview);
        json.WriteStartArray("retired");
        preview.Fleet.Plan.Retired.Where(retirement => retirement.Allows(preview.Fleet.Plan.AsOf))
            .ToList().ForEach(retirement => json.WriteStringValue(retirement.Name));
        json.WriteEndArray();
        json.WriteStartArray("waivers");
        preview.Fleet.Plan.Waivers.ToList().ForEach(waiver => Write(json, waiver));
        json.WriteEndArray();
        json.WriteStartArray("freezes");
        preview.Fleet.Plan.Freezes.ToList().ForEach(freeze => Write(json, freeze));
        json.WriteEndArray();
        if (preview.Fleet.Plan.Incident is { } incident)
        {
            json.WriteStartObject("incident");
            json.WriteString("until", incident.Until.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            json.WriteString("reason", incident.Reason);
            json.WriteEndObject();
        }

        if (preview.Fleet.Plan.Scope is { } scope)
        {
            json.WriteString("scope", JsonText.Word(scope));
        }

        WriteOrders(json, preview.Fleet);
        CostJson.WriteMember(json, preview.Costs);
        json.WritePropertyName("survivability");
        ProofJson.Write(json, preview.Proof);
        RoutingJson.WriteMember(json, preview.Fleet);
        ApiSpendJson.WriteMember(json, preview.Fleet);
        json.WriteStartArray("checks");
        preview.Checks.ToList().ForEach(check => Write(json, check));
        json.WriteEndArray();
    }

    private static void WriteDocument(Utf8JsonWriter json, PreviewRecord preview)
    {
        json.WriteStartObject();
        WriteMembers(json, preview);
        json.WriteEndObject();
    }

    /// <summary>Writes what a check found.</summary>
    public static void Write(Utf8JsonWriter json, CheckResult check)
    {
        json.WriteStartObject();
        json.WriteString("id", check.Id);
        json.WriteString("subject", check.Subject);
        json.WriteString("status", JsonText.Word(check.Status));
        json.WriteString("detail", check.Detail);
        json.WriteString("severity", JsonText.Word(check.Severity));
        if (check.Examined is { } examined)
        {
            json.WriteNumber("examined", examined);
        }

        if (check.Waiver is { } waiver)
        {
            json.WritePropertyName("waiver");
            Write(json, waiver);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Waiver waiver)
    {
        json.WriteStartObject();
        json.WriteString("policy", waiver.Policy);
        json.WriteString("subject", waiver.Subject);
        json.WriteString("reason", waiver.Reason);
        json.WriteString("expires", waiver.Expires.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        json.WriteString("approvedBy", waiver.ApprovedBy);
        json.WriteEndObject();
    }

    private static void WriteOrders(Utf8JsonWriter json, FleetPlan fleet)
    {
        json.WriteStartArray("orders");
        foreach (var order in fleet.Times.Orders)
        {
            json.WriteStartObject();
            json.WriteString("pool", order.Pool.Id);
            json.WriteString("instanceType", order.Pool.InstanceType);
            json.WriteNumber("instances", order.Instances);
            json.WriteString("month", order.Month.ToString());
            json.WriteString("orderBy", order.OrderBy.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Freeze freeze)
    {
        json.WriteStartObject();
        json.WriteString("from", freeze.From.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        json.WriteString("to", freeze.To.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        json.WriteString("reason", freeze.Reason);
        json.WriteEndObject();
    }

    private static void WriteResolved(Utf8JsonWriter json, PreviewRecord preview)
    {
        var resolved = preview.Resolved.Resources.ToDictionary(resource => resource.Urn, StringComparer.Ordinal);
        json.WriteStartObject("resolved");
        foreach (var resource in preview.Managed)
        {
            var inputs = resolved.GetValueOrDefault(resource.Urn)?.Inputs.Members;
            var unknown = resource.Inputs.Members.Where(input => input.Value.Unknowns().Any())
                .Select(input => KeyValuePair.Create(input.Key, inputs?.GetValueOrDefault(input.Key)))
                .Where(input => input.Value is not null)
                .ToImmutableSortedDictionary(input => input.Key, input => input.Value!, StringComparer.Ordinal);
            if (!unknown.IsEmpty)
            {
                json.WritePropertyName(resource.Urn);
                RecordJson.Write(json, new PropertyValue.Map(unknown));
            }
        }

        json.WriteEndObject();
    }
}
