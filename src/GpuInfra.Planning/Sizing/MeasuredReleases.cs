using System.Globalization;

namespace GpuInfra.Planning.Sizing;

/// <summary>
/// Releases of vLLM among the measured rows that the coefficients are fitted to (aiconfigurator's silicon sample, read 2026-11-20: 0.12.0,
/// 0.15.1, 0.17.0, 0.19.0).
/// </summary>
public static class MeasuredReleases
{
    private const int First = 12;
    private const int Last = 19;

    /// <summary>The range in words.</summary>
    public static string Range => string.Create(CultureInfo.InvariantCulture, $"vLLM 0.{First} to 0.{Last}");

    /// <summary>Whether a release, as <c>0.19.0</c>, lies between the first and the last.</summary>
    public static bool Cover(string release) => release.Split('.') is ["0", var minor, ..]
        && int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= First and <= Last;
}
