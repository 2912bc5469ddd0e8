namespace GpuInfra.Planning.Units;

/// <summary>A fraction that people write in percent. At least zero; may exceed one (a headroom of 150 %). <c>default</c> is zero.</summary>
public readonly record struct Share : IComparable<Share>
{
    private Share(double fraction) => Fraction = fraction;

    /// <summary>The whole.</summary>
    public static Share All { get; } = new(1);

    /// <summary>1 means 100 %.</summary>
    public double Fraction { get; }

    /// <summary>100 means 100 %.</summary>
    public double Percent => Fraction * 100;

    /// <summary>A share from a fraction.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public static Share FromFraction(double fraction) => new(Quantity.Require(fraction, nameof(fraction)));

    /// <summary>A share from percent.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public static Share FromPercent(double percent) => new(Quantity.Require(percent, nameof(percent)) / 100);

    /// <inheritdoc/>
    public int CompareTo(Share other) => Fraction.CompareTo(other.Fraction);

    /// <summary>Percent with one decimal at most, as <c>20 %</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Percent:0.#} %");
}
