using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Bridges;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Bridges;

public class CostBridgeTests
{
    private static readonly ImmutableArray<double> Scales = [2, 4, 9.5];
    private static readonly ImmutableArray<double> Headrooms = [0, 20];
    private static readonly ImmutableArray<int> Held = [0, 1, 3];

    /// <summary>Plans of a small grid, so that each is planned once however many pairs are drawn.</summary>
    private static readonly Dictionary<string, PricedFleet> Planned = [];

    /// <summary>What the plan runs on when nothing is agreed and nothing held.</summary>
    private static readonly Lazy<string> Type = new(() => Plan(Inputs(4, 20, 0, 0, 1)).Pools[0].InstanceType);

    private static string Family => Type.Value.Split('.')[0];

    [Fact]
    public void The_parts_add_up_to_the_cent_for_a_thousand_random_pairs_of_plans()
    {
        var inputs =
            from scale in Gen.Elements(Scales.AsEnumerable())
            from headroom in Gen.Elements(Headrooms.AsEnumerable())
            from discount in Gen.Elements(0.0, 12.5)
            from held in Gen.Elements(Held.AsEnumerable())
            from faster in Gen.Elements(1.0, 0.9)
            from reserved in Gen.Elements(0, 2)
            select Inputs(scale, headroom, discount, held, faster, reserved);
        var pairs = Gen.Zip(inputs, inputs).ToArbitrary();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(pairs, pair =>
        {
            var (before, after) = (Plan(pair.Item1), Plan(pair.Item2));
            var bridge = CostBridge.Between(pair.Item1, before, pair.Item2, after, Plan);
            Assert.Equal(before.Monthly, bridge.Before);
            Assert.Equal(after.Monthly, bridge.After);
            Assert.Equal(bridge.After.Amount - bridge.Before.Amount, bridge.Parts.Sum(part => part.Amount.Amount));
            Assert.All(bridge.Parts, part => Assert.Equal(part.Amount, part.Amount.ToCents()));

            // What is left over is cents: half a one for each pool and each part.
            Assert.True(Math.Abs(bridge.Of(BridgeFactor.Rounding).Amount) <= 0.005m * (before.Pools.Length + after.Pools.Length + bridge.Parts.Length));
            Assert.Empty(bridge.Notes);
        }));
    }

    [Fact]
    public void A_plan_costs_as_much_as_itself()
    {
        var inputs = Inputs(4, 20, 12.5, 1, 1);
        var planned = new List<FleetInputs>();
        var bridge = CostBridge.Between(inputs, Plan(inputs), inputs, Plan(inputs), step =>
        {
            planned.Add(step);
            return Plan(step);
        });
        Assert.Equal(inputs, Assert.Single(planned));
        Assert.All(bridge.Parts, part => Assert.Equal(default, part.Amount));
    }

    [Fact]
    public void One_change_is_one_part()
    {
        Only(BridgeFactor.Demand, Inputs(9.5, 20, 0, 0, 1));
        Only(BridgeFactor.Calibration, Inputs(4, 20, 0, 0, 0.5));
        Only(BridgeFactor.Price, Inputs(4, 20, 12.5, 0, 1));
        Only(BridgeFactor.Policy, Inputs(4, 150, 0, 0, 1));
        Only(BridgeFactor.Commitments, Inputs(4, 20, 0, 1, 1));
        Only(BridgeFactor.Commitments, Inputs(4, 20, 0, 0, 1, 2));

        static void Only(BridgeFactor factor, FleetInputs after)
        {
            var before = Inputs(4, 20, 0, 0, 1);
            var bridge = CostBridge.Between(before, Plan(before), after, Plan(after), Plan);
            Assert.True(bridge.Of(factor).Amount != 0, $"{factor} costs nothing");
            Assert.All(
                bridge.Parts.Where(part => part.Factor != factor && part.Factor != BridgeFactor.Rounding),
                part => Assert.Equal(default, part.Amount));
        }
    }

    [Fact]
    public void The_way_back_undoes_the_total_and_the_commitments_to_the_cent()
    {
        var (here, there) = (Inputs(4, 20, 0, 0, 1), Inputs(9.5, 0, 12.5, 3, 0.9));
        var (away, back) = (Bridge(here, there), Bridge(there, here));
        Assert.Equal(-(away.After - away.Before).Amount, (back.After - back.Before).Amount);
        Assert.Equal(-away.Of(BridgeFactor.Commitments).Amount, back.Of(BridgeFactor.Commitments).Amount);

        static CostBridge Bridge(FleetInputs from, FleetInputs to) => CostBridge.Between(from, Plan(from), to, Plan(to), Plan);
    }

    [Fact]
    public void A_change_that_cannot_be_planned_alone_goes_with_the_next_and_is_noted()
    {
        var (before, after) = (Inputs(2, 0, 0, 0, 1), Inputs(9.5, 20, 0, 0, 1));
        var bridge = CostBridge.Between(before, Plan(before), after, Plan(after), inputs =>
            inputs.Capacity.Headroom == before.Capacity.Headroom && inputs.Capacity.Workloads == after.Capacity.Workloads
                ? throw new PlanException([new PlanProblem("plan", 0, 0, "", "cannot be")])
                : Plan(inputs));
        Assert.Equal(default, bridge.Of(BridgeFactor.Demand));
        Assert.Equal(bridge.After.Amount - bridge.Before.Amount, bridge.Of(BridgeFactor.Policy).Amount + bridge.Of(BridgeFactor.Rounding).Amount);
        Assert.Equal("demand cannot be planned alone and is counted under policy", Assert.Single(bridge.Notes));
    }

    [Fact]
    public void What_a_lock_cost_and_its_plan_does_not_any_more_is_price_by_pool_and_calibration()
    {
        var inputs = Inputs(4, 20, 0, 0, 1);
        var locked = Fleet(Plan(inputs).Pools.Select(pool => pool with
        {
            Hourly = new UsdPerHour(pool.Hourly.Amount * 2),
            Monthly = new Usd(pool.Monthly.Amount * 2),
        }));
        var bridge = CostBridge.Between(inputs, locked, inputs, Plan(inputs), Plan);
        Assert.Equal(bridge.After.Amount - bridge.Before.Amount, bridge.Of(BridgeFactor.Price).Amount + bridge.Of(BridgeFactor.Rounding).Amount);
    }

    [Fact]
    public void Of_pools_alone_price_commitments_and_machines_are_told()
    {
        var pool = OnePool;
        var per = pool.Unit!.Value;
        var before = Of(2, 2 * per, 0);
        var after = Of(3, (3 * (per + 1)) - 0.5m, 0.5m);
        var bridge = CostBridge.Between(Fleet([before]), Fleet([after]));
        Assert.Equal(3 * 730m, bridge.Of(BridgeFactor.Price).Amount);
        Assert.Equal(-0.5m * 730, bridge.Of(BridgeFactor.Commitments).Amount);
        Assert.Equal(new Usd(per * 730).ToCents(), bridge.Of(BridgeFactor.Machines));
        Assert.Equal((after.Monthly - before.Monthly).Amount, bridge.Parts.Sum(part => part.Amount.Amount));

        PricedPool Of(int instances, decimal hourly, decimal saving) => pool with
        {
            Instances = instances,
            Hourly = new UsdPerHour(hourly),
            Saving = new UsdPerHour(saving),
            Monthly = new Usd(hourly * 730).ToCents(),
        };
    }

    [Fact]
    public void What_ends_with_the_month_is_commitments_and_no_demand()
    {
        var (before, after) = (Year(Inputs(4, 20, 0, 1, 1, 2)), Year(Inputs(4, 20, 0, 1, 1, 2)));
        after = after with { Capacity = after.Capacity with { AsOf = new Month(2027, 1), Ledger = AccountLedger.Empty } };
        var bridge = CostBridge.Between(before, Plan(before), after, Plan(after), Plan);
        Assert.Equal(default, bridge.Of(BridgeFactor.Demand));
        Assert.Equal(bridge.After - bridge.Before, bridge.Of(BridgeFactor.Commitments) + bridge.Of(BridgeFactor.Rounding));
        Assert.NotEqual(default, bridge.Of(BridgeFactor.Commitments));

        static FleetInputs Year(FleetInputs inputs) => inputs with
        {
            Capacity = inputs.Capacity with
            {
                HorizonMonths = 2,
                Commitments = [.. inputs.Capacity.Commitments.Select(row => row with { Until = new Month(2026, 12) })],
                Ledger = inputs.Capacity.Ledger with { Reservations = [.. inputs.Capacity.Ledger.Reservations.Select(row => row with { End = new DateOnly(2026, 12, 31) })] },
            },
        };
    }

    [Fact]
    public void Machines_that_come_to_be_held_are_commitments_and_no_price()
    {
        var pool = OnePool;
        var per = pool.Unit!.Value;
        var before = pool with { Instances = 3, Hourly = new UsdPerHour(3 * per), Monthly = new Usd(3 * per * 730).ToCents() };
        var after = before with
        {
            Held = 2,
            HeldHourly = new UsdPerHour(2),
            Hourly = new UsdPerHour(per + 2),
            Monthly = new Usd((per + 2) * 730).ToCents(),
        };
        var bridge = CostBridge.Between(Fleet([before]), new PricedFleet([after], new Usd(100)));
        Assert.Equal(new Usd((2 - (2 * per)) * 730 + 100).ToCents(), bridge.Of(BridgeFactor.Commitments));
        Assert.All(new[] { BridgeFactor.Price, BridgeFactor.Machines }, factor => Assert.Equal(default, bridge.Of(factor)));
        Assert.Equal(bridge.After - bridge.Before, new Usd(bridge.Parts.Sum(part => part.Amount.Amount)));
    }

    private static PricedPool OnePool => Plan(Inputs(4, 20, 0, 0, 1)).Pools[0];

    private static PricedFleet Fleet(IEnumerable<PricedPool> pools) => new([.. pools], default);

    private static PricedFleet Plan(FleetInputs inputs) =>
        Planned.TryGetValue(inputs.Identity, out var fleet) ? fleet : Planned[inputs.Identity] = PricedFleet.Of(inputs.Deployed());

    private static HeldReservation Reservation(int count) => new()
    {
        Id = "cr-0123456789abcdef0",
        Kind = ReservationKind.OnDemand,
        Zone = "use1-az4",
        InstanceType = Type.Value,
        Start = new DateOnly(2026, 1, 1),
        End = null,
        Grant = new Grant(CloudProvider.Aws, A.Plan().Clouds[0].Account, "us-east-1", count, ImmutableSortedDictionary<string, int>.Empty.Add("prod", count)),
        Hourly = new UsdPerHour(1),
        Approval = null,
    };

    private static FleetInputs Inputs(double scale, double headroom, double discount, int held, double faster, int reserved = 0) => new(
        A.Plan() with
        {
            Workloads = [A.Workload(scale: scale)],
            Headroom = Share.FromPercent(headroom),
            Discounts = discount == 0
                ? []
                : [new NegotiatedRate(CloudProvider.Aws, Family, Share.FromPercent(discount), new Month(2027, 12), DiscountedRate.OnDemand)],
            Ledger = reserved == 0 ? AccountLedger.Empty : new AccountLedger { Reservations = [Reservation(reserved)] },
            Commitments = held == 0 ? [] :
            [
                new HeldCommitment
                {
                    Name = "g", Cloud = CloudProvider.Aws, Region = "us-east-1", InstanceType = null, Family = Family, Count = held,
                    Term = ReserveTerm.OneYear, PercentOff = Share.FromPercent(30), Hourly = null, Until = new Month(2027, 12),
                },
            ],
        },
        "prod",
        A.Catalog,
        faster == 1 ? Calibration.Embedded : Calibration.Embedded.With([.. Calibration.Embedded.Rows.Select(row => row.Value * row switch
        {
            { Id: Coefficient.WeightBandwidthShare or Coefficient.CacheBandwidthShare } => faster,
            { Unit: "s" } => 1 / faster,
            _ => 1,
        })]),
        []);
}
