namespace GpuInfra.Planning.Units;

/// <summary>A price per hour in US dollars, exact. <c>default</c> is zero.</summary>
public readonly record struct UsdPerHour(decimal Amount) : IComparable<UsdPerHour>
{
    /// <summary>Hours in an average month, as both clouds' calculators count (8,760 / 12).</summary>
    public const decimal HoursPerMonth = 730;

    /// <summary>The product.</summary>
    public static Usd operator *(UsdPerHour price, decimal hours) => new(price.Amount * hours);

    /// <summary>The product.</summary>
    public static UsdPerHour operator *(UsdPerHour price, int count) => new(price.Amount * count);

    /// <summary>The sum.</summary>
    public static UsdPerHour operator +(UsdPerHour left, UsdPerHour right) => new(left.Amount + right.Amount);

    /// <inheritdoc/>
    public int CompareTo(UsdPerHour other) => Amount.CompareTo(other.Amount);

    /// <summary>Dollars per hour with four decimals at most, as <c>$6.8800/h</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"${Amount:N4}/h");
}
