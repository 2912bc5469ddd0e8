namespace GpuInfra.Planning.Units;

/// <summary>An amount of electric energy. Never negative; <c>default</c> is none.</summary>
public readonly record struct Energy : IComparable<Energy>
{
    private const double WattHoursPerKilowattHour = 1000;

    private Energy(double kilowattHours) => TotalKilowattHours = kilowattHours;

    /// <summary>Kilowatt-hours.</summary>
    public double TotalKilowattHours { get; }

    /// <summary>An amount from kilowatt-hours.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public static Energy FromKilowattHours(double kilowattHours) => new(Quantity.Require(kilowattHours, nameof(kilowattHours)));

    /// <summary>What a power draws over a time.</summary>
    /// <param name="watts">The power in watts.</param>
    /// <param name="hours">The time in hours.</param>
    /// <exception cref="ArgumentOutOfRangeException">The product is negative or not finite.</exception>
    public static Energy Of(double watts, double hours) => FromKilowattHours(watts * hours / WattHoursPerKilowattHour);

    /// <summary>The sum.</summary>
    public static Energy operator +(Energy left, Energy right) => new(left.TotalKilowattHours + right.TotalKilowattHours);

    /// <summary>The product.</summary>
    public static Energy operator *(Energy energy, double factor) => FromKilowattHours(energy.TotalKilowattHours * factor);

    /// <inheritdoc/>
    public int CompareTo(Energy other) => TotalKilowattHours.CompareTo(other.TotalKilowattHours);

    /// <summary>Whole kilowatt-hours, as <c>1,234 kWh</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{TotalKilowattHours:N0} kWh");
}
