namespace GpuInfra.Planning.Units;

/// <summary>Greenhouse gases as the carbon dioxide that warms as much (CO2e). Never negative; <c>default</c> is none.</summary>
public readonly record struct Emission
{
    private const double GramsPerKilogram = 1000;

    private Emission(double kilograms) => TotalKilograms = kilograms;

    /// <summary>Kilograms of CO2e.</summary>
    public double TotalKilograms { get; }

    /// <summary>Grams of CO2e.</summary>
    public double TotalGrams => TotalKilograms * GramsPerKilogram;

    /// <summary>What an amount of energy emits in a grid.</summary>
    /// <param name="energy">The energy.</param>
    /// <param name="gramsPerKilowattHour">The grid's intensity in grams of CO2e a kilowatt-hour.</param>
    /// <exception cref="ArgumentOutOfRangeException">The intensity is negative or not finite.</exception>
    public static Emission Of(Energy energy, double gramsPerKilowattHour) =>
        new(energy.TotalKilowattHours * Quantity.Require(gramsPerKilowattHour, nameof(gramsPerKilowattHour)) / GramsPerKilogram);

    /// <summary>The sum.</summary>
    public static Emission operator +(Emission left, Emission right) => new(left.TotalKilograms + right.TotalKilograms);

    /// <summary>The product.</summary>
    public static Emission operator *(Emission emission, double factor) => new(Quantity.Require(emission.TotalKilograms * factor, nameof(factor)));

    /// <summary>Whole kilograms, as <c>1,234 kg CO2e</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{TotalKilograms:N0} kg CO2e");
}
