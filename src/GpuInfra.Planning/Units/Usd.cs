namespace GpuInfra.Planning.Units;

/// <summary>An amount of US dollars, exact. <c>default</c> is zero.</summary>
public readonly record struct Usd(decimal Amount) : IComparable<Usd>
{
    /// <summary>The sum.</summary>
    public static Usd operator +(Usd left, Usd right) => new(left.Amount + right.Amount);

    /// <summary>The difference.</summary>
    public static Usd operator -(Usd left, Usd right) => new(left.Amount - right.Amount);

    /// <summary>The amount rounded to whole cents, halves away from zero, as bills are.</summary>
    public Usd ToCents() => new(Math.Round(Amount, 2, MidpointRounding.AwayFromZero));

    /// <inheritdoc/>
    public int CompareTo(Usd other) => Amount.CompareTo(other.Amount);

    /// <summary>Dollars and cents with thousands separators, as <c>$1,234.50</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"${Amount:N2}");
}
