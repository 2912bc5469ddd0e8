using System.Collections.Immutable;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>What a replica does for requests of one size.</summary>
/// <param name="Size">The size.</param>
/// <param name="Sizing">The replica with such requests alone; null where it cannot hold them or keep their latency.</param>
internal sealed record SizeRate(RequestSize Size, ReplicaSizing? Sizing)
{
    /// <summary>The part of the size's requests that it is sent in the peak, together with the others like it in its placement.</summary>
    public Share Routed { get; init; }

    /// <summary>Requests per second of a replica; zero where it takes none of the size.</summary>
    public double RequestsPerSecond => Sizing?.RequestsPerSecond ?? 0;

    /// <summary>
    /// A replica for several sizes: it spends its time on one after the other, so a mix with shares φ runs at Σφ / Σ(φ/μ). Its latency is the
    /// worst of any size, its batch the largest.
    /// </summary>
    /// <param name="sizes">The sizes, one or more that it can serve.</param>
    /// <param name="share">How much of all requests it gets of each; all that it can serve where it gets none.</param>
    public static ReplicaSizing Combine(ImmutableArray<SizeRate> sizes, Func<SizeRate, double> share)
    {
        var served = sizes.Where(size => size.Sizing is not null && share(size) > 0).Select(size => (Sizing: size.Sizing!, Share: share(size), size.Size)).ToList();
        if (served.Count == 0)
        {
            return Combine(sizes, size => size.Size.Share.Fraction);
        }

        var tokens = served.Sum(size => size.Share * size.Size.InputTokens);
        var generated = served.Sum(size => size.Share * size.Size.OutputTokens);
        return served[^1].Sizing with
        {
            MaxConcurrency = served.Max(size => size.Sizing.MaxConcurrency),
            Batch = served.Max(size => size.Sizing.Batch),
            RequestsPerSecond = served.Sum(size => size.Share) / served.Sum(size => size.Share / size.Sizing.RequestsPerSecond),
            PrefillSecondsPerToken = served.Sum(size => size.Share * size.Size.InputTokens * size.Sizing.PrefillSecondsPerToken) / tokens,
            DecodeSecondsPerToken = generated == 0 ? 0 : served.Sum(size => size.Share * size.Size.OutputTokens * size.Sizing.DecodeSecondsPerToken) / generated,
            TimeToFirstToken = served.Max(size => size.Sizing.TimeToFirstToken),
            TimePerOutputToken = served.Max(size => size.Sizing.TimePerOutputToken),
            InTime = served.Min(size => size.Sizing.InTime),
        };
    }
}
