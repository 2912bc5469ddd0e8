namespace GpuInfra.Planning.Units;

/// <summary>A rate of tokens, in tokens per second. <c>default</c> is zero.</summary>
public readonly record struct TokenRate
{
    private const double SecondsPerDay = 86_400;

    private TokenRate(double perSecond) => PerSecond = perSecond;

    /// <summary>Tokens per second; never negative.</summary>
    public double PerSecond { get; }

    /// <summary>Tokens per day at this rate.</summary>
    public double PerDay => PerSecond * SecondsPerDay;

    /// <summary>A rate in tokens per second.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public static TokenRate FromPerSecond(double tokens) => new(Quantity.Require(tokens, nameof(tokens)));

    /// <summary>A rate in tokens per day.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public static TokenRate FromPerDay(double tokens) => new(Quantity.Require(tokens, nameof(tokens)) / SecondsPerDay);

    /// <summary>The sum.</summary>
    public static TokenRate operator +(TokenRate left, TokenRate right) => new(left.PerSecond + right.PerSecond);

    /// <summary>The product.</summary>
    public static TokenRate operator *(TokenRate rate, double factor) => new(Quantity.Require(rate.PerSecond * factor, nameof(factor)));
}
