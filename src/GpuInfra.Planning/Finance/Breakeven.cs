using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance;

/// <summary>What a serving costs on machines of one's own, and what the same tokens cost behind an API.</summary>
public sealed record Breakeven
{
    // Half and double in half octaves; beyond, a plan is another plan.
    private const int ScalesEachWay = 8;
    private const double StepsPerDoubling = 2;
    private const int Slices = 1000;

    private static readonly ImmutableArray<int> MixPercentiles = [50, 75, 90, 95, 99];

    /// <summary>The serving.</summary>
    public required string Serving { get; init; }

    /// <summary>Its tokens in the deployed month.</summary>
    public required TokenCount Tokens { get; init; }

    /// <summary>What it costs in the deployed month: its part of the machines, and of the people.</summary>
    public required Usd Own { get; init; }

    /// <summary>Every API with what the same tokens cost there, the cheapest first.</summary>
    public required ImmutableArray<(ApiPrice Price, Usd Monthly)> Apis { get; init; }

    /// <summary>True when its data may go to a provider: its residency names no region.</summary>
    public required bool MayLeave { get; init; }

    /// <summary>What is paid for its machines whatever is decided, until it ends: reservations that cannot be undone.</summary>
    public required Usd Stranded { get; init; }

    /// <summary>The comparison with one API; null where none was named.</summary>
    public Comparison? Chosen { get; init; }

    /// <summary>One API looked at closely.</summary>
    /// <param name="Price">Its price.</param>
    /// <param name="Months">Both costs, month by month.</param>
    /// <param name="Scales">Both costs at multiples of the deployed month's demand, the fleet planned anew for each; none where it cannot be planned.</param>
    /// <param name="Mixes">Own machines for all minutes up to a percentile, the API for what is above; none where load never changes or data may not leave.</param>
    public sealed record Comparison(
        ApiPrice Price,
        ImmutableArray<(Month Month, Usd Own, Usd Api)> Months,
        ImmutableArray<(double Scale, Usd Own, Usd Api)> Scales,
        ImmutableArray<(int Percentile, Usd Own, Usd Api)> Mixes)
    {
        /// <summary>The least multiple from which own machines cost no more at every larger one; null when they never do.</summary>
        public double? BreakEvenScale => Scales.Reverse().TakeWhile(point => point.Own.Amount <= point.Api.Amount).Select(point => (double?)point.Scale).LastOrDefault();

        /// <summary>The cheapest mix; null where there is none.</summary>
        public (int Percentile, Usd Own, Usd Api)? BestMix => Mixes.IsEmpty ? null : Mixes.MinBy(mix => mix.Own.Amount + mix.Api.Amount);

        /// <summary>The first month in which the other one is cheaper than in the first; null when that never changes.</summary>
        public Month? Flips => Months.Where(month => IsOwn(month) != IsOwn(Months[0])).Select(month => (Month?)month.Month).FirstOrDefault();

        private static bool IsOwn((Month Month, Usd Own, Usd Api) month) => month.Own.Amount <= month.Api.Amount;
    }

    /// <summary>What the figures say of the deployed month, by cost alone.</summary>
    public BreakevenAnswer Answer
    {
        get
        {
            if (!MayLeave || Chosen is not { } chosen)
            {
                return BreakevenAnswer.Keep;
            }

            var (own, api) = (Own.Amount, Tokens.At(chosen.Price).Amount);
            var mix = chosen.BestMix is { } best ? best.Own.Amount + best.Api.Amount : decimal.MaxValue;
            return mix < own && mix < api ? BreakevenAnswer.Mix : own <= api ? BreakevenAnswer.Keep : BreakevenAnswer.Buy;
        }
    }

    /// <summary>Compares every serving of a fleet that generates text, ordered by name.</summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="catalog">Offers, to plan other demands with.</param>
    /// <param name="options">What to compare with.</param>
    public static ImmutableArray<Breakeven> Of(FleetPlan fleet, Catalog catalog, BreakevenOptions options)
    {
        var forecast = new DemandForecast(fleet.Plan);
        var gpus = fleet.Pools.Sum(GpusOf);
        return
        [
            .. fleet.Servings.Where(serving => serving.Serving.Model.Task == ModelTask.Generation && (options.Serving is null || serving.Serving.Name == options.Serving))
                .Select(serving => Of(fleet, serving, forecast, catalog, options, new Usd(gpus == 0 ? 0 : options.People.Amount * fleet.Pools.Where(pool => pool.Serving == serving.Serving.Name).Sum(GpusOf) / gpus))),
        ];
    }

