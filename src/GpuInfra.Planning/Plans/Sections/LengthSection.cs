using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>A workload's <c>inputLengths</c> or <c>outputLengths</c>: lognormal, or quantiles.</summary>
internal static class LengthSection
{
    private const double Shortest = 1;
    private const double Longest = 100_000_000;

    private static readonly Key<double?> Sigma = Key.OptionalNumber(
        "sigma", Quantities.Number(0.01, 3, "0.01", "3"),
        "Lognormal: standard deviation of the logarithm, as 1. The mean is that of the daily figures.");

    private static readonly ImmutableArray<(double Percentile, Key<double?> Key)> Quantiles =
    [
        .. new[] { (50.0, "p50"), (90, "p90"), (95, "p95"), (99, "p99"), (100, "max") }.Select(point => (point.Item1, Key.OptionalNumber(
            point.Item2, Quantities.Number(Shortest, Longest, "1", "100M"),
            point.Item1 == 100 ? "The longest request, in tokens." : $"Length that {point.Item1:0} % of requests do not exceed, in tokens."))),
    ];

    public static readonly PlanValue<LengthSpread> Value = new Section<LengthSpread>([Sigma, .. Quantiles.Select(point => point.Key)], Build);

    private static LengthSpread Build(Fields fields)
    {
        var points = Quantiles
            .Select(point => (point.Percentile, Value: fields.Get(point.Key)))
            .Where(point => point.Value is not null)
            .Select(point => new Quantile(point.Percentile, point.Value!.Value))
            .ToImmutableArray();
        if (fields.Get(Sigma) is { } sigma)
        {
            if (!points.IsEmpty)
            {
                fields.Refuse(Sigma, "goes alone: quantiles say the spread themselves");
            }

            return new LengthSpread.Lognormal(sigma);
        }

        if (points.Length < 2 || points[^1].Percentile < 100)
        {
            fields.At.Refuse("needs sigma, or max and one or more of p50, p90, p95 and p99");
        }
        else if (points.Zip(points.Skip(1)).Any(pair => pair.First.Value > pair.Second.Value))
        {
            fields.At.Refuse("lengths fall from one percentile to the next");
        }

        return new LengthSpread.Measured(points);
    }
}
