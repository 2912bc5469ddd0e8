using System.Globalization;

namespace GpuInfra.Planning.Units;

/// <summary>A calendar month, written <c>2026-12</c>. <c>default</c> is not a month; make one with the constructor or <see cref="TryParse"/>.</summary>
public readonly record struct Month : IComparable<Month>
{
    private readonly int _index;

    /// <summary>A month of a year.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The year is outside 1 to 9999 or the month outside 1 to 12.</exception>
    public Month(int year, int month)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(year, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(year, 9999);
        ArgumentOutOfRangeException.ThrowIfLessThan(month, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(month, 12);
        _index = year * 12 + month - 1;
    }

    /// <summary>The year, 1 to 9999.</summary>
    public int Year => _index / 12;

    /// <summary>The month of the year, 1 to 12.</summary>
    public int Number => _index % 12 + 1;

    /// <summary>Whole months from <paramref name="earlier"/> to this one; negative when this one is earlier.</summary>
    public int MonthsSince(Month earlier) => _index - earlier._index;

    /// <summary>The month <paramref name="months"/> later.</summary>
    public Month Plus(int months)
    {
        var index = _index + months;
        return new Month(index / 12, index % 12 + 1);
    }

    /// <summary>Reads <c>yyyy-MM</c>.</summary>
    public static bool TryParse(string text, out Month month)
    {
        var parsed = DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day);
        month = parsed ? new Month(day.Year, day.Month) : default;
        return parsed;
    }

    /// <inheritdoc/>
    public int CompareTo(Month other) => _index.CompareTo(other._index);

    /// <summary>The month as <c>yyyy-MM</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Year:D4}-{Number:D2}");
}
