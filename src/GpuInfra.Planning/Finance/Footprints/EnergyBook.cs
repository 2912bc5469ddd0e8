using System.Collections.Immutable;
using System.Text.Json;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Finance.Footprints;

/// <summary>What a grid emits.</summary>
/// <param name="Cloud">The cloud.</param>
/// <param name="Region">The region that draws from it.</param>
/// <param name="Name">The grid's zone, or the place whose grid it is.</param>
/// <param name="GramsPerKilowattHour">Grams of CO2e a kilowatt-hour, zero or more: the mean of a year, by place and not by contract.</param>
/// <param name="Year">The year that was measured.</param>
/// <param name="Source">Where it stands.</param>
/// <param name="AsOf">When it was read.</param>
public sealed record Grid(CloudProvider Cloud, string Region, string Name, double GramsPerKilowattHour, int Year, string Source, DateOnly AsOf);

/// <summary>What a cloud's buildings draw by what their machines do (PUE).</summary>
/// <param name="Cloud">The cloud.</param>
/// <param name="Region">The region; null for the mean of all of the cloud.</param>
/// <param name="PowerUsageEffectiveness">Power of the building by that of its machines, at least 1.</param>
/// <param name="Year">The year that was measured.</param>
/// <param name="Source">Where it stands.</param>
/// <param name="AsOf">When it was read.</param>
public sealed record Building(CloudProvider Cloud, string? Region, double PowerUsageEffectiveness, int Year, string Source, DateOnly AsOf);

/// <summary>Grids and buildings of the clouds' regions. A region without a row is not known; nothing is guessed for it.</summary>
/// <param name="Grids">The grids.</param>
/// <param name="Buildings">The buildings.</param>
public sealed record EnergyBook(ImmutableArray<Grid> Grids, ImmutableArray<Building> Buildings)
{
    private static readonly Lazy<EnergyBook> Rows = new(() => new EnergyBook(
        FinanceData.Rows("grids.json", row => new Grid(
            Cloud(row), row.Text("region"), row.Text("grid"), (double)row.Number("gramsPerKwh"), (int)row.Number("year"), row.Text("source"), row.Day("asOf"))),
        FinanceData.Rows("buildings.json", row => new Building(
            Cloud(row), row.GetProperty("region").GetString(), (double)row.Number("powerUsageEffectiveness"), (int)row.Number("year"), row.Text("source"), row.Day("asOf")))));

    /// <summary>Those of the data files.</summary>
    public static EnergyBook Default => Rows.Value;

    /// <summary>The grid of a region; null where none is known.</summary>
    public Grid? GridOf(CloudProvider cloud, string region) => Grids.FirstOrDefault(grid => grid.Cloud == cloud && grid.Region == region);

    /// <summary>The buildings of a region, or those of the whole cloud where it publishes none for the region; null outside the clouds.</summary>
    public Building? BuildingOf(CloudProvider cloud, string region) =>
        Buildings.FirstOrDefault(building => building.Cloud == cloud && building.Region == region) ?? Buildings.FirstOrDefault(building => building.Cloud == cloud && building.Region is null);

    private static CloudProvider Cloud(JsonElement row) => Enum.Parse<CloudProvider>(row.Text("cloud"), ignoreCase: true);
}
