namespace GpuInfra.Planning.Units;

/// <summary>An amount of memory or storage, in whole bytes. <c>default</c> is zero bytes.</summary>
public readonly record struct ByteSize : IComparable<ByteSize>
{
    private const long BytesPerGb = 1_000_000_000;
    private const long BytesPerMib = 1L << 20;
    private const long BytesPerGib = 1L << 30;

    private ByteSize(long bytes) => TotalBytes = bytes;

    /// <summary>Whole bytes; never negative.</summary>
    public long TotalBytes { get; }

    /// <summary>Decimal gigabytes (1 GB = 10^9 bytes).</summary>
    public double TotalGb => (double)TotalBytes / BytesPerGb;

    /// <summary>Binary gibibytes (1 GiB = 2^30 bytes).</summary>
    public double TotalGib => (double)TotalBytes / BytesPerGib;

    /// <summary>A size of <paramref name="bytes"/>; a fraction of a byte counts as a whole one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, not a number, or above 2^63 − 1.</exception>
    public static ByteSize FromBytes(double bytes) =>
        bytes is >= 0 and < long.MaxValue
            ? new ByteSize((long)Math.Ceiling(bytes))
            : throw new ArgumentOutOfRangeException(nameof(bytes), bytes, "A size in bytes is at least 0 and below 2^63.");

    /// <inheritdoc cref="FromBytes"/>
    public static ByteSize FromMib(double mib) => FromBytes(mib * BytesPerMib);

    /// <inheritdoc cref="FromBytes"/>
    public static ByteSize FromGib(double gib) => FromBytes(gib * BytesPerGib);

    /// <inheritdoc cref="FromBytes"/>
    public static ByteSize FromGb(double gb) => FromBytes(gb * BytesPerGb);

    /// <summary>The larger part; zero where <paramref name="right"/> is the larger one, since a size is never negative.</summary>
    public static ByteSize operator -(ByteSize left, ByteSize right) => new(Math.Max(0, left.TotalBytes - right.TotalBytes));

    /// <summary>The sum.</summary>
    public static ByteSize operator +(ByteSize left, ByteSize right) => new(left.TotalBytes + right.TotalBytes);

    /// <summary>The product.</summary>
    public static ByteSize operator *(ByteSize size, double factor) => FromBytes(size.TotalBytes * factor);

    /// <summary>The quotient.</summary>
    public static ByteSize operator /(ByteSize size, double divisor) => FromBytes(size.TotalBytes / divisor);

    /// <summary>True when the left is smaller.</summary>
    public static bool operator <(ByteSize left, ByteSize right) => left.TotalBytes < right.TotalBytes;

    /// <summary>True when the left is larger.</summary>
    public static bool operator >(ByteSize left, ByteSize right) => left.TotalBytes > right.TotalBytes;

    /// <summary>True when the left is not larger.</summary>
    public static bool operator <=(ByteSize left, ByteSize right) => left.TotalBytes <= right.TotalBytes;

    /// <summary>True when the left is not smaller.</summary>
    public static bool operator >=(ByteSize left, ByteSize right) => left.TotalBytes >= right.TotalBytes;

    /// <inheritdoc/>
    public int CompareTo(ByteSize other) => TotalBytes.CompareTo(other.TotalBytes);

    /// <summary>Gibibytes with one decimal, as <c>80.0 GiB</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{TotalGib:F1} GiB");
}
