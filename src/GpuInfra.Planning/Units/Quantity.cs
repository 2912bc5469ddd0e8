namespace GpuInfra.Planning.Units;

/// <summary>The one check every physical quantity passes when it is made, so that later code need not repeat it.</summary>
internal static class Quantity
{
    /// <summary>Returns <paramref name="value"/> when it is finite and at least zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public static double Require(double value, string name) =>
        double.IsFinite(value) && value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} must be finite and at least 0.");
}
