using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace GpuInfra.Planning.Finance;

/// <summary>Reads the data files of this folder: arrays of rows, each with its source and date.</summary>
internal static class FinanceData
{
    public static ImmutableArray<T> Rows<T>(string file, Func<JsonElement, T> row)
    {
        using var stream = typeof(FinanceData).Assembly.GetManifestResourceStream($"Finance/{file}")!;
        using var document = JsonDocument.Parse(stream);
        return [.. document.RootElement.EnumerateArray().Select(row)];
    }

    public static string Text(this JsonElement row, string name) => row.GetProperty(name).GetString()!;

    public static decimal Number(this JsonElement row, string name) => row.GetProperty(name).GetDecimal();

    public static DateOnly Day(this JsonElement row, string name) => DateOnly.ParseExact(row.Text(name), "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
