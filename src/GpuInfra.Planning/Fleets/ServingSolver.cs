using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>Solves one serving for one month: demand, offers that can run it, the cheapest of them, pools.</summary>
internal sealed class ServingSolver(CapacityPlan plan, DemandForecast forecast, OfferSizer offers)
{
    /// <summary>The serving's fleet in a month.</summary>
    /// <exception cref="PlanException">No offer of the plan can run the serving, or none survives the losses that it must.</exception>
    public SolvedServing Solve(Serving serving, Month month)
    {
        var workloads = forecast.WorkloadsOf(serving).ToImmutableArray();
        var demand = forecast.OfServing(serving, month);
        var sized = offers.Size(serving, new RequestMix(demand.InputTokens, demand.OutputTokens, demand.LongInputTokens));
        var spot = serving.Kind != ServingKind.Online && plan.Purchasing.SpotFor.Contains(serving.Kind);
        var modes = StartableModes(serving, spot);

        var startable = sized.Candidates.Where(candidate => modes.All(mode => IsStartable(candidate.Offer, mode))).ToImmutableArray();
        var rejections = sized.Rejections.Concat(sized.Candidates.Except(startable).Select(candidate => new Rejection(
            candidate.Offer.Id, "purchaseMode", $"cannot be started as {string.Join(" and ", modes.Select(Wording))}"))).ToList();
        var byCloud = plan.Clouds
            .Select(cloud => startable.Where(candidate => candidate.Offer.Cloud == cloud.Cloud).ToImmutableArray())
            .ToImmutableArray();
        Require(serving, byCloud, rejections);

        var factory = new PoolFactory(plan, serving, workloads);
        var (placements, pools) = spot
            ? SolveSpot(byCloud, demand, factory, rejections)
            : SolveStanding(serving, byCloud, demand, factory, rejections);
        return Describe(serving, workloads, demand, spot, placements, pools, rejections, month);
    }

    private ImmutableArray<PurchaseMode> StartableModes(Serving serving, bool spot) =>
        spot ? [PurchaseMode.Spot]
        : Reserves(serving) ? [PurchaseMode.OnDemand, PurchaseMode.Reserved]
        : [PurchaseMode.OnDemand];

    private bool Reserves(Serving serving) => serving.Kind == ServingKind.Online && plan.Purchasing.ReserveUpToPercentile is not null;

    private static bool IsStartable(Offer offer, PurchaseMode mode) =>
        offer.Modes.Contains(mode) && (mode == PurchaseMode.Spot ? offer.MeanSpot : offer.OnDemand) is not null;

    private (ImmutableArray<Placement>, ImmutableArray<Pool>) SolveStanding(
        Serving serving, ImmutableArray<ImmutableArray<Candidate>> byCloud, Demand demand, PoolFactory factory, List<Rejection> rejections)
    {
        var solver = new StandingFleetSolver(plan, serving, new StandingDemand(
            demand.PeakRequestsPerSecond,
            demand.RequestsPerSecondAt(95),
            Reserves(serving) ? demand.RequestsPerSecondAt(plan.Purchasing.ReserveUpToPercentile!.Value) : null));
        var placements = solver.Solve(byCloud);
        if (placements.IsEmpty)
        {
            throw Infeasible(serving, $"nothing that can run {serving.Model.Id} in the plan's regions still serves " +
                $"{serving.Survive.Zone} of P95 after the loss of a zone and {serving.Survive.Cloud} after the loss of a cloud; " +
                "allow more regions or clouds, or promise less under survive");
        }

        foreach (var (candidates, cloud) in byCloud.Select((candidates, cloud) => (candidates, cloud)))
        {
            var chosen = solver.LeastPlacement(placements[cloud].Candidate, cloud);
            rejections.AddRange(candidates.Where(candidate => candidate.Offer.Id != chosen.Candidate.Offer.Id).Select(candidate =>
                Dearer(solver.LeastPlacement(candidate, cloud), StandingFleetSolver.Cost, chosen)));
        }

        return (placements, [.. placements.SelectMany(placement => factory.Standing(placement, demand))]);
    }

    private (ImmutableArray<Placement>, ImmutableArray<Pool>) SolveSpot(
        ImmutableArray<ImmutableArray<Candidate>> byCloud, Demand demand, PoolFactory factory, List<Rejection> rejections)
    {
        var solver = new SpotFleetSolver(plan, demand.PeakRequestsPerSecond);
        var placements = ImmutableArray.CreateBuilder<Placement>();
        var pools = ImmutableArray.CreateBuilder<Pool>();
        foreach (var (candidates, cloud) in byCloud.Select((candidates, cloud) => (candidates, cloud)))
        {
            var chosen = solver.Cheapest(candidates, cloud);
            var placement = new Placement(chosen, 0, solver.Instances(chosen, cloud));
            var ladder = SpotFleetSolver.Ladder(chosen, candidates);
            placements.Add(placement);
            pools.Add(factory.Spot(chosen, placement.Instances, ladder, demand));
            rejections.AddRange(candidates
                .Where(candidate => candidate.Offer.Id != chosen.Offer.Id && ladder.All(rung => rung.InstanceType != candidate.Offer.InstanceType))
                .Select(candidate => Dearer(
                    new Placement(candidate, 0, solver.Instances(candidate, cloud)),
                    option => option.Candidate.Price(Tier.Spot).Amount * option.Instances,
                    placement)));
        }

        return (placements.ToImmutable(), pools.ToImmutable());
    }

