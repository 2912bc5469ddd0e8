using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance.Footprints;

namespace GpuInfra.Planning.Tests.Finance.Footprints;

public class EnergyBookTests
{
    [Fact]
    public void Every_grid_has_a_plausible_intensity_a_year_a_source_and_a_date() => Assert.All(EnergyBook.Default.Grids, grid => Assert.True(
        grid is { GramsPerKilowattHour: > 0 and < 1000, Name.Length: > 0, Source.Length: > 0, Year: >= 2023 and <= 2026 } && grid.AsOf > new DateOnly(2026, 1, 1), grid.ToString()));

    [Fact]
    public void Every_building_takes_at_least_what_its_machines_do() => Assert.All(EnergyBook.Default.Buildings, building => Assert.True(
        building is { PowerUsageEffectiveness: >= 1 and < 2, Source.Length: > 0, Year: >= 2023 and <= 2026 } && building.AsOf > new DateOnly(2026, 1, 1), building.ToString()));

    [Fact]
    public void No_region_has_two_grids_or_two_buildings()
    {
        Assert.Equal(EnergyBook.Default.Grids.Length, EnergyBook.Default.Grids.DistinctBy(grid => (grid.Cloud, grid.Region)).Count());
        Assert.Equal(EnergyBook.Default.Buildings.Length, EnergyBook.Default.Buildings.DistinctBy(building => (building.Cloud, building.Region)).Count());
    }

    [Fact]
    public void Rows_are_in_order_of_cloud_and_region()
    {
        Assert.Equal(EnergyBook.Default.Grids.OrderBy(grid => grid.Cloud).ThenBy(grid => grid.Region, StringComparer.Ordinal), EnergyBook.Default.Grids);
        Assert.Equal(EnergyBook.Default.Buildings.OrderBy(building => building.Cloud).ThenBy(building => building.Region ?? "", StringComparer.Ordinal), EnergyBook.Default.Buildings);
    }

    [Fact]
    public void Every_region_with_offers_has_a_grid() => Assert.All(
        new[] { CloudProvider.Aws, CloudProvider.Gcp }.SelectMany(cloud => Catalog.Embedded.Regions(cloud).Select(region => (Cloud: cloud, Name: region))),
        region => Assert.NotNull(EnergyBook.Default.GridOf(region.Cloud, region.Name)));

    [Fact]
    public void A_region_that_nobody_published_is_unknown() => Assert.Null(EnergyBook.Default.GridOf(CloudProvider.Aws, "mars-north-1"));

    [Fact]
    public void A_region_without_a_figure_of_its_own_has_its_clouds_buildings()
    {
        Assert.Equal(1.15, EnergyBook.Default.BuildingOf(CloudProvider.Aws, "us-east-1")!.PowerUsageEffectiveness);
        Assert.Equal("us-east-1", EnergyBook.Default.BuildingOf(CloudProvider.Aws, "us-east-1")!.Region);
        Assert.Null(EnergyBook.Default.BuildingOf(CloudProvider.Aws, "eu-west-2")!.Region);
    }

    [Theory]
    [InlineData(CloudProvider.Gcp, "us-central1", 431.95)]
    [InlineData(CloudProvider.Gcp, "europe-north1", 29.84)]
    [InlineData(CloudProvider.Aws, "us-east-1", 396.25)]
    [InlineData(CloudProvider.Aws, "eu-north-1", 24.71)]
    public void Figures_are_those_of_the_source(CloudProvider cloud, string region, double grams) => Assert.Equal(grams, EnergyBook.Default.GridOf(cloud, region)!.GramsPerKilowattHour);
}
