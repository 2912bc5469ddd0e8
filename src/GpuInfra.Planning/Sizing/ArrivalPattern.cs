using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Sizing;

/// <summary>
/// How requests come to all replicas of a serving together, as far as it tells what one of them gets: the router sends each request to
/// the replica with the fewest, so among many replicas a burst is spread and each gets its requests one by one.
/// </summary>
/// <param name="RequestsPerSecond">In the planned peak; zero for more than any number of replicas answers.</param>
/// <param name="Burst">Requests that come at once, on average; at least 1, or zero with a rate of zero.</param>
public readonly record struct ArrivalPattern(double RequestsPerSecond, double Burst)
{
    private const double StepsPerOctave = 4;

    /// <summary>What bursts may be longer than a whole number and count as that.</summary>
    private const double Negligible = 0.1;

    /// <summary>
    /// The pattern in coarse steps, always to the harder side, so that demands that differ little are sized once: the rate down to one of four
    /// in an octave, bursts up to a whole number.
    /// </summary>
    public static ArrivalPattern Of(double requestsPerSecond, double burst) =>
        new(Math.Pow(2, Math.Floor(StepsPerOctave * Math.Log2(requestsPerSecond)) / StepsPerOctave), Math.Ceiling(burst - Negligible));

    /// <summary>The pattern of a share of the requests, of each burst alike.</summary>
    public ArrivalPattern Of(Share share) => new(RequestsPerSecond * share.Fraction, 1 + ((Burst - 1) * share.Fraction));

    /// <summary>The share of a replica's requests that come at random, whatever it has to do, where it answers some rate.</summary>
    public double RandomAt(double rate) => Math.Min(1, Math.Max(1, Burst) * PartOf(rate));

    /// <summary>Requests of a request's burst that come to the same replica and are read after it; as many are read before it.</summary>
    public double CompanionsAt(double rate) => Math.Max(0, Burst - 1) * PartOf(rate);

    /// <summary>1 over the number of replicas that answer a rate each; 1 where one is enough.</summary>
    private double PartOf(double rate) => RequestsPerSecond <= 0 ? 0 : Math.Min(1, rate / RequestsPerSecond);
}
