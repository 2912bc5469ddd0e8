using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance.Footprints;

/// <summary>Electricity and what it emits, as far as grids are known.</summary>
/// <param name="Energy">All of it.</param>
/// <param name="Known">What is emitted where the grid is known.</param>
/// <param name="Unknown">The electricity of which the grid is not.</param>
public readonly record struct Electricity(Energy Energy, Emission Known, Energy Unknown)
{
    /// <summary>What all of it emits; null where the grid of any part is not known.</summary>
    public Emission? Emission => Unknown == default ? Known : null;

    /// <summary>Electricity of a grid.</summary>
    /// <param name="energy">The amount.</param>
    /// <param name="grid">The grid; null where it is not known.</param>
    public static Electricity Of(Energy energy, Grid? grid) =>
        grid is null ? new Electricity(energy, default, energy) : new Electricity(energy, Units.Emission.Of(energy, grid.GramsPerKilowattHour), default);

    /// <summary>The sum.</summary>
    public static Electricity operator +(Electricity left, Electricity right) => new(left.Energy + right.Energy, left.Known + right.Known, left.Unknown + right.Unknown);

    /// <summary>The product.</summary>
    public static Electricity operator *(Electricity electricity, double factor) => new(electricity.Energy * factor, electricity.Known * factor, electricity.Unknown * factor);

    /// <summary>The sum of many.</summary>
    public static Electricity Sum(IEnumerable<Electricity> parts) => parts.Aggregate(default(Electricity), (sum, part) => sum + part);
}
