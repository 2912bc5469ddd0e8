using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance.Footprints;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance;

/// <summary>What a fleet costs over three years, rented as planned and bought instead.</summary>
/// <param name="Rent">Rented: the plan's machines and what comes with them.</param>
/// <param name="Buy">Bought: the same machines, owned and hosted.</param>
public sealed record TotalCost(CostOfWay Rent, CostOfWay Buy)
{
    /// <summary>The years that are added up.</summary>
    public const int Years = 3;

    private const int MonthsPerYear = 12;
    private const decimal Percent = 100;
    private const decimal WattsPerKilowatt = 1000;

    /// <summary>
    /// Adds up a fleet's cost. Months after the horizon go on as the horizon's mean monthly rate of growth, by <c>growthPercent</c>. Owned
    /// machines are bought for the largest month so far; each month bears (1 − residual) × price ÷ life, and interest on the mean of price and residual.
    /// </summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="catalog">The GPUs' power.</param>
    /// <param name="assumptions">What is taken for granted.</param>
    public static TotalCost Of(FleetPlan fleet, Catalog catalog, Assumptions assumptions)
    {
        var months = MonthsOf(fleet, catalog, assumptions);
        var (people, person, licence) = (assumptions["peoplePer100Gpus"], assumptions["personUsdPerYear"] / MonthsPerYear, assumptions["licenceUsdPerGpuYear"] / MonthsPerYear);
        var (other, residual) = (assumptions["networkStoragePercent"] / Percent, assumptions["residualPercent"] / Percent);
        var building = (double)assumptions["powerUsageEffectiveness"];
        var fall = 1 - (double)(assumptions["priceFallPercent"] / Percent);
        decimal RentIn(int month) => months[month].Rent * (decimal)Math.Pow(fall, month / (double)MonthsPerYear);
        CostLineOfYears[] apis = months.Any(month => month.Apis != 0) ? [Line("APIs", month => months[month].Apis)] : [];
        decimal PriceIn(int month) => months[month].Owned * assumptions["purchaseRentMonths"];
        return new TotalCost(
            new CostOfWay(
            [
                Line("machines", RentIn),
                Line("network and storage", month => RentIn(month) * other),
                Line("people", month => months[month].Gpus / Percent * people * person),
                Line("licences", month => months[month].Gpus * licence),
                .. apis,
            ])
            {
                Power = PowerOfYears(month => months[month].Rented),
            },
            new CostOfWay(
            [
                Line("depreciation", month => PriceIn(month) * (1 - residual) / assumptions["lifeMonths"]),
                Line("capital (opportunity)", month => PriceIn(month) * (1 + residual) / 2 * assumptions["capitalPercent"] / Percent / MonthsPerYear),
                Line("electricity", month => (decimal)(months[month].Drawn.TotalKilowattHours * building) * assumptions["usdPerKwh"]),
                Line("hosting", month => months[month].Kilowatts * assumptions["hostPowerFactor"] * assumptions["hostingUsdPerKwMonth"]),
                Line("network and storage", month => months[month].Rent * other),
                Line("people", month => months[month].Gpus / Percent * (people + assumptions["ownPeoplePer100Gpus"]) * person),
                Line("licences", month => months[month].Gpus * licence),
                .. apis,
            ])
            {
                // Where they would stand is not known, and so not their grid.
                Power = PowerOfYears(month => Electricity.Of(months[month].Drawn * building, grid: null)),
            });
    }

    /// <summary>Both totals with each assumption at its ends, the widest swing of either first.</summary>
    public static ImmutableArray<Swing> Tornado(FleetPlan fleet, Catalog catalog, Assumptions assumptions) =>
    [
        .. assumptions.All.Select(assumption => new Swing(assumption, Of(fleet, catalog, assumptions.With(assumption.Id, assumption.Low)), Of(fleet, catalog, assumptions.With(assumption.Id, assumption.High))))
            .OrderByDescending(swing => Math.Max(swing.Rent, swing.Buy)).ThenBy(swing => swing.Assumption.Id, StringComparer.Ordinal),
    ];

    private static CostLineOfYears Line(string name, Func<int, decimal> month) =>
        new(name, [.. Enumerable.Range(0, Years).Select(year => new Usd(Enumerable.Range(year * MonthsPerYear, MonthsPerYear).Sum(month)).ToCents())]);

    private static ImmutableArray<Electricity> PowerOfYears(Func<int, Electricity> month) =>
        [.. Enumerable.Range(0, Years).Select(year => Electricity.Sum(Enumerable.Range(year * MonthsPerYear, MonthsPerYear).Select(month)))];

