using System.Text.Json;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Planning.Routes;

/// <summary>
/// The member <c>routing</c> of <c>plan --json</c> and <c>preview --json</c>. Rates are requests per second, shares fractions, times milliseconds.
/// </summary>
public static class RoutingJson
{
    /// <summary>Writes the member.</summary>
    public static void WriteMember(Utf8JsonWriter json, FleetPlan fleet)
    {
        var table = RoutingTable.Of(fleet);
        json.WriteStartObject("routing");
        json.WriteString("zone", table.Router.Zone);
        json.WriteString("link", JsonText.Word(table.Router.Link));
        json.WriteStartArray("entries");
        foreach (var (cloud, region) in table.Entries)
        {
            json.WriteStringValue($"{JsonText.Word(cloud)}/{region}");
        }

        json.WriteEndArray();
        json.WriteStartArray("routes");
        foreach (var route in table.Routes)
        {
            Write(json, route);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Route route)
    {
        json.WriteStartObject();
        json.WriteString("serving", route.Serving.Name);
        json.WriteString("strategy", JsonText.Word(route.Strategy));
        json.WriteNumber("peakRequestsPerSecond", route.Peak);
        json.WriteNumber("longestAnswerMs", route.LongestAnswer.TotalMilliseconds);
        json.WriteNumber("longestWaitMs", route.LongestWait.TotalMilliseconds);
        var full = route.FirstFull();
        json.WriteNumber("firstFullRequestsPerSecond", full.RequestsPerSecond);
        json.WriteString("firstFull", full.Backend);
        json.WriteObjects("backends", route.Backends, backend =>
        {
            json.WriteString("name", backend.Name);
            json.WriteString("kind", JsonText.Word(backend.Kind));
            json.WriteString("region", backend.Region);
            if (backend.Endpoint is { } endpoint)
            {
                json.WriteString("endpoint", endpoint);
            }

            json.WriteNumber("replicas", backend.Replicas);
            json.WriteNumber("requestsPerSecond", backend.RequestsPerSecond);
            json.WriteNumber("weight", backend.Weight.Fraction);
            json.WriteNumber("rank", backend.Rank);
        });
        json.WriteObjects("losses", route.Losses, loss =>
        {
            json.WriteString("lost", loss.Lost);
            json.WriteNumber("leftRequestsPerSecond", loss.Left);
            json.WriteNumber("leftOfPeak", loss.OfPeak.Fraction);
            json.WriteNumber("leftOfP95", loss.OfP95.Fraction);
            json.WriteNumber("asked", loss.Asked.Fraction);
            json.WriteBoolean("absorbed", loss.IsAbsorbed);
            json.WriteBoolean("holds", loss.Holds);
        });
        json.WriteEndObject();
    }
}
