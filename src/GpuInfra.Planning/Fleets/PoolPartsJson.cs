using System.Text.Json;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Fleets;

/// <summary>What a pool does for requests of one size, and what part of a GPU its replicas have, as JSON: a router by size is set up from it.</summary>
internal static class PoolPartsJson
{
    public static void Write(Utf8JsonWriter json, GpuCut cut)
    {
        json.WriteStartObject("sharing");
        json.WriteString("mode", cut.Profile is null ? "timeSlicing" : "mig");
        if (cut.Profile is { } profile)
        {
            json.WriteString("profile", profile);
        }

        json.WriteNumber("replicasPerGpu", cut.PerGpu);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, PoolSize size)
    {
        json.WriteStartObject();
        json.WriteNumber("inputTokensFrom", size.From);
        if (size.Below is { } below)
        {
            json.WriteNumber("inputTokensBelow", below);
        }

        json.WriteNumber("ofRequests", size.OfRequests.Fraction);
        json.WriteNumber("routed", size.Routed.Fraction);
        json.WriteNumber("requestsPerSecond", size.RequestsPerSecond);
        json.WriteEndObject();
    }
}
