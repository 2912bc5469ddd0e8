using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Finance.Footprints;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Finance.Footprints;

public class FootprintTests
{
    private static readonly Lazy<FleetPlan> Fleet = new(() => Planner.Plan(A.Plan(), "prod", A.Catalog));

    private static readonly DateOnly Day = new(2026, 11, 29);

    // A megawatt-hour is a megawatt-hour: everything that stands between a board's design power and the meter is one.
    private static readonly Assumptions Plain = Assumptions.Default.With("hostPowerFactor", 1).With("idlePowerPercent", 100).With("fullPowerPercent", 100);

    [Fact]
    public void Machines_at_full_power_draw_the_design_power_of_their_GPUs_for_a_month()
    {
        var watts = Fleet.Value.Pools.Sum(pool => pool.GpusPerInstance * pool.Instances.Desired * A.Gpu(pool.Gpu).Board.PowerWatts);
        var footprint = Of(Plain, Book(pue: 1, grams: 400));
        Assert.Equal(watts / 1000 * 730, footprint.Total.Energy.TotalKilowattHours, 1e-6);
        Assert.Equal(watts / 1000 * 730 * 0.4, footprint.Total.Emission!.Value.TotalKilograms, 1e-6);
    }

    [Fact]
    public void Between_idle_and_full_power_goes_with_use()
    {
        double Total(int idle, int full) => Of(Plain.With("idlePowerPercent", idle).With("fullPowerPercent", full), Book(1, 400)).Total.Energy.TotalKilowattHours;
        var use = Fleet.Value.Utilization.ToDictionary(pool => pool.Pool, pool => pool.Mean.Fraction);
        var design = Fleet.Value.Pools.Select(pool => (Watts: pool.GpusPerInstance * pool.Instances.Desired * A.Gpu(pool.Gpu).Board.PowerWatts, Busy: use[pool.Id])).ToList();
        Assert.All(design, pool => Assert.InRange(pool.Busy, 0.01, 0.99));
        Assert.Equal(design.Sum(pool => pool.Watts * (0.2 + (0.6 * pool.Busy))) / 1000 * 730, Total(20, 80), 1e-6);
    }

    [Fact]
    public void Hosts_and_buildings_are_factors()
    {
        var plain = Of(Plain, Book(1, 400)).Total;
        var housed = Of(Plain.With("hostPowerFactor", 1.5m), Book(1.2, 400)).Total;
        Assert.Equal(plain.Energy.TotalKilowattHours * 1.8, housed.Energy.TotalKilowattHours, 1e-6);
        Assert.Equal(plain.Known.TotalKilograms * 1.8, housed.Known.TotalKilograms, 1e-6);
    }

    [Fact]
    public void Servings_add_up_to_the_fleet_and_their_tokens_to_what_they_draw()
    {
        var footprint = Of(Assumptions.Default, EnergyBook.Default);
        Assert.Equal(footprint.Total.Energy.TotalKilowattHours, footprint.Servings.Sum(serving => serving.Electricity.Energy.TotalKilowattHours), 1e-6);
        Assert.All(footprint.Servings, serving =>
        {
            Assert.Equal(serving.Electricity.Energy.TotalKilowattHours, serving.KilowattHoursPerMillionTokens!.Value * serving.Tokens / 1e6, 1e-6);
            Assert.Equal(serving.Electricity.Emission!.Value.TotalGrams, serving.GramsPerMillionTokens!.Value * serving.Tokens / 1e6, 1e-3);
        });
    }

    [Fact]
    public void Of_a_region_without_a_grid_the_electricity_is_told_and_what_it_emits_is_unknown()
    {
        var known = Of(Assumptions.Default, EnergyBook.Default);
        var unknown = Of(Assumptions.Default, EnergyBook.Default with { Grids = [] });
        Assert.Equal(known.Total.Energy, unknown.Total.Energy);
        Assert.Equal(unknown.Total.Energy, unknown.Total.Unknown);
        Assert.Null(unknown.Total.Emission);
        Assert.All(unknown.Servings, serving => Assert.Null(serving.GramsPerMillionTokens));
    }

    [Fact]
    public void A_total_with_one_unknown_part_is_unknown_and_says_what_is_known()
    {
        var sum = Electricity.Of(Energy.FromKilowattHours(10), Book(1, 500).Grids[0]) + Electricity.Of(Energy.FromKilowattHours(5), grid: null);
        Assert.Null(sum.Emission);
        Assert.Equal((5.0, 5.0, 15.0), (sum.Known.TotalKilograms, sum.Unknown.TotalKilowattHours, sum.Energy.TotalKilowattHours));
    }

