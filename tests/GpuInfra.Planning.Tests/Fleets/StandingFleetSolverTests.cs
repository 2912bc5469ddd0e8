using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

/// <summary>The search against an enumeration of all fleets, on problems small enough to enumerate.</summary>
public class StandingFleetSolverTests
{
    private static readonly PoolFactory Factory = new(A.Plan(), A.Serving(), []);

    private static readonly Demand Demand = new DemandForecast(A.Plan()).OfServing(A.Serving(), A.Plan().Start);

    private const int MostInstances = 40;

    private sealed record Problem(
        ImmutableArray<ImmutableArray<Candidate>> Candidates, double Peak, double P95, double? Baseline, Survival Survive, int AwsPercent);

    [Fact]
    public void The_search_finds_the_cheapest_of_all_fleets() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Problems(), problem =>
        {
            var (plan, serving, demand) = Inputs(problem);
            var found = new StandingFleetSolver(plan, serving, demand).Solve(problem.Candidates);
            var cheapest = Enumerate(problem, plan, demand).Select(fleet => (decimal?)fleet.Sum(StandingFleetSolver.Cost)).Min();
            return (found.IsEmpty ? null : (decimal?)found.Sum(StandingFleetSolver.Cost)) == cheapest;
        }));

    [Fact]
    public void What_it_finds_survives_every_loss_one_by_one() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Problems(), problem =>
        {
            var (plan, serving, demand) = Inputs(problem);
            var found = new StandingFleetSolver(plan, serving, demand).Solve(problem.Candidates);
            return found.IsEmpty || Survives(found, demand.P95, problem.Survive);
        }));

    [Fact]
    public void The_closed_form_of_survival_agrees_with_the_list_of_losses() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Problems(), Gen.Choose(0, 6).ToArbitrary(), Gen.Choose(1, 9).ToArbitrary(), (problem, reserved, onDemand) =>
        {
            var fleet = problem.Candidates.Select(candidates => new Placement(candidates[0], reserved, onDemand)).ToImmutableArray();
            return Survivability.Holds(fleet, problem.P95, problem.Survive)
                == Survives(fleet, problem.P95, problem.Survive);
        }));

    [Fact]
    public void An_even_spread_places_every_instance_and_differs_by_one_at_most() =>
        Prop.ForAll(Gen.Choose(1, 6).ToArbitrary(), Gen.Choose(0, 50).ToArbitrary(), (zones, instances) =>
        {
            var spread = Placement.Spread([.. Enumerable.Range(1, zones).Select(zone => new OfferZone($"z{zone}", null))], instances);
            return spread.Sum(zone => zone.Instances) == instances
                && spread.Max(zone => zone.Instances) - spread.Min(zone => zone.Instances) <= 1;
        }).QuickCheckThrowOnFailure();

    /// <summary>Whether the pools of placements survive every loss, one by one.</summary>
    private static bool Survives(ImmutableArray<Placement> placements, double p95, Survival required) =>
        Survivability.Checks([.. placements.SelectMany(placement => Factory.Standing(placement, Demand))], p95, required).All(check => check.Holds);

    private static IEnumerable<ImmutableArray<Placement>> Enumerate(Problem problem, CapacityPlan plan, StandingDemand demand)
    {
        var perCloud = problem.Candidates.Select((candidates, cloud) => candidates.SelectMany(candidate =>
            Enumerable.Range(1, MostInstances).Select(instances =>
            {
                var share = plan.Clouds[cloud].Share.Fraction;
                var reserved = demand.Baseline is { } baseline
                    ? Math.Min(instances, (int)Math.Ceiling(baseline * share / candidate.InstanceRate - 1e-9))
                    : 0;
                return new Placement(candidate, reserved, instances - reserved);
            })
            .Where(placement => placement.Rate >= demand.Peak * plan.Clouds[cloud].Share.Fraction * (1 + plan.Headroom.Fraction) - 1e-6)));
        return perCloud
            .Aggregate(
                (IEnumerable<ImmutableArray<Placement>>)[[]],
                (fleets, options) => fleets.SelectMany(_ => options, (fleet, option) => fleet.Add(option)))
            .Where(fleet => Survives(fleet, demand.P95, problem.Survive));
    }

    private static (CapacityPlan, Serving, StandingDemand) Inputs(Problem problem)
    {
        var clouds = problem.Candidates.Length == 1
            ? ImmutableArray.Create(A.Aws())
            : [A.Aws(problem.AwsPercent), A.Gcp(100 - problem.AwsPercent)];
        return (
            A.Plan() with { Clouds = clouds },
            A.Serving() with { Survive = problem.Survive },
            new StandingDemand(problem.Peak, problem.P95, problem.Baseline));
    }

    private static Arbitrary<Problem> Problems() =>
        (from clouds in Gen.Choose(1, 2)
         from aws in Gen.ListOf(Candidates(CloudProvider.Aws), 2)
         from gcp in Gen.ListOf(Candidates(CloudProvider.Gcp), 2)
         from peak in Gen.Choose(1, 40)
         from p95Percent in Gen.Choose(50, 100)
         from baselinePercent in Gen.Choose(0, 90)
         from zone in Gen.Elements(0.0, 50, 100)
         from cloud in Gen.Elements(0.0, 60)
         from share in Gen.Choose(30, 70)
         select new Problem(
             clouds == 1 ? [[.. aws]] : [[.. aws], [.. gcp]],
             peak,
             peak * p95Percent / 100.0,
             baselinePercent < 20 ? null : peak * baselinePercent / 100.0,
             new Survival(Share.FromPercent(zone), Share.FromPercent(clouds == 1 ? 0 : cloud)),
             share)).ToArbitrary();

    private static Gen<Candidate> Candidates(CloudProvider cloud) =>
        from rate in Gen.Choose(2, 9)
        from cents in Gen.Choose(50, 900)
        from zones in Gen.Choose(1, 4)
        from id in Gen.Choose(1, 1_000_000)
        select new Candidate(
            A.Catalog.Offers[0] with
            {
                Machine = A.Catalog.Offers[0].Machine with { Cloud = cloud, InstanceType = $"type{id}", Gpus = 1 },
                OnDemand = new UsdPerHour(cents / 100m),
                Zones = [.. Enumerable.Range(1, zones).Select(zone => new OfferZone($"{cloud}{zone}", null))],
            },
            ReplicaSizer.Size(A.Serving(), new RequestMix(1000, 200, 2000), A.Gpu("l40s"), 1).Sizing! with { RequestsPerSecond = rate });
}