    private static Breakeven Of(FleetPlan fleet, ServingFleet serving, DemandForecast forecast, Catalog catalog, BreakevenOptions options, Usd people)
    {
        var (plan, name) = (fleet.Plan, serving.Serving.Name);
        var tokens = TokensIn(plan.AsOf);
        var mayLeave = serving.Serving.Residency.Equals(Residency.Anywhere);
        var own = OwnIn(fleet.Steps.Single(step => step.Month == plan.AsOf));
        return new Breakeven
        {
            Serving = name,
            Tokens = tokens,
            Own = own,
            Apis = [.. ApiPrice.All.Select(price => (Price: price, Monthly: tokens.At(price))).OrderBy(item => item.Monthly.Amount).ThenBy(item => item.Price.Id, StringComparer.Ordinal)],
            MayLeave = mayLeave,
            Stranded = new Usd(fleet.Pools.Where(pool => pool.Serving == name).SelectMany(pool => pool.Held).Sum(held => Stuck(held, plan.AsOf))),
            Chosen = options.Api is { } api ? Compare(api) : null,
        };

        Comparison Compare(ApiPrice api) => new(
            api,
            [.. fleet.Steps.Select(step => (step.Month, OwnIn(step), options.Fallen(TokensIn(step.Month).At(api), plan.AsOf, step.Month)))],
            [
                .. Enumerable.Range(-ScalesEachWay, (2 * ScalesEachWay) + 1).Select(step => Math.Pow(2, step / StepsPerDoubling))
                    .Select(scale => (Scale: scale, Own: Replanned(scale, null), Api: tokens.Times(scale).At(api)))
                    .Where(point => point.Own is not null).Select(point => (point.Scale, point.Own!.Value + people, point.Api)),
            ],
            !mayLeave || serving.Demand.Load.Peak <= 1 ? [] :
            [
                .. MixPercentiles.Select(percentile => (Percentile: percentile, Capacity: Math.Max(1, serving.Demand.Load.At(percentile))))
                    .Select(mix => (mix.Percentile, Own: Replanned(1, mix.Capacity), Api: tokens.Times(Above(serving.Demand.Load, mix.Capacity)).At(api)))
                    .Where(mix => mix.Own is not null).Select(mix => (mix.Percentile, mix.Own!.Value + people, mix.Api)),
            ]);

        Usd OwnIn(FleetStep step) => new Usd(step.ByWorkload.Where(share => serving.Workloads.Contains(share.Name)).Sum(share => share.Monthly.Amount)) + people;

        TokenCount TokensIn(Month month) => forecast.WorkloadsOf(serving.Serving)
            .Select(workload => TokenCount.Of(forecast, workload, month, serving.Serving.Techniques.PrefixCacheHitRate)).Aggregate((sum, tokens) => sum.Plus(tokens));

        // The serving alone, in this month, with another demand.
        Usd? Replanned(double scale, double? peak)
        {
            var alone = plan with
            {
                Start = plan.AsOf,
                HorizonMonths = 1,
                Draining = [],
                Servings = [serving.Serving],
                Workloads =
                [
                    .. forecast.WorkloadsOf(serving.Serving).Select(workload => ScaledPlan.Of(plan, workload, scale)).Select(workload => workload with
                    {
                        Demand = workload.Demand with { PeakToMean = peak ?? workload.Demand.PeakToMean },
                    }),
                ],
            };
            try
            {
                return new Usd(Planner.Plan(alone, fleet.Stack, catalog).Cost.ByWorkload.Sum(share => share.Monthly.Amount));
            }
            catch (PlanException)
            {
                return null;
            }
        }
    }

    /// <summary>The part of all requests that comes above a load relative to the mean.</summary>
    private static double Above(LoadCurve load, double capacity) =>
        Enumerable.Range(0, Slices).Sum(slice => Math.Max(0, load.At(100 * (slice + 0.5) / Slices) - capacity)) / Enumerable.Range(0, Slices).Sum(slice => load.At(100 * (slice + 0.5) / Slices));

    private static int GpusOf(Pool pool) => pool.IsDraining ? 0 : pool.GpusPerInstance * pool.Instances.Desired;

    private static decimal Stuck(HeldUse held, Month month) => held.Kind == Plans.Ledgers.ReservationKind.OnDemand || held.End is not { } end
        ? 0
        : held.Hourly.Amount * held.Instances * 24 * Math.Max(0, end.DayNumber - new DateOnly(month.Year, month.Number, 1).DayNumber + 1);
}

/// <summary>What to do with a serving, by cost alone.</summary>
public enum BreakevenAnswer
{
    /// <summary>Run it on machines of one's own.</summary>
    Keep,

    /// <summary>Own machines for most minutes, an API for the busiest.</summary>
    Mix,

    /// <summary>Use the API.</summary>
    Buy,
}

/// <summary>What to compare with.</summary>
/// <param name="Api">The API to look at closely; null for a list of all.</param>
/// <param name="Serving">The one serving to look at; null for all.</param>
/// <param name="People">What people who run the fleet cost in a month; servings bear it by their GPUs.</param>
/// <param name="PriceFall">How much API prices fall in a year.</param>
public sealed record BreakevenOptions(ApiPrice? Api, string? Serving, Usd People, Share PriceFall)
{
    /// <summary>An API's cost of a month at the prices of then.</summary>
    internal Usd Fallen(Usd cost, Month from, Month to) =>
        new(cost.Amount * (decimal)Math.Pow(1 - PriceFall.Fraction, (((to.Year - from.Year) * 12) + to.Number - from.Number) / 12.0));
}
