using System.Globalization;
using System.Text.Json;
using GpuInfra.Planning;
using GpuInfra.Planning.Units;

namespace GpuInfra.Offline.Costs;

/// <summary>The costs of a preview as <c>preview --json</c> writes them; money is US dollars per average month.</summary>
internal static class CostJson
{
    /// <summary>Writes the member <c>costs</c> into an object that is open.</summary>
    public static void WriteMember(Utf8JsonWriter json, CostEstimate costs)
    {
        json.WriteStartObject("costs");
        Money(json, "monthlyUsd", costs.Monthly);
        Money(json, "machinesUsd", costs.Machines);
        Money(json, "otherUsd", costs.Other);
        json.WriteStartObject("byKind");
        foreach (var kind in costs.ByKind)
        {
            Money(json, JsonText.Word(kind.Kind), kind.Monthly);
        }

        json.WriteEndObject();
        json.WriteStartArray("resources");
        foreach (var resource in costs.Resources)
        {
            WriteResource(json, resource);
        }

        json.WriteEndArray();
        json.WriteStartArray("unpriced");
        foreach (var part in costs.Unpriced)
        {
            json.WriteStartObject();
            json.WriteString("what", part.What);
            json.WriteString("reason", part.Reason);
            json.WriteNumber("resources", part.Resources);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteResource(Utf8JsonWriter json, ResourceCost resource)
    {
        json.WriteStartObject();
        json.WriteString("urn", resource.Urn);
        json.WriteString("pool", resource.Pool);
        Money(json, "monthlyUsd", resource.Monthly);
        if (resource.FreeBecause is { } because)
        {
            json.WriteString("free", because);
        }

        json.WriteStartArray("lines");
        foreach (var line in resource.Lines)
        {
            WriteLine(json, line);
        }

        json.WriteEndArray();
        json.WriteStartArray("unpriced");
        foreach (var part in resource.Unpriced)
        {
            json.WriteStartObject();
            json.WriteString("what", part.What);
            json.WriteString("reason", part.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteLine(Utf8JsonWriter json, CostLine line)
    {
        json.WriteStartObject();
        json.WriteString("kind", JsonText.Word(line.Kind));
        json.WriteString("sku", line.Sku);
        json.WriteNumber("quantity", JsonText.Plain(decimal.Round(line.Quantity, 6)));
        json.WriteString("unit", line.Unit);
        Money(json, "unitPriceUsd", line.UnitPrice);
        Money(json, "monthlyUsd", line.Monthly);
        json.WriteString("formula", line.Formula);
        json.WriteString("source", line.Source);
        json.WriteString("asOf", line.AsOf?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }

    private static void Money(Utf8JsonWriter json, string name, Usd amount) => json.WriteNumber(name, JsonText.Plain(amount.Amount));
}
