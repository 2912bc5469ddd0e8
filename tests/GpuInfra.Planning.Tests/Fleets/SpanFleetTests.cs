using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Locks;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Replays;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Tests.Replays;
using GpuInfra.Planning.Units;
using LockedSize = GpuInfra.Planning.Locks.PoolSize;

namespace GpuInfra.Planning.Tests.Fleets;

/// <summary>Fleets of a model that no machine of the plan's regions holds.</summary>
public class SpanFleetTests
{
    private static readonly LatencyTarget Patient = new(TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(80), 95);

    private static readonly Serving Reasoner = A.Serving("reasoner", "deepseek-r1") with { Latency = Patient, MaxNodesPerReplica = 2 };

    /// <summary>London and Iowa have H100 on demand, and neither H200 nor B200.</summary>
    private static readonly CapacityPlan Plan = A.Plan() with
    {
        Clouds = [A.Aws(60, "eu-west-2"), A.Gcp(40)],
        Servings = [Reasoner],
        Workloads = [A.Workload("think", "reasoner", 10)],
    };

    private static readonly FleetPlan Planned = Planner.Plan(Plan, "prod", A.Catalog);

    [Fact]
    public void Its_replicas_span_two_machines_of_a_zone_and_its_groups_are_whole_replicas()
    {
        Assert.Equal(2, Planned.Pools.Length);
        Assert.All(Planned.Pools, pool => Assert.Equal((2, 1, 8, 2), (pool.NodesPerReplica, pool.ReplicasPerInstance, pool.Engine.TensorParallel, pool.Engine.PipelineParallel)));
        Assert.All(Planned.Pools, IsSound);
        Assert.All(Planned.Pools, pool => Assert.Contains(Planned.Warnings, warning => warning.StartsWith(
            $"{pool.Id} stands in {pool.Zones[0].Zone} alone, since each of its replicas spans 2 machines", StringComparison.Ordinal)));
    }

    [Fact]
    public void Cost_is_machines_times_price_and_the_objective_is_the_bill()
    {
        Assert.All(Planned.Pools, pool => Assert.Equal(pool.Instances.Desired * OfferOf(pool).OnDemand!.Value.Amount, pool.Hourly.Amount));
        Assert.Equal((double)Planned.Cost.Monthly.Amount, (double)Planned.Objective, 0.01);
        Assert.All(Planned.Quotas, need => Assert.Equal(
            Planned.Pools.Where(pool => pool.Cloud == need.Cloud).Sum(pool => pool.Instances.Desired * (pool.Cloud == CloudProvider.Aws ? OfferOf(pool).Machine.VCpus!.Value : 8)), need.Running));
    }

