using System.Globalization;

namespace GpuInfra.Planning.Drift;

/// <summary>Numbers as a plan writes them: three digits, with k, M, B or T for large ones.</summary>
internal static class PlanNumber
{
    private const int Digits = 3;
    private const double Thousand = 1000;
    private static readonly string[] Multiples = ["", "k", "M", "B", "T"];

    /// <summary>A number above zero.</summary>
    public static string Of(double value)
    {
        var exponent = (int)Math.Floor(Math.Log10(value));
        var unit = Math.Pow(10, exponent - Digits + 1);
        var rounded = Math.Round(value / unit) * unit;
        var multiple = 0;
        for (; rounded >= Thousand && multiple < Multiples.Length - 1; multiple++)
        {
            rounded /= Thousand;
        }

        return Math.Round((decimal)rounded, Math.Clamp(Digits - 1 - (exponent - (3 * multiple)), 0, 9)).ToString("0.#########", CultureInfo.InvariantCulture) + Multiples[multiple];
    }

    /// <summary>A part of one, as a whole percentage.</summary>
    public static string Percent(double part) => Math.Round(part * 100).ToString(CultureInfo.InvariantCulture) + "%";
}