    [Fact]
    public void Machines_outside_the_clouds_stand_in_the_assumed_building()
    {
        var book = Book(1.3, 400);
        Assert.Null(book.BuildingOf(CloudProvider.External, "site"));
        Assert.Null(book.GridOf(CloudProvider.External, "site"));
        var nowhere = book with { Buildings = [] };
        Assert.Equal(
            Of(Plain, Book(1, 400)).Total.Energy.TotalKilowattHours * 1.4, Of(Plain.With("powerUsageEffectiveness", 1.4m), nowhere).Total.Energy.TotalKilowattHours, 1e-6);
    }

    [Fact]
    public void A_draining_pool_draws_what_idle_machines_do()
    {
        var pool = Fleet.Value.Pools[0] with { IsDraining = true };
        var fleet = Fleet.Value with { Pools = [pool] };
        var watts = pool.GpusPerInstance * pool.Instances.Desired * A.Gpu(pool.Gpu).Board.PowerWatts;
        var drawn = Footprint.Of(fleet, A.Catalog, Plain.With("idlePowerPercent", 25), Book(1, 400));
        Assert.Equal(watts * 0.25 / 1000 * 730, drawn.Total.Energy.TotalKilowattHours, 1e-6);
    }

    [Fact]
    public void More_use_host_or_building_never_draws_less()
    {
        var cases = from id in Gen.Elements("idlePowerPercent", "fullPowerPercent", "hostPowerFactor") from low in Gen.Choose(0, 100) from more in Gen.Choose(0, 100) select (Id: id, Low: (decimal)low, High: (decimal)(low + more));
        Check.One(Config.QuickThrowOnFailure.WithReplay(2026, 1129), Prop.ForAll(cases.ToArbitrary(), item =>
            Of(Assumptions.Default.With("fullPowerPercent", 200).With(item.Id, item.Low), EnergyBook.Default).Total.Energy.TotalKilowattHours
            <= Of(Assumptions.Default.With("fullPowerPercent", 200).With(item.Id, item.High), EnergyBook.Default).Total.Energy.TotalKilowattHours + 1e-9));
    }

    [Fact]
    public void Rented_machines_draw_thirty_six_times_the_month_where_nothing_grows_and_bought_ones_emit_what_nobody_knows()
    {
        var cost = TotalCost.Of(Fleet.Value, A.Catalog, Assumptions.Default);
        var (month, rent, buy) = (Of(Assumptions.Default, EnergyBook.Default).Total, Electricity.Sum(cost.Rent.Power), Electricity.Sum(cost.Buy.Power));
        Assert.Equal(month.Energy.TotalKilowattHours * 36, rent.Energy.TotalKilowattHours, 1e-3);
        Assert.Equal(month.Emission!.Value.TotalKilograms * 36, rent.Emission!.Value.TotalKilograms, 1e-3);
        Assert.Null(buy.Emission);
        Assert.Equal((double)cost.Buy.Lines.Single(line => line.Name == "electricity").Total.Amount, buy.Energy.TotalKilowattHours * (double)Assumptions.Default["usdPerKwh"], 0.05);
    }

    [Fact]
    public void The_JSON_names_grid_year_and_source_and_null_where_there_is_none()
    {
        var (known, unknown) = (Json(EnergyBook.Default), Json(EnergyBook.Default with { Grids = [] }));
        Assert.Contains("\"grid\": \"US-MIDA-PJM\"", known, StringComparison.Ordinal);
        Assert.Contains("\"gridYear\": 2023", known, StringComparison.Ordinal);
        Assert.Contains("\"kgCo2e\": null", unknown, StringComparison.Ordinal);
        Assert.Contains("\"gCo2ePerMillionTokens\": null", unknown, StringComparison.Ordinal);
        Assert.Contains("\"priceBook\"", known, StringComparison.Ordinal);
    }

    private static string Json(EnergyBook book) => SpendJson.ToJson(Fleet.Value, SpendPlan.Of(Fleet.Value), Of(Assumptions.Default, book));

    private static Footprint Of(Assumptions assumptions, EnergyBook book) => Footprint.Of(Fleet.Value, A.Catalog, assumptions, book);

    private static EnergyBook Book(double pue, double grams) => new(
        [.. Fleet.Value.Pools.Select(pool => (pool.Cloud, pool.Region)).Distinct().Select(place => new Grid(place.Cloud, place.Region, "made up", grams, 2025, "made up", Day))],
        [.. Enum.GetValues<CloudProvider>().Where(cloud => cloud != CloudProvider.External).Select(cloud => new Building(cloud, null, pue, 2025, "made up", Day))]);
}
