using System.Globalization;
using System.Text.Json;

namespace GpuInfra.Planning.Fleets;

/// <summary>Where the figures of a document about a fleet come from.</summary>
public static class FleetOrigin
{
    /// <summary>Writes the members <c>planHash</c> and <c>priceBook</c>, the book with its oldest price.</summary>
    public static void WriteOrigin(this Utf8JsonWriter json, FleetPlan fleet)
    {
        json.WriteString("planHash", fleet.PlanHash);
        json.WriteStartObject("priceBook");
        json.WriteString("asOf", fleet.PriceBook.AsOf.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        json.WriteString("hash", fleet.PriceBook.Hash);
        json.WriteEndObject();
    }
}