    [Fact]
    public void Without_the_key_it_is_refused_and_the_key_is_named_with_its_number()
    {
        var problem = Assert.Single(Assert.Throws<PlanException>(() => Planner.Plan(
            Plan with { Clouds = [A.Gcp(100)], Servings = [Reasoner with { MaxNodesPerReplica = null }] }, "prod", A.Catalog)).Problems);
        Assert.EndsWith("; maxNodesPerReplica: 2 would let a replica span 2 × a3-highgpu-8g, and be lost with any of them", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_one_machine_holds_the_model_none_is_spanned()
    {
        var offers = new OfferSizer(Plan with { Clouds = [A.Aws()] }, A.Catalog).Size(Reasoner, RequestMix.Of(new DemandForecast(Plan).OfServing(Reasoner, Plan.AsOf)), []);
        Assert.All(offers.Candidates.Where(candidate => candidate.Offer.Gpu is "h200-141gb" or "b200-180gb"), candidate => Assert.Equal(1, candidate.Nodes));
        Assert.All(offers.Candidates.Where(candidate => candidate.Offer.InstanceType == "p5.48xlarge"), candidate => Assert.Equal(2, candidate.Nodes));
        Assert.All(offers.Candidates.Where(candidate => candidate.Nodes > 1), candidate => Assert.NotNull(candidate.Offer.Machine.FabricRate));
        Assert.Contains(offers.Rejections, option => option.Detail.EndsWith("; no fabric between its machines is known, so no replica spans them", StringComparison.Ordinal));
    }

    /// <summary>A plan cannot say so, and a lever that tries spot can.</summary>
    [Fact]
    public void On_spot_nothing_is_spanned()
    {
        var night = A.Serving("night", "deepseek-r1", ServingKind.Batch) with { MaxNodesPerReplica = 2 };
        var plan = A.Plan() with
        {
            Clouds = [A.Gcp(100)],
            Servings = [night],
            Workloads = [A.Workload("think", "night", 1)],
            Purchasing = new Purchasing(null, ReserveTerm.None, [ServingKind.Batch], SpotFallback.None),
        };
        Assert.All(Planner.Plan(plan with { Purchasing = A.Plan().Purchasing }, "prod", A.Catalog).Pools, pool => Assert.Equal(2, pool.NodesPerReplica));

        // On spot there is H200, of which one machine holds it.
        var fleet = Planner.Plan(plan, "prod", A.Catalog);
        Assert.All(fleet.Pools, pool => Assert.Equal(1, pool.NodesPerReplica));
        Assert.Contains(fleet.Servings.Single().Rejections, option => option.Detail == "a replica spans 2 of its machines, which spot takes one by one");
    }

    [Fact]
    public void With_a_zone_all_of_a_pool_is_lost_and_with_a_machine_a_replica()
    {
        var serving = Planned.Servings.Single();
        var left = serving.Survival.Where(check => check.Lost.StartsWith("zone ", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, left.Count);
        Assert.All(left, check =>
        {
            var others = Planned.Pools.Where(pool => $"zone {pool.Zones[0].Zone}" != check.Lost).Sum(pool => pool.RequestsPerSecond);
            Assert.Equal(others / serving.Demand.RequestsPerSecondAt(95), check.Remaining.Fraction, 1e-9);
        });

        var pool = Planned.Pools[0];
        var one = Survivability.Left([pool], pool.RequestsPerSecond, _ => 1);
        Assert.Equal((pool.Replicas - 1.0) / pool.Replicas, one, 1e-9);
    }

    [Fact]
    public void What_survives_a_zone_is_bought_in_the_other_cloud()
    {
        var fleet = Planner.Plan(Plan with { Servings = [Reasoner with { Survive = new Survival(Share.FromPercent(50), default) }] }, "prod", A.Catalog);
        Assert.All(fleet.Servings.Single().Survival.Where(check => check.Lost.StartsWith("zone ", StringComparison.Ordinal)), check => Assert.True(check.Holds));
        Assert.All(fleet.Pools, IsSound);
        Assert.Throws<PlanException>(() => Planner.Plan(Plan with { Clouds = [A.Gcp(100)], Servings = [Reasoner with { Survive = new Survival(Share.FromPercent(50), default) }] }, "prod", A.Catalog));
    }

    [Fact]
    public void Reserved_machines_draw_a_pool_into_their_zone_and_an_odd_one_stays_unused()
    {
        var row = new HeldReservation
        {
            Id = "cr-0123456789abcdef0",
            Kind = ReservationKind.OnDemand,
            Zone = "euw2-az2",
            InstanceType = "p5.48xlarge",
            Start = new DateOnly(2026, 1, 1),
            End = null,
            Grant = new Grant(CloudProvider.Aws, Plan.Clouds[0].Account, "eu-west-2", 5, ImmutableSortedDictionary<string, int>.Empty.Add("prod", 5)),
            Hourly = new UsdPerHour(50),
            Approval = null,
        };
        var fleet = Planner.Plan(Plan with { Clouds = [A.Aws(100, "eu-west-2")], Ledger = AccountLedger.Empty with { Reservations = [row] } }, "prod", A.Catalog);
        Assert.All(fleet.Pools, IsSound);
        Assert.All(fleet.Pools, pool => Assert.Equal("euw2-az2", pool.Zones.Single().Zone));
        var reserved = fleet.Pools.Single(pool => pool.Tier == Tier.Reserved);
        Assert.Equal(0, reserved.Held.Sum(use => use.Instances) % 2);
        Assert.Equal(5 - reserved.Instances.Desired, fleet.Cost.Unused.Sum(unused => unused.Count));
        Assert.Equal((double)fleet.Cost.Monthly.Amount, (double)fleet.Objective, 0.01);
    }

    [Fact]
    public void A_lost_zone_takes_the_pool_which_does_not_move()
    {
        var incident = new Incident([new LostPlace(LostKind.Zone, Planned.Pools.Single(pool => pool.Cloud == CloudProvider.Aws).Zones[0].Zone)], new DateOnly(2026, 12, 10), "dark");
        var fleet = Planner.Plan(Plan with { Incident = incident }, "prod", A.Catalog);
        var before = Planned.Pools.Single(pool => pool.Cloud == CloudProvider.Aws);
        var lost = fleet.Pools.Single(pool => pool.Id == before.Id);
        Assert.True(lost.IsDraining);
        Assert.Equal(before.Zones.Single(), lost.Zones.Single());
        Assert.All(fleet.Pools, IsSound);
        Assert.True(fleet.Pools.Where(pool => !pool.IsDraining).Sum(pool => pool.RequestsPerSecond) >= fleet.Servings.Single().Demand.PeakRequestsPerSecond * 1.2 * (1 - 1e-9));
    }

    [Fact]
    public void A_draining_pool_drains_whole_replicas()
    {
        CapacityPlan Draining(int instances) => Plan with { Draining = [new DrainingPool("reasoner-gcp-us-central1-reserved-h100-80gb", "a3-megagpu-8g", instances)] };
        var pool = Assert.Single(Planner.Plan(Draining(4), "prod", A.Catalog).Pools, pool => pool.IsDraining);
        Assert.Equal((4, 2), (pool.Instances.Desired, pool.Replicas));
        Assert.EndsWith(
            "has 3 instances, and a replica spans 2 of them: write a multiple",
            Assert.Single(Assert.Throws<PlanException>(() => Planner.Plan(Draining(3), "prod", A.Catalog)).Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_plans_JSON_and_lock_say_it_and_those_of_other_fleets_do_not()
    {
        Assert.Contains("\"nodesPerReplica\": 2", LockText.Of(FleetLock.Of(Planned)), StringComparison.Ordinal);
        Assert.Equal(2, LockText.Read(LockText.Of(FleetLock.Of(Planned)), "x").Steps[0].Pools[0].NodesPerReplica);
        Assert.Equal("4 × p5.48xlarge, 2 a replica", new LockedSize(4, "p5.48xlarge") { NodesPerReplica = 2 }.ToString());
        Assert.Equal("moved", new SizeChange("x", Plan.AsOf, Plan.AsOf, new LockedSize(4, "p5.48xlarge"), new LockedSize(4, "p5.48xlarge") { NodesPerReplica = 2 }).Kind);
        Assert.DoesNotContain("nodesPerReplica", LockText.Of(FleetLock.Of(Planner.Plan(A.Plan(), "prod", A.Catalog))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EFA v2 x32", true)]
    [InlineData("GPUDirect RDMA over RoCE", false)]
    public void Machines_are_spanned_only_where_what_is_deployed_joins_them(string fabric, bool isJoined)
    {
        var offer = OfferOf(Planned.Pools[0]);
        var machine = offer.Machine with { Cloud = isJoined ? CloudProvider.Aws : CloudProvider.Gcp, Fabric = fabric, Network = ByteRate.FromGbitPerSecond(3200) };
        Assert.Equal(isJoined, Spans.Refusal(offer with { Machine = machine }) is null);
        Assert.Equal(isJoined ? 32 : null, machine.FabricCards);
    }

    [Fact]
    public void Machines_that_only_work_for_another_are_not_told_as_down()
    {
        var rules = AlertRules.Of(Planned, A.Catalog);
        var expression = rules.Alerts.Single(rule => rule.Name == "TargetDown").Expression;
        Assert.EndsWith($$"""up{job="vllm",pool!~"{{string.Join('|', Planned.Pools.Select(pool => pool.Id))}}"} == 0""", expression, StringComparison.Ordinal);
        Assert.Equal(expression, rules.Managed.Alerts.Single(rule => rule.Name == "TargetDown").Expression);
        Assert.DoesNotContain("pool!~", AlertRules.Of(Planner.Plan(A.Plan(), "prod", A.Catalog), A.Catalog).Alerts.Single(rule => rule.Name == "TargetDown").Expression, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    [InlineData(64)]
    public void With_so_many_requests_in_flight_a_replayed_replica_is_as_fast_as_Sizing_says(int inFlight)
    {
        var (pool, fleet) = (Planned.Pools[0], Planned.Servings[0]);
        var speed = EngineSpeed.Of(pool, fleet, [], A.Catalog, Share.FromPercent(50));
        Assert.Equal(2, speed.Stages);
        var mix = RequestMix.Of(fleet.Demand);
        var setup = ReplicaSizer.SetupOf(fleet.Serving, A.Gpu(pool.Gpu), 8, Spans.Of(pool, A.Catalog));
        var sized = inFlight / ReplicaSizer.CycleOf(fleet.Serving, setup, mix, Calibration.Embedded).Of(inFlight).Seconds;
        var ended = ReplicaTests.ClosedLoop(speed, inFlight, (int)mix.InputTokens, (int)mix.OutputTokens, 2000, out var seconds);
        Assert.InRange(ended / seconds / sized, 0.93, 1.07);
    }

    [Fact]
    public void It_keeps_its_promise_under_its_own_forecast_and_loses_whole_replicas()
    {
        var options = new ReplayOptions { Length = TimeSpan.FromMinutes(20) };
        var played = Replayer.Replay(Planned, A.Catalog, new ReplayLoad.Forecast(), options).Servings.Single();
        Assert.True(played.Keeps, $"{played.Measured.Attainment}");
        Assert.Equal(Planned.Pools.Sum(pool => pool.Replicas), played.Minutes[5].Replicas);
        Assert.Equal((double)Planned.Pools.Sum(pool => pool.Hourly.Amount), (double)played.Minutes[5].HourlyUsd, 0.01);

        var zone = Planned.Pools.Single(pool => pool.Cloud == CloudProvider.Aws).Zones[0].Zone;
        var lost = Replayer.Replay(Planned, A.Catalog, new ReplayLoad.Forecast(), options with { Losses = [Loss.Read($"zone:{zone}@2m")!] }).Servings.Single();
        Assert.Equal(Planned.Pools.Where(pool => pool.Cloud == CloudProvider.Gcp).Sum(pool => pool.Replicas), lost.Minutes[5].Replicas);
    }

    [Fact]
    public void Every_fleet_has_whole_replicas_in_one_zone() => Prop.ForAll(
        Gen.Choose(1, 400).Zip(Gen.Choose(0, 100)).ToArbitrary(), made =>
        {
            var fleet = Planner.Plan(Plan with
            {
                Clouds = [A.Aws(made.Item2, "eu-west-2"), A.Gcp(100 - made.Item2)],
                Workloads = [A.Workload("think", "reasoner", made.Item1 / 10.0)],
                Purchasing = new Purchasing(made.Item1 % 2 == 0 ? 50 : null, ReserveTerm.None, [], SpotFallback.None) { CreatesReservations = true },
            }, "prod", A.Catalog);
            Assert.All(fleet.Pools, IsSound);
            Assert.True(fleet.Pools.Sum(pool => pool.RequestsPerSecond) >= fleet.Servings.Single().Demand.PeakRequestsPerSecond * 1.2 * (1 - 1e-9));
            return Math.Abs(fleet.Objective - fleet.Cost.Monthly.Amount) < 0.02m;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));

    private static Offer OfferOf(Pool pool) => A.Catalog.OffersIn(pool.Cloud, pool.Region).Single(offer => offer.InstanceType == pool.InstanceType);

    private static void IsSound(Pool pool)
    {
        if (pool.NodesPerReplica == 1)
        {
            return;
        }

        Assert.All(new[] { pool.Instances.Min, pool.Instances.Desired, pool.Instances.Max }, instances => Assert.Equal(0, instances % pool.NodesPerReplica));
        Assert.Equal(pool.Instances.Desired, Assert.Single(pool.Zones).Instances);
        Assert.Equal((pool.Instances.Desired / pool.NodesPerReplica, 1), (pool.Replicas, pool.ReplicasPerInstance));
        Assert.Equal((pool.GpusPerInstance, pool.NodesPerReplica), (pool.Engine.TensorParallel, pool.Engine.PipelineParallel));
        Assert.Equal(new LadderRung(pool.InstanceType, 1), Assert.Single(pool.Ladder));
        Assert.False(pool.AutoShutdown);
        Assert.True(pool.Tier is Tier.Reserved or Tier.OnDemand);
        Assert.NotNull(OfferOf(pool).Machine.FabricRate);
    }
}
