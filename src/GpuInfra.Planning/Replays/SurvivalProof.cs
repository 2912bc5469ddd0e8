using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Replays.Arrivals;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Replays;

/// <summary>
/// What a fleet does after each single loss: each zone, region and cloud, all spot, the next reservation to expire. First by arithmetic, then
/// by playing P95 demand through what is left, at the speed that was planned with. Losses that take the same machines are played once;
/// servings that promise no latency are not played.
/// </summary>
/// <param name="PlanHash">The plan whose fleet it was computed for.</param>
/// <param name="Losses">Every loss of every serving, by serving, the one with the least left first.</param>
public sealed record SurvivalProof(string PlanHash, ImmutableArray<LossProof> Losses)
{
    /// <summary>Headrooms with which servings that break a promise would keep it; empty where none was looked for.</summary>
    public ImmutableArray<HeadroomThatHolds> Mends { get; init; } = [];

    /// <summary>The longest that a loss is played for.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(150);

    /// <summary>The shortest, whatever <see cref="MostRequests"/> says.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(60);

    /// <summary>Requests that a loss is played with, unless that takes less than <see cref="Shortest"/>.</summary>
    public const int MostRequests = 60_000;

    /// <summary>Requests that all losses of a fleet are played with; where that is too few, each is played for less time, but not for less than <see cref="Shortest"/>.</summary>
    public const int MostInAll = 10_000_000;

    // A fifth of the time warms the fleet up, the last fifth lets the measured requests end.
    private const double WarmUp = 0.2;
    private const double Measured = 0.8;
    private const double DemandPercentile = 95;

    /// <summary>Proves a fleet.</summary>
    /// <exception cref="PlanException">A pool holds a replica that Sizing cannot run.</exception>
    public static SurvivalProof Of(FleetPlan fleet, Catalog catalog) => Begin(fleet, catalog)();

    /// <summary>Begins to prove a fleet beside other work of the caller; what is returned ends it.</summary>
    /// <exception cref="PlanException">A pool holds a replica that Sizing cannot run.</exception>
    public static Func<SurvivalProof> Begin(FleetPlan fleet, Catalog catalog)
    {
        var ready = ReplayFleet.Of(fleet, catalog).AlwaysOpen;
        var losses = fleet.Servings.SelectMany(serving => Planned(ready, serving)).ToImmutableArray();
        var plays = losses.Where(loss => loss.IsPlayed).SelectMany(loss => new[] { loss.Nothing, loss.Play }).DistinctBy(play => play.Key)
            .GroupBy(play => play.Serving.Serving.Name).Select(serving => serving.ToImmutableArray()).ToImmutableArray();
        var shorter = Math.Min(1, MostInAll / plays.Sum(serving => serving.Length * serving[0].P95 * LengthOf(serving[0]).TotalSeconds));
        var play = OnAllCores.Begin(plays, serving => Attained(ready, serving, shorter));
        return () =>
        {
            var attained = play().SelectMany(serving => serving).ToDictionary(play => play.Key, play => play.Value);
            return new SurvivalProof(fleet.PlanHash, [.. losses.Select(loss => !loss.IsPlayed ? loss.Proof : loss.Proof with
            {
                Before = attained[loss.Nothing.Key],
                Attainment = attained[loss.Play.Key],
            })]);
        };
    }

    /// <summary>The losses of a serving by arithmetic, the one with the least left first, and what is to be played for them.</summary>
    private static IEnumerable<PlannedLoss> Planned(ReplayFleet fleet, ServingFleet serving)
    {
        var pools = fleet.Plan.Pools.Where(pool => !pool.IsDraining && pool.Serving == serving.Serving.Name).Select(pool => pool.Carrying()).ToImmutableArray();
        var isPlayed = serving.Serving.Latency is not null;
        var p95 = serving.Demand.RequestsPerSecondAt(DemandPercentile);
        var isSpot = pools.Any(pool => pool.Tier == Tier.Spot);
        return Candidates(fleet.Plan.Plan, pools).Select(item =>
        {
            return new PlannedLoss(isPlayed, PlayOf(null), PlayOf(item.Loss), new LossProof
            {
                Serving = serving.Serving.Name,
                Loss = item.Loss,
                Required = isSpot ? default : item.Kind == LossKind.Cloud ? serving.Serving.Survive.Cloud : serving.Serving.Survive.Zone,
                InTime = serving.Serving.Survive.InTime ?? Share.FromPercent(serving.Serving.Latency?.Percentile ?? 100),
                Remaining = Share.FromFraction(Survivability.Left(pools, p95, item.Loss.Takes)),
                RemainingOfPeak = Share.FromFraction(Survivability.Left(pools, serving.Demand.PeakRequestsPerSecond, item.Loss.Takes)),
                Before = null,
                Attainment = null,
            });
        }).OrderBy(loss => loss.Proof.Remaining);

        LossPlay PlayOf(Loss? loss) => new(serving, p95, loss, string.Join(',', pools.Select(pool => loss?.Takes(pool) ?? 0)));
    }

