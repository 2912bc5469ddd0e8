using System.Globalization;
using System.Text.Json;

namespace GpuInfra.Planning.Finance.Footprints;

/// <summary>A footprint as JSON: kilowatt-hours and kilograms of CO2e a month; null where a grid is not known.</summary>
public static class FootprintJson
{
    private const int Digits = 3;

    /// <summary>Writes it as a member of a document.</summary>
    public static void WriteFootprint(this Utf8JsonWriter json, string name, Footprint footprint)
    {
        json.WriteStartObject(name);
        json.Write(footprint.Total);
        json.WriteObjects("servings", footprint.Servings, serving =>
        {
            json.WriteString("serving", serving.Serving);
            json.Write(serving.Electricity);
            json.WriteNumberOrNull("kwhPerMillionTokens", Rounded(serving.KilowattHoursPerMillionTokens, 6));
            json.WriteNumberOrNull("gCo2ePerMillionTokens", Rounded(serving.GramsPerMillionTokens, Digits));
        });
        json.WriteObjects("pools", footprint.Pools, pool =>
        {
            json.WriteString("pool", pool.Pool.Id);
            json.Write(pool.Electricity);
            json.WriteNumber("busy", Math.Round(pool.Busy.Fraction, 4));
            json.WriteNumber("powerUsageEffectiveness", pool.PowerUsageEffectiveness);
            json.WriteString("buildingSource", pool.Building is { } building ? FormattableString.Invariant($"{building.Source} ({building.Year})") : "assumed");
            json.WriteString("grid", pool.Grid?.Name);
            json.WriteNumberOrNull("gCo2ePerKwh", pool.Grid?.GramsPerKilowattHour);
            json.WriteNumberOrNull("gridYear", (double?)pool.Grid?.Year);
            json.WriteString("gridSource", pool.Grid?.Source);
            json.WriteString("gridAsOf", pool.Grid?.AsOf.ToString("O", CultureInfo.InvariantCulture));
        });
        json.WriteEndObject();
    }

    /// <summary>Writes the members <c>kwh</c>, <c>kgCo2e</c> and <c>kwhOfUnknownGrids</c>.</summary>
    internal static void Write(this Utf8JsonWriter json, Electricity electricity)
    {
        json.WriteNumber("kwh", Math.Round(electricity.Energy.TotalKilowattHours, Digits));
        json.WriteNumberOrNull("kgCo2e", Rounded(electricity.Emission?.TotalKilograms, Digits));
        json.WriteNumber("kwhOfUnknownGrids", Math.Round(electricity.Unknown.TotalKilowattHours, Digits));
    }

    private static double? Rounded(double? value, int digits) => value is { } known ? Math.Round(known, digits) : null;
}
