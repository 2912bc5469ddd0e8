using System.Text.Json;

namespace GpuInfra.Planning.Fleets;

/// <summary>What an incident changes about a pool, as <c>plan --json</c> writes it; nothing in ordinary times.</summary>
internal static class IncidentJson
{
    public static void Write(Utf8JsonWriter json, PoolIncident? incident)
    {
        if (incident is null)
        {
            return;
        }

        json.WriteStartObject("incident");
        json.WriteNumber("normally", incident.Normally);
        json.WriteStrings("lostZones", incident.Lost);
        json.WriteEndObject();
    }
}
