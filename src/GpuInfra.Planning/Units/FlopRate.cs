namespace GpuInfra.Planning.Units;

/// <summary>A rate of arithmetic, in operations per second (dense, without sparsity). <c>default</c> is zero.</summary>
public readonly record struct FlopRate
{
    private FlopRate(double operationsPerSecond) => OperationsPerSecond = operationsPerSecond;

    /// <summary>Operations per second; never negative.</summary>
    public double OperationsPerSecond { get; }

    /// <summary>10^12 operations per second.</summary>
    public double Tera => OperationsPerSecond / 1e12;

    /// <summary>A rate in 10^12 operations per second, as data sheets give it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public static FlopRate FromTera(double tera) => new(Quantity.Require(tera, nameof(tera)) * 1e12);

    /// <summary>The product.</summary>
    public static FlopRate operator *(FlopRate rate, double factor) => new(rate.OperationsPerSecond * factor);
}
