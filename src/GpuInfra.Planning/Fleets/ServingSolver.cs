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
    /// <summary>
    /// The serving's fleet in a month. Only its pools are made at once; what explains them is made when it is asked for, which is for
    /// one month of the horizon.
    /// </summary>
    /// <exception cref="PlanException">No offer of the plan can run the serving, or none survives the losses that it must.</exception>
    public SolvedServing Solve(Serving serving, Month month)
    {
        var workloads = forecast.WorkloadsOf(serving).ToImmutableArray();
        var demand = forecast.OfServing(serving, month);
        var sized = NegotiatedPrices.Of(
            offers.Size(serving, new RequestMix(demand.InputTokens, demand.OutputTokens, demand.LongInputTokens)), plan, month);
        var spot = serving.Kind != ServingKind.Online && plan.Purchasing.SpotFor.Contains(serving.Kind);
        var modes = StartableModes(serving, spot);

        var byCloud = plan.Clouds
            .Select(cloud => sized.Candidates
                .Where(candidate => candidate.Offer.Cloud == cloud.Cloud && IsStartable(candidate.Offer, modes))
                .ToImmutableArray())
            .ToImmutableArray();
        Require(serving, byCloud, () => sized.Rejections.Concat(NotStartable(sized, modes)));

        var factory = new PoolFactory(plan, serving, workloads);
        var solution = spot ? SolveSpot(byCloud, demand, factory) : SolveStanding(serving, byCloud, demand, factory);
        if (month == plan.AsOf)
        {
            solution = solution with
            {
                Pools = [.. solution.Pools, .. DrainingPools.Of(plan.Draining, [.. byCloud.SelectMany(candidates => candidates)], solution.Pools, factory, demand)],
            };
        }

        return new SolvedServing(
            [.. solution.Pools.OrderBy(pool => pool.Id, StringComparer.Ordinal)],
            () => ServingFleet.Of(
                serving,
                [.. workloads.Select(workload => workload.Name)],
                demand,
                solution.Pools,
                sized.Rejections.Concat(NotStartable(sized, modes)).Concat(solution.Rejections())),
            () => GpuTime(workloads, solution.Placements[0].Candidate.Sizing, month));
    }

    private ImmutableArray<PurchaseMode> StartableModes(Serving serving, bool spot) =>
        spot ? [PurchaseMode.Spot]
        : Reserves(serving) ? [PurchaseMode.OnDemand, PurchaseMode.Reserved]
        : [PurchaseMode.OnDemand];

    private bool Reserves(Serving serving) => serving.Kind == ServingKind.Online && plan.Purchasing.ReserveUpToPercentile is not null;

    private static bool IsStartable(Offer offer, ImmutableArray<PurchaseMode> modes) => modes.All(mode =>
        offer.Modes.Contains(mode) && (mode == PurchaseMode.Spot ? offer.MeanSpot : offer.OnDemand) is not null);

    private static IEnumerable<Rejection> NotStartable(SizedOffers sized, ImmutableArray<PurchaseMode> modes) => sized.Candidates
        .Where(candidate => !IsStartable(candidate.Offer, modes))
        .Select(candidate => new Rejection(
            candidate.Offer.Id, "purchaseMode", $"cannot be started as {string.Join(" and ", modes.Select(Wording))}"));

    private Solution SolveStanding(
        Serving serving, ImmutableArray<ImmutableArray<Candidate>> byCloud, Demand demand, PoolFactory factory)
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

        return new Solution(
            placements,
            [.. placements.SelectMany(placement => factory.Standing(placement, demand))],
            () => byCloud.SelectMany((candidates, cloud) => candidates
                .Where(candidate => candidate.Offer.Id != placements[cloud].Candidate.Offer.Id)
                .Select(candidate => Dearer(
                    solver.LeastPlacement(candidate, cloud), StandingFleetSolver.Cost, solver.LeastPlacement(placements[cloud].Candidate, cloud)))));
    }

    private Solution SolveSpot(ImmutableArray<ImmutableArray<Candidate>> byCloud, Demand demand, PoolFactory factory)
    {
        var solver = new SpotFleetSolver(plan, demand.PeakRequestsPerSecond);
        var placements = byCloud.Select(solver.Cheapest).ToImmutableArray();
        var ladders = byCloud.Select((candidates, cloud) => SpotFleetSolver.Ladder(placements[cloud].Candidate, candidates)).ToImmutableArray();
        return new Solution(
            placements,
            [.. placements.Select((placement, cloud) => factory.Spot(placement.Candidate, placement.Instances, ladders[cloud], demand))],
            () => byCloud.SelectMany((candidates, cloud) => candidates
                .Where(candidate => ladders[cloud].All(rung => rung.InstanceType != candidate.Offer.InstanceType)
                    || candidate.Offer.Region != placements[cloud].Candidate.Offer.Region)
                .Select(candidate => Dearer(solver.LeastPlacement(candidate, cloud), SpotFleetSolver.Cost, placements[cloud]))));
    }

    private static Rejection Dearer(Placement option, Func<Placement, decimal> cost, Placement chosen) =>
        new(option.Candidate.Offer.Id, "cost", FormattableString.Invariant(
            $"{option.Instances} × {option.Candidate.Offer.InstanceType} at ${cost(option):N2}/h for the peak, against {chosen.Instances} × {chosen.Candidate.Offer.InstanceType} at ${cost(chosen):N2}/h"))
        {
            WinsAt = PriceToWin(cost(option) / option.Instances, cost(chosen) / option.Instances),
        };

    /// <summary>The price of one instance at which so many of them cost no more than what was chosen.</summary>
    private static string? PriceToWin(decimal price, decimal winning) => winning < price
        ? FormattableString.Invariant($"${winning:N2}/h an instance, {(1 - (winning / price)) * 100:0} % less")
        : null;

    /// <summary>GPU seconds per second of each workload, by the first cloud's replica: cost shares need ratios only.</summary>
    private ImmutableArray<double> GpuTime(ImmutableArray<Workload> workloads, ReplicaSizing replica, Month month) =>
        [.. workloads.Select(workload => forecast.OfWorkload(workload, month)).Select(demand => demand.RequestsPerSecond
            * (demand.InputTokens * replica.PrefillSecondsPerToken + demand.OutputTokens * replica.DecodeSecondsPerToken))];

    private void Require(Serving serving, ImmutableArray<ImmutableArray<Candidate>> byCloud, Func<IEnumerable<Rejection>> rejections)
    {
        var problems = byCloud.Select((candidates, cloud) => (candidates, plan.Clouds[cloud]))
            .Where(item => item.candidates.IsEmpty)
            .Select(item => $"no offer of {JsonText.Word(item.Item2.Cloud)} in {string.Join(", ", item.Item2.Regions)} can run " +
                $"{serving.Model.Id} in {JsonText.Word(serving.Precision)}: " + Summary(rejections(), item.Item2.Cloud))
            .ToImmutableArray();
        if (!problems.IsEmpty)
        {
            throw Infeasible(serving, string.Join("; ", problems));
        }
    }

    /// <summary>One telling example of each constraint that offers of the cloud fail.</summary>
    private static string Summary(IEnumerable<Rejection> rejections, CloudProvider cloud) =>
        string.Join("; ", rejections
            .Where(rejection => rejection.Option.StartsWith(JsonText.Word(cloud) + "/", StringComparison.Ordinal))
            .GroupBy(rejection => rejection.Constraint)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Count()} by {group.Key} (as {group.Last().Option}: {group.Last().Detail})")
            .DefaultIfEmpty("the catalog has none there"));

    private static PlanException Infeasible(Serving serving, string message) =>
        new([serving.Location.Problem($"servings.{serving.Name}", message)]);

    private static string Wording(PurchaseMode mode) => mode switch
    {
        PurchaseMode.OnDemand => "on demand",
        PurchaseMode.Reserved => "reserved",
        PurchaseMode.Spot => "spot",
        _ => "capacity block",
    };
}

