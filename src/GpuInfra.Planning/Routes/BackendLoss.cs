using System.Collections.Immutable;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Routes;

/// <summary>What is left when a backend is lost.</summary>
/// <param name="Lost">The backend.</param>
/// <param name="Left">Requests per second that the others serve.</param>
/// <param name="OfPeak">That, as a share of the planned peak.</param>
/// <param name="OfP95">That, as a share of P95 demand.</param>
/// <param name="Asked">The share of P95 demand that must be left; 0 % where nothing is asked.</param>
public sealed record BackendLoss(string Lost, double Left, Share OfPeak, Share OfP95, Share Asked)
{
    /// <summary>True when the others serve the whole planned peak.</summary>
    public bool IsAbsorbed => OfPeak.Fraction >= 1 - Slack;

    /// <summary>True when as much is left as is asked.</summary>
    public bool Holds => OfP95.Fraction >= Asked.Fraction - Slack;

    private const double Slack = 1e-9;

    /// <summary>The loss of each of some backends, worst first.</summary>
    /// <param name="capacities">Requests per second of each, by name.</param>
    /// <param name="peak">The planned peak in requests per second, above 0.</param>
    /// <param name="p95">P95 demand in requests per second, above 0.</param>
    /// <param name="asked">The share of P95 demand that must be left.</param>
    public static ImmutableArray<BackendLoss> Of(IReadOnlyCollection<(string Name, double RequestsPerSecond)> capacities, double peak, double p95, Share asked)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(peak);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(p95);
        return
        [
            .. capacities.Select(lost => Of(lost.Name, capacities.Where(other => other.Name != lost.Name).Sum(other => other.RequestsPerSecond)))
                .OrderBy(loss => loss.Left).ThenBy(loss => loss.Lost, StringComparer.Ordinal),
        ];

        BackendLoss Of(string name, double left) => new(name, left, Share.FromFraction(left / peak), Share.FromFraction(left / p95), asked);
    }

    /// <summary>
    /// The load at which the first backend is full when requests are shared out by weight and nothing spills: min over i of capacity_i / weight_i.
    /// Shares by capacity reach the sum of all capacities; any others less.
    /// </summary>
    /// <param name="backends">Requests per second and weight of each; those without weight are never full.</param>
    /// <returns>Requests per second and the backend's index.</returns>
    public static (double RequestsPerSecond, int Index) FirstFull(IReadOnlyList<(double RequestsPerSecond, Share Weight)> backends) => backends
        .Select((backend, index) => (Load: backend.Weight.Fraction > 0 ? backend.RequestsPerSecond / backend.Weight.Fraction : double.PositiveInfinity, index))
        .MinBy(full => full.Load);
}