    private static TimeSpan LengthOf(LossPlay play) =>
        TimeSpan.FromSeconds(Math.Clamp(MostRequests / play.P95, Shortest.TotalSeconds, Longest.TotalSeconds));

    /// <summary>What the plays of a serving attain. All are played with the same requests, which are drawn once.</summary>
    private static IEnumerable<((string, string) Key, double Value)> Attained(ReplayFleet fleet, ImmutableArray<LossPlay> plays, double shorter)
    {
        var serving = plays[0].Serving;
        var length = TimeSpan.FromSeconds(Math.Max(Shortest.TotalSeconds, LengthOf(plays[0]).TotalSeconds * shorter));
        var options = new ReplayOptions { Length = length, MeasureFrom = length * WarmUp, MeasureUntil = length * Measured };
        var requests = ListedArrivals.Drawn(Replayer.ArrivalsOf(fleet, serving, new ReplayLoad.Minute(DemandPercentile), options), length);
        return [.. plays.Select(play => (play.Key, Replayer.Replay(
            fleet, serving, new ListedArrivals(requests), options with { Losses = play.Loss is { } loss ? [loss with { At = length * WarmUp }] : [] }).Measured.Attainment))];
    }

    /// <summary>The losses that may hit some pools, and what kind of promise each is held to: regions to that of clouds, reservations to that of zones.</summary>
    private static IEnumerable<(Loss Loss, LossKind Kind)> Candidates(CapacityPlan plan, ImmutableArray<Pool> pools) =>
    [
        .. Loss.OfPlaces(pools).Select(loss => (loss, loss.Kind == LossKind.Zone ? LossKind.Zone : LossKind.Cloud)),
        .. pools.Any(pool => pool.Tier == Tier.Spot) ? [(Loss.Of(LossKind.Spot, ""), LossKind.Spot)] : Array.Empty<(Loss, LossKind)>(),
        .. NextToExpire(plan, pools) is { } pool ? [(Loss.Of(LossKind.Reservation, pool.Id), LossKind.Zone)] : Array.Empty<(Loss, LossKind)>(),
    ];

    /// <summary>The reserved pool that the ledger's next reservation to end is for; null when none of them ends.</summary>
    private static Pool? NextToExpire(CapacityPlan plan, ImmutableArray<Pool> pools)
    {
        var reserved = pools.Where(pool => pool.Tier == Tier.Reserved).ToList();
        return plan.Ledger.Reservations
            .Where(held => held.End is not null)
            .OrderBy(held => held.End)
            .ThenBy(held => held.Id, StringComparer.Ordinal)
            .Select(held => reserved.FirstOrDefault(pool => IsFor(held, pool)))
            .FirstOrDefault(pool => pool is not null);
    }

    private static bool IsFor(HeldReservation held, Pool pool) =>
        held.Grant.Cloud == pool.Cloud && held.InstanceType == pool.InstanceType && pool.Zones.Any(zone => zone.Zone == held.Zone && zone.Instances > 0);

    /// <summary>P95 demand through what a loss leaves of a serving; nothing is lost where there is none.</summary>
    private sealed record LossPlay(ServingFleet Serving, double P95, Loss? Loss, string Machines)
    {
        /// <summary>Losses that take the same machines of the same serving are the same play.</summary>
        public (string Serving, string Machines) Key => (Serving.Serving.Name, Machines);
    }

    /// <summary>A loss by arithmetic, and the plays that complete it.</summary>
    private sealed record PlannedLoss(bool IsPlayed, LossPlay Nothing, LossPlay Play, LossProof Proof);
}
