using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Replays;

/// <summary>What is left of a serving after a loss.</summary>
public sealed record LossProof
{
    /// <summary>The serving.</summary>
    public required string Serving { get; init; }

    /// <summary>What is lost.</summary>
    public required Loss Loss { get; init; }

    /// <summary>The share of P95 demand that the plan promises to serve after it; zero when it promises nothing.</summary>
    public required Share Required { get; init; }

    /// <summary>The share of what must be served that must be served in time.</summary>
    public required Share InTime { get; init; }

    /// <summary>Capacity left, as a share of P95 demand.</summary>
    public required Share Remaining { get; init; }

    /// <summary>Capacity left, as a share of the planned peak.</summary>
    public required Share RemainingOfPeak { get; init; }

    /// <summary>Share of requests at P95 demand that are served within what is promised while nothing is lost; null where no latency is promised, so that nothing was played.</summary>
    public required double? Before { get; init; }

    /// <summary>The same of all requests that come after the loss.</summary>
    public required double? Attainment { get; init; }

    /// <summary>What <see cref="Attainment"/> must be: what must be in time of what must still be served.</summary>
    public double Needed => Required.Fraction * InTime.Fraction;

    /// <summary>True when capacity is left for what is promised.</summary>
    public bool HasCapacity => Remaining.Fraction >= Required.Fraction - 1e-9;

    /// <summary>True when what was played kept what is promised, or nothing had to be played.</summary>
    public bool IsKept => Attainment is not { } share || share >= Needed - 1e-9;

    /// <summary>True when both hold.</summary>
    public bool Holds => HasCapacity && IsKept;
}
