namespace GpuInfra.Planning.Units;

/// <summary>A transfer rate in bytes per second. <c>default</c> is zero.</summary>
public readonly record struct ByteRate
{
    private ByteRate(double bytesPerSecond) => BytesPerSecond = bytesPerSecond;

    /// <summary>Bytes per second; never negative.</summary>
    public double BytesPerSecond { get; }

    /// <summary>Decimal gigabytes per second.</summary>
    public double GbPerSecond => BytesPerSecond / 1e9;

    /// <summary>The rate in decimal gigabits per second, as networks are sold.</summary>
    public double GbitPerSecond => BytesPerSecond * 8 / 1e9;

    /// <summary>A rate in decimal gigabytes per second.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public static ByteRate FromGbPerSecond(double gb) => new(Quantity.Require(gb, nameof(gb)) * 1e9);

    /// <summary>A rate in gigabits per second (networks are sold in bits).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public static ByteRate FromGbitPerSecond(double gbit) => new(Quantity.Require(gbit, nameof(gbit)) * 1e9 / 8);

    /// <summary>The product.</summary>
    public static ByteRate operator *(ByteRate rate, double factor) => new(rate.BytesPerSecond * factor);
}
