using System.Globalization;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance.Actuals;

/// <summary>Reads figures of FOCUS rows from their bytes.</summary>
internal static class FocusValues
{
    private const int MostFastDigits = 18;

    private static readonly decimal[] Scales = [.. Enumerable.Range(0, MostFastDigits + 1).Select(digits => new decimal(1, 0, 0, false, (byte)digits))];

    /// <summary>Reads a number in FOCUS' numeric form: digits, a point, perhaps an exponent.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> text, out decimal number)
    {
        var rest = text is [(byte)'-', ..] ? text[1..] : text;
        var (digits, decimals, point) = (0L, 0, false);
        if (rest.Length is 0 or > MostFastDigits)
        {
            return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
        }

        foreach (var letter in rest)
        {
            if (letter == '.' && !point)
            {
                point = true;
            }
            else if (letter is >= (byte)'0' and <= (byte)'9')
            {
                digits = (digits * 10) + (letter - '0');
                decimals += point ? 1 : 0;
            }
            else
            {
                return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
            }
        }

        number = (rest.Length == text.Length ? digits : -digits) * Scales[decimals];
        return rest.Length > (point ? 1 : 0);
    }

    /// <summary>Reads a time, which FOCUS writes in UTC as <c>2026-12-01T00:00:00Z</c>, BigQuery as <c>2026-12-01 00:00:00 UTC</c>, some as a day alone.</summary>
    /// <param name="text">The bytes.</param>
    /// <param name="month">Its month.</param>
    /// <param name="hours">Whole hours since the month began; a begun hour counts.</param>
    public static bool TryTime(ReadOnlySpan<byte> text, out Month month, out int hours)
    {
        (month, hours) = (default, 0);
        if (text.Length < 10 || text[4] != '-' || text[7] != '-' || !TryDigits(text[..4], out var year) || !TryDigits(text[5..7], out var number) || !TryDigits(text[8..10], out var day)
            || year < 1 || number is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, number))
        {
            return false;
        }

        (month, hours) = (new Month(year, number), (day - 1) * 24);
        if (text.Length == 10)
        {
            return true;
        }

        if (text.Length < 16 || text[10] is not ((byte)'T' or (byte)' ') || text[13] != ':' || !TryDigits(text[11..13], out var hour) || !TryDigits(text[14..16], out var minute) || hour > 23 || minute > 59)
        {
            return false;
        }

        hours += hour + (minute > 0 ? 1 : 0);
        var zone = text[16..];
        zone = zone.TrimStart(":.0123456789"u8);
        return zone.IsEmpty || zone.SequenceEqual("Z"u8) || zone.SequenceEqual(" UTC"u8);
    }

    /// <summary>True for a unit of whole hours of a machine, as AWS (<c>Hrs</c>) and Google Cloud (<c>hour</c>) write it.</summary>
    public static bool IsHours(ReadOnlySpan<byte> unit) =>
        Is(unit, "Hours"u8) || Is(unit, "Hrs"u8) || Is(unit, "Hour"u8) || Is(unit, "h"u8);

    /// <summary>True when both are the same but for the case of their letters.</summary>
    public static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => System.Text.Ascii.EqualsIgnoreCase(text, word);

    private static bool TryDigits(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        foreach (var letter in text)
        {
            if (letter is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            number = (number * 10) + (letter - '0');
        }

        return true;
    }
}