    private static ImmutableArray<MonthOfFleet> MonthsOf(FleetPlan fleet, Catalog catalog, Assumptions assumptions)
    {
        // Machines of later months are taken to be as busy as those of the deployed one.
        var power = new PowerModel(catalog, assumptions, fleet.Utilization);
        var steps = fleet.Steps.SkipWhile(step => step.Month.CompareTo(fleet.Plan.AsOf) < 0).Select(step => Of(step, power, assumptions, ApiSpend.Total(ApiSpend.Of(fleet.Plan, step.Month)).Amount)).ToList();
        var (first, last) = (steps[0], steps[^1]);
        var growth = steps.Count > 1 && first.Rent > 0 && last.Rent > 0 ? Math.Pow((double)(last.Rent / first.Rent), (double)(assumptions["growthPercent"] / Percent) / (steps.Count - 1)) : 1;
        var months = ImmutableArray.CreateBuilder<MonthOfFleet>();
        for (var month = 0; month < Years * MonthsPerYear; month++)
        {
            var next = month < steps.Count ? steps[month] : last.Times((decimal)Math.Pow(growth, month - steps.Count + 1));
            // What was bought stays, and is paid for.
            months.Add(month == 0 ? next : next with { Owned = Math.Max(next.Owned, months[^1].Owned) });
        }

        return months.ToImmutable();
    }

    private static MonthOfFleet Of(FleetStep step, PowerModel power, Assumptions assumptions, decimal apis)
    {
        var pools = step.Pools.Where(pool => !pool.IsDraining).ToList();
        return new MonthOfFleet(
            step.Monthly.Amount,
            pools.Sum(pool => pool.Monthly.Amount * UsdPerHour.HoursPerMonth / pool.HoursPerMonth),
            pools.Sum(pool => pool.GpusPerInstance * pool.Instances.Desired),
            (decimal)pools.Sum(power.DesignWatts) / WattsPerKilowatt,
            Electricity.Sum(Footprint.Of(pools, power, assumptions, EnergyBook.Default).Select(pool => pool.Electricity)),
            pools.Aggregate(default(Energy), (sum, pool) => sum + Energy.Of(power.Watts(pool, power.BusyOf(pool) * (double)(pool.HoursPerMonth / UsdPerHour.HoursPerMonth)), (double)UsdPerHour.HoursPerMonth)),
            apis);
    }

    /// <summary>A month.</summary>
    /// <param name="Rent">USD for the rented machines.</param>
    /// <param name="Owned">What all machines that ever ran would cost around the clock: an owned one is paid for at night too.</param>
    /// <param name="Gpus">GPUs that run.</param>
    /// <param name="Kilowatts">Their design power.</param>
    /// <param name="Rented">What rented machines draw in the hours that they run, their buildings with them.</param>
    /// <param name="Drawn">What the same machines draw around the clock, without a building.</param>
    /// <param name="Apis">What copies and cascades cost at today's list prices.</param>
    private sealed record MonthOfFleet(decimal Rent, decimal Owned, decimal Gpus, decimal Kilowatts, Electricity Rented, Energy Drawn, decimal Apis)
    {
        public MonthOfFleet Times(decimal factor) => new(Rent * factor, Owned * factor, Gpus * factor, Kilowatts * factor, Rented * (double)factor, Drawn * (double)factor, Apis * factor);
    }
}

/// <summary>One way of having machines.</summary>
/// <param name="Lines">What it costs by line.</param>
public sealed record CostOfWay(ImmutableArray<CostLineOfYears> Lines)
{
    /// <summary>What its machines draw by year, and what that emits.</summary>
    public required ImmutableArray<Electricity> Power { get; init; }

    /// <summary>The sum of all lines and years.</summary>
    public Usd Total => new(Lines.Sum(line => line.Total.Amount));

    /// <summary>The sum of a year, from 0.</summary>
    public Usd In(int year) => new(Lines.Sum(line => line.Years[year].Amount));
}

/// <summary>A line of costs.</summary>
/// <param name="Name">What it is for.</param>
/// <param name="Years">By year, in whole cents.</param>
public sealed record CostLineOfYears(string Name, ImmutableArray<Usd> Years)
{
    /// <summary>All years.</summary>
    public Usd Total => new(Years.Sum(year => year.Amount));
}

/// <summary>What an assumption's ends do to the totals.</summary>
/// <param name="Assumption">The assumption.</param>
/// <param name="Low">At its low end.</param>
/// <param name="High">At its high end.</param>
public sealed record Swing(Assumption Assumption, TotalCost Low, TotalCost High)
{
    /// <summary>How far the ends of renting lie apart, in USD.</summary>
    public decimal Rent => Math.Abs(High.Rent.Total.Amount - Low.Rent.Total.Amount);

    /// <summary>How far those of buying do.</summary>
    public decimal Buy => Math.Abs(High.Buy.Total.Amount - Low.Buy.Total.Amount);
}
