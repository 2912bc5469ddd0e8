using System.Text.Json;

namespace GpuInfra.Planning.Bridges;

/// <summary>A bridge as <c>diff --json</c> and <c>preview --json</c> write it, in US dollars a month: its parts add up to the change.</summary>
public static class BridgeJson
{
    /// <summary>Writes a bridge as one JSON object.</summary>
    public static void Write(Utf8JsonWriter json, CostBridge bridge)
    {
        json.WriteStartObject();
        json.WriteNumber("beforeUsd", JsonText.Plain(bridge.Before.Amount));
        json.WriteNumber("afterUsd", JsonText.Plain(bridge.After.Amount));
        json.WriteStartObject("partsUsd");
        foreach (var part in bridge.Parts)
        {
            json.WriteNumber(JsonText.Word(part.Factor), JsonText.Plain(part.Amount.Amount));
        }

        json.WriteEndObject();
        json.WriteStartArray("notes");
        foreach (var note in bridge.Notes)
        {
            json.WriteStringValue(note);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
