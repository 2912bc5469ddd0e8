using System.Globalization;
using GpuInfra.Planning;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Reports;

/// <summary>How reports write figures: one way for each kind, whatever the machine's culture.</summary>
internal static class Format
{
    /// <summary>What stands for "there is none".</summary>
    public const string None = "–";

    /// <summary>Three significant digits and no exponent, as <c>1,234</c>, <c>56.7</c>, <c>0.89</c>.</summary>
    public static string Number(double value) => value switch
    {
        >= 100 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("N1", CultureInfo.InvariantCulture),
        _ => value.ToString("N2", CultureInfo.InvariantCulture),
    };

    /// <summary>A count with thousands separators.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A count with its noun, as <c>1 pool</c> or <c>3 pools</c>.</summary>
    public static string Count(long value, string noun) => $"{Count(value)} {noun}{(value == 1 ? "" : "s")}";

    /// <summary>Whole dollars, for sentences; tables show cents, so that they add up.</summary>
    public static string Dollars(Usd amount) => FormattableString.Invariant($"${amount.Amount:N0}");

    /// <summary>A share of a total, as <c>12.3 %</c>.</summary>
    public static string Part(Usd part, Usd whole) =>
        whole.Amount == 0 ? None : FormattableString.Invariant($"{part.Amount / whole.Amount * 100:0.0} %");

    /// <summary>A duration in the unit people speak of it in, as <c>1.24 s</c> or <c>38 ms</c>.</summary>
    public static string Duration(TimeSpan time) => time.TotalSeconds >= 1
        ? FormattableString.Invariant($"{time.TotalSeconds:0.##} s")
        : FormattableString.Invariant($"{time.TotalMilliseconds:0} ms");

    /// <summary>A date as <c>2026-07-01</c>.</summary>
    public static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The word that plans use for a value.</summary>
    public static string Word(Enum value) => JsonText.Word(value);

    /// <summary>Names in a row, or a dash when there are none.</summary>
    public static string Names(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } list ? list : None;

    /// <summary>A price per hour without the unit, which stands in the column's title.</summary>
    public static string Price(UsdPerHour? price) =>
        price is { } known ? known.Amount.ToString("N4", CultureInfo.InvariantCulture) : None;

    /// <summary>Peak arithmetic, in 10^12 operations per second.</summary>
    public static string Tera(FlopRate? rate) => rate is { } known ? Number(known.Tera) : None;

    /// <summary>Where a fleet's figures come from: its plan, and its prices with the oldest day of any.</summary>
    public static string Origin(FleetPlan fleet) => $"Plan {fleet.PlanHash[..12]}, prices from {Date(fleet.PriceBook.AsOf)} on (book {fleet.PriceBook.Hash[..12]})";

    /// <summary>The way a cloud is written in names and tables.</summary>
    public static string Cloud(CloudProvider cloud) => Word(cloud);
}
