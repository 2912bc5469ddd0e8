using System.Collections.Immutable;
using System.Globalization;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Finance.Footprints;

namespace GpuInfra.Cli.Reports;

/// <summary>Electricity and what it emits, by serving and by pool.</summary>
internal static class FootprintTables
{
    private const string Unknown = "unknown";

    public static IEnumerable<Block> Of(Footprint footprint)
    {
        yield return new Block.Heading("Electricity and emissions");
        yield return new Block.Paragraph($"{footprint.Total.Energy} a month; {Emitted(footprint.Total)}.");
        yield return new Block.Grid(
            [new("Serving"), new("kWh/month", Right: true), new("kg CO2e/month", Right: true), new("kWh/million tokens", Right: true), new("g CO2e/million tokens", Right: true)],
            [
                .. footprint.Servings.Select<ServingFootprint, ImmutableArray<Cell>>(serving =>
                [
                    serving.Serving, Kilowatts(serving.Electricity), Kilograms(serving.Electricity), serving.KilowattHoursPerMillionTokens is { } energy ? Small(energy) : Format.None,
                    serving.Tokens > 0 ? serving.GramsPerMillionTokens is { } grams ? Small(grams) : Missing : Format.None,
                ]),
            ]);
        yield return new Block.Grid(
            [new("Pool"), new("Busy", Right: true), new("Building (PUE)", Right: true), new("Grid"), new("g CO2e/kWh", Right: true), new("kWh/month", Right: true), new("kg CO2e/month", Right: true)],
            [
                .. footprint.Pools.Select<PoolFootprint, ImmutableArray<Cell>>(pool =>
                [
                    pool.Pool.Id, FormattableString.Invariant($"{pool.Busy.Percent:0} %"), FormattableString.Invariant($"{pool.PowerUsageEffectiveness:0.00} ({pool.Building?.Year.ToString(CultureInfo.InvariantCulture) ?? "assumed"})"),
                    pool.Grid is { } grid ? FormattableString.Invariant($"{grid.Name} ({grid.Year})") : Missing, pool.Grid is { } known ? Format.Number(known.GramsPerKilowattHour) : Missing,
                    Kilowatts(pool.Electricity), Kilograms(pool.Electricity),
                ]),
            ]);
        yield return new Block.Paragraph(new Cell(
            "Design power of GPUs, their hosts, planned use and buildings; what a grid emits where machines stand, in the mean of a year and whatever a cloud has contracted. The clouds' grids are measured by two methods: "
            + "not to be compared with one another. How machines were made is in no figure.", Tone.Muted));
    }

    /// <summary>What ways of having machines draw over the years.</summary>
    public static Block Years(TotalCost cost) => new Block.Grid(
        [new("Way"), .. Enumerable.Range(1, TotalCost.Years).Select(year => new Column($"Year {year}, kWh", Right: true)), new("Together, kWh", Right: true), new("kg CO2e", Right: true)],
        [
            .. new[] { ("rented", cost.Rent.Power), ("bought", cost.Buy.Power) }.Select<(string Name, ImmutableArray<Electricity> Power), ImmutableArray<Cell>>(way =>
                [way.Name, .. way.Power.Select(year => (Cell)Kilowatts(year)), Kilowatts(Electricity.Sum(way.Power)), Kilograms(Electricity.Sum(way.Power))]),
        ]);

    /// <summary>What is emitted, in a sentence without its end.</summary>
    public static string Emitted(Electricity drawn) => drawn.Emission is { } emission
        ? $"{emission} where it is drawn"
        : $"{drawn.Known} of what is drawn from known grids; of {drawn.Unknown} the grid is {Unknown}";

    private static Cell Missing => new(Unknown, Tone.Muted);

    // A million tokens take little: two digits after the point would say nothing of an embedding.
    private static string Small(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Kilowatts(Electricity electricity) => Format.Count((long)Math.Round(electricity.Energy.TotalKilowattHours));

    private static Cell Kilograms(Electricity electricity) => electricity.Emission is { } emission ? Format.Count((long)Math.Round(emission.TotalKilograms)) : Missing;
}