/// <summary>What was chosen for a serving, per cloud, and why nothing else was.</summary>
internal sealed record Solution(ImmutableArray<Placement> Placements, ImmutableArray<Pool> Pools, Func<IEnumerable<Rejection>> Rejections);

/// <summary>A serving solved for a month.</summary>
/// <param name="pools">Its pools, ordered by id.</param>
/// <param name="describe">Makes what explains them.</param>
/// <param name="gpuTime">Makes the GPU time of each workload.</param>
internal sealed class SolvedServing(ImmutableArray<Pool> pools, Func<ServingFleet> describe, Func<ImmutableArray<double>> gpuTime)
{
    private readonly Lazy<ServingFleet> _fleet = new(describe);
    private readonly Lazy<ImmutableArray<double>> _gpuTime = new(gpuTime);

    /// <summary>Its pools, ordered by id.</summary>
    public ImmutableArray<Pool> Pools => pools;

    /// <summary>What it needs and gets, and what was not taken.</summary>
    public ServingFleet Fleet => _fleet.Value;

    /// <summary>GPU seconds per second that each of its workloads takes, in the order of the fleet's workloads.</summary>
    public ImmutableArray<double> GpuTime => _gpuTime.Value;

    /// <summary>The same with pools at other prices.</summary>
    public SolvedServing At(ImmutableArray<Pool> repriced) => new(repriced, () => Fleet, () => GpuTime);
}
