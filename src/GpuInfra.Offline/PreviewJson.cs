using System.Text.Json;
using GpuInfra.Planning;
using GpuInfra.Planning.Fleets;
using Pulumi.Offline;

namespace GpuInfra.Offline;

/// <summary>
/// A preview as <c>preview --json</c> and <c>--record</c> write it: a contract with other tools, so members are added and never
/// renamed. Secrets appear as <c>{"secret": true}</c>, unknowns as <c>{"unknown": true}</c>.
/// </summary>
public static class PreviewJson
{
    /// <summary>The preview as one JSON document.</summary>
    public static string ToJson(PreviewRecord preview) => JsonText.Of(json => Write(json, preview));

    private static void Write(Utf8JsonWriter json, PreviewRecord preview)
    {
        json.WriteStartObject();
        json.WriteString("stack", preview.Stack);
        json.WritePropertyName("fleet");
        FleetPlanJson.Write(json, preview.Fleet);
        RecordJson.WriteMembers(json, preview.Preview);
        json.WriteStartArray("checks");
        foreach (var check in preview.Checks)
        {
            json.WriteStartObject();
            json.WriteString("id", check.Id);
            json.WriteString("subject", check.Subject);
            json.WriteString("status", JsonText.Word(check.Status));
            json.WriteString("detail", check.Detail);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
