using System.Collections.Immutable;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans;

/// <summary>How fast replicas of a serving were measured to be on a GPU, against what Sizing predicts (<c>calibrate</c> proposes it).</summary>
/// <param name="Gpu">The GPU's id in the catalog.</param>
/// <param name="Speed">Measured over predicted rate at the same number of running requests, the median; 50 % to 150 %.</param>
/// <param name="Low">What nine in ten measurements reached; not above <paramref name="Speed"/>.</param>
public sealed record MeasuredSpeed(string Gpu, Share Speed, Share Low)
{
    /// <summary>The least speed that a plan takes: what is further off is another model, engine or mix than the plan has.</summary>
    public static Share Least { get; } = Share.FromPercent(50);

    /// <summary>The greatest.</summary>
    public static Share Most { get; } = Share.FromPercent(150);
}

/// <summary>Measured speeds of a serving, of each GPU one, ordered by GPU.</summary>
public sealed record MeasuredSpeeds(ImmutableArray<MeasuredSpeed> Items)
{
    /// <summary>That of a GPU; null where it was not measured.</summary>
    public MeasuredSpeed? On(string gpu) => Items.FirstOrDefault(item => item.Gpu == gpu);

    /// <inheritdoc/>
    public bool Equals(MeasuredSpeeds? other) => other is not null && Items.SequenceEqual(other.Items);

    /// <inheritdoc/>
    public override int GetHashCode() => Items.Length;
}