    private static Rejection Dearer(Placement option, Func<Placement, decimal> cost, Placement chosen) =>
        new(option.Candidate.Offer.Id, "cost", FormattableString.Invariant(
            $"{option.Instances} × {option.Candidate.Offer.InstanceType} at ${cost(option):N2}/h for the peak, against {chosen.Instances} × {chosen.Candidate.Offer.InstanceType} at ${cost(chosen):N2}/h"));

    private SolvedServing Describe(
        Serving serving, ImmutableArray<Workload> workloads, Demand demand, bool spot, ImmutableArray<Placement> placements,
        ImmutableArray<Pool> pools, IEnumerable<Rejection> rejections, Month month)
    {
        var capacity = placements.Sum(placement => placement.Rate);
        var slowest = placements.Select(placement => placement.Candidate.Sizing).ToImmutableArray();
        var reference = slowest[0];
        return new SolvedServing(
            new ServingFleet
            {
                Serving = serving,
                Workloads = [.. workloads.Select(workload => workload.Name)],
                Demand = demand,
                PoolIds = [.. pools.Select(pool => pool.Id).Order(StringComparer.Ordinal)],
                CapacityRequestsPerSecond = capacity,
                Headroom = Share.FromFraction(Math.Max(0, capacity / demand.PeakRequestsPerSecond - 1)),
                Latency = serving.Model.Task == ModelTask.Embedding
                    ? null
                    : new ExpectedLatency(slowest.Max(sizing => sizing.TimeToFirstToken), slowest.Max(sizing => sizing.TimePerOutputToken)),
                Survival = spot ? [] : Survivability.Checks(placements, demand.RequestsPerSecondAt(95), serving.Survive),
                Rejections = [.. rejections.OrderBy(rejection => rejection.Option, StringComparer.Ordinal)],
            },
            [.. pools.OrderBy(pool => pool.Id, StringComparer.Ordinal)],
            [.. workloads.Select(workload => forecast.OfWorkload(workload, month)).Select(part => part.RequestsPerSecond
                * (part.InputTokens * reference.PrefillSecondsPerToken + part.OutputTokens * reference.DecodeSecondsPerToken))]);
    }

    private void Require(Serving serving, ImmutableArray<ImmutableArray<Candidate>> byCloud, List<Rejection> rejections)
    {
        var problems = byCloud.Select((candidates, cloud) => (candidates, plan.Clouds[cloud]))
            .Where(item => item.candidates.IsEmpty)
            .Select(item => $"no offer of {item.Item2.Cloud.ToString().ToLowerInvariant()} in {string.Join(", ", item.Item2.Regions)} can run " +
                $"{serving.Model.Id} in {serving.Precision.ToString().ToLowerInvariant()}: " + Summary(rejections, item.Item2.Cloud))
            .ToImmutableArray();
        if (!problems.IsEmpty)
        {
            throw Infeasible(serving, string.Join("; ", problems));
        }
    }

    /// <summary>One telling example of each constraint that offers of the cloud fail.</summary>
    private static string Summary(IEnumerable<Rejection> rejections, CloudProvider cloud) =>
        string.Join("; ", rejections
            .Where(rejection => rejection.Option.StartsWith(cloud.ToString().ToLowerInvariant() + "/", StringComparison.Ordinal))
            .GroupBy(rejection => rejection.Constraint)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Count()} by {group.Key} (as {group.Last().Option}: {group.Last().Detail})")
            .DefaultIfEmpty("the catalog has none there"));

    private static PlanException Infeasible(Serving serving, string message) =>
        new([new PlanProblem("plan", 0, 0, $"servings.{serving.Name}", message)]);

    private static string Wording(PurchaseMode mode) => mode switch
    {
        PurchaseMode.OnDemand => "on demand",
        PurchaseMode.Reserved => "reserved",
        PurchaseMode.Spot => "spot",
        _ => "capacity block",
    };
}

/// <summary>A serving solved for a month.</summary>
/// <param name="Fleet">What it needs and gets.</param>
/// <param name="Pools">Its pools, ordered by id.</param>
/// <param name="GpuTime">GPU seconds per second that each of its workloads takes, in the order of the fleet's workloads.</param>
internal sealed record SolvedServing(ServingFleet Fleet, ImmutableArray<Pool> Pools, ImmutableArray<double> GpuTime);
