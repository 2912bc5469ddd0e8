using System.Runtime.CompilerServices;

namespace GpuInfra.Planning.Sizing;

/// <summary>Seconds by what they are spent on. Kernels follow one another, so seconds add up.</summary>
/// <param name="Compute">Arithmetic.</param>
/// <param name="Bandwidth">Device memory.</param>
/// <param name="Link">Transfers between GPUs.</param>
/// <param name="Overhead">Launches and the host.</param>
internal readonly record struct Cost(double Compute, double Bandwidth, double Link, double Overhead)
{
    /// <summary>All of them.</summary>
    public double Seconds => Compute + Bandwidth + Link + Overhead;

    /// <summary>What most of the time is spent on.</summary>
    public SizingLimit Largest => this switch
    {
        _ when Compute >= Bandwidth && Compute >= Link && Compute >= Overhead => SizingLimit.Compute,
        _ when Bandwidth >= Link && Bandwidth >= Overhead => SizingLimit.Bandwidth,
        _ when Link >= Overhead => SizingLimit.Interconnect,
        _ => SizingLimit.Latency,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Cost operator +(Cost a, Cost b) =>
        new(a.Compute + b.Compute, a.Bandwidth + b.Bandwidth, a.Link + b.Link, a.Overhead + b.Overhead);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Cost operator *(Cost cost, double factor) =>
        new(cost.Compute * factor, cost.Bandwidth * factor, cost.Link * factor, cost.Overhead * factor);
}
