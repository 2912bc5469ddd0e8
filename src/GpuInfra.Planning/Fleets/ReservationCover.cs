using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>Reserved machines of one type in a region against what the ledger holds for the stack.</summary>
/// <param name="Cloud">The cloud.</param>
/// <param name="Region">The region.</param>
/// <param name="InstanceType">Their type.</param>
/// <param name="Needed">Machines of reserved pools in the deployed month.</param>
/// <param name="Held">Machines that are held and assigned to the stack in that month.</param>
/// <param name="Used">Held machines that pools run on; the other needed ones need reservations that are made.</param>
/// <param name="RenewBy">When the first of the held reservations must be renewed, a month before its end; null when none ends.</param>
public sealed record ReservationCover(CloudProvider Cloud, string Region, string InstanceType, int Needed, int Held, int Used, DateOnly? RenewBy)
{
    /// <summary>Every type that is reserved or held, ordered by cloud, region and type.</summary>
    public static ImmutableArray<ReservationCover> Of(CapacityPlan plan, ImmutableArray<Pool> pools)
    {
        var held = plan.Ledger.Reservations.Where(row => row.HoldsIn(plan.AsOf)).ToLookup(row => (row.Grant.Cloud, row.Grant.Region, row.InstanceType));
        var needed = pools.Where(pool => pool.Tier == Tier.Reserved).ToLookup(pool => (pool.Cloud, pool.Region, pool.InstanceType));
        return
        [
            .. held.Select(rows => rows.Key).Union(needed.Select(rows => rows.Key))
                .OrderBy(key => key.Cloud).ThenBy(key => key.Region, StringComparer.Ordinal).ThenBy(key => key.InstanceType, StringComparer.Ordinal)
                .Select(key => new ReservationCover(
                    key.Cloud,
                    key.Region,
                    key.InstanceType,
                    needed[key].Sum(pool => pool.Instances.Desired),
                    held[key].Sum(row => row.Grant.Given),
                    needed[key].Sum(pool => pool.Held.Sum(use => use.Instances)),
                    held[key].Min(row => row.End)?.AddDays(-Renewal.Days))),
        ];
    }

    /// <summary>What the held reservations of a plan's stack cost until their ends, whatever happens.</summary>
    public static Usd Irrevocable(CapacityPlan plan) => plan.Ledger.Reservations
        .Aggregate(default(Usd), (sum, row) => sum + row.CommittedFrom(Obtainability.FirstDay(plan.AsOf)));

    /// <summary>Refuses a stack that counts on a reservation that has ended.</summary>
    /// <exception cref="PlanException">It does; every such reservation is told.</exception>
    public static void Require(CapacityPlan plan)
    {
        var ended = plan.Ledger.Reservations.Where(row => row.End < new DateOnly(plan.AsOf.Year, plan.AsOf.Number, 1)).Select(row =>
            row.Grant.Location.Problem($"reservations.{row.Id}", FormattableString.Invariant(
                $"ended on {row.End:yyyy-MM-dd}, before {plan.AsOf}, and is assigned still: renew it, or take it out"))).ToList();
        if (ended.Count > 0)
        {
            throw new PlanException(ended);
        }
    }

    /// <summary>What is held and not used, held Capacity Blocks that nothing here can run on, and a baseline that nothing reserves.</summary>
    public static IEnumerable<string> Warnings(CapacityPlan plan, ImmutableArray<Pool> pools)
    {
        foreach (var cover in Of(plan, pools).Where(cover => cover.Used < cover.Held))
        {
            yield return $"{cover.Held - cover.Used} of {cover.Held} × {cover.InstanceType} that are held in {cover.Region} are paid and not used";
        }

        foreach (var row in plan.Ledger.Reservations.Where(row => row.HoldsIn(plan.AsOf) && !HeldCapacity.CanRunOn(row)))
        {
            yield return $"the program does not run on calendar reservations of Google Cloud: {row.Id} is not used";
        }

        if (plan.Purchasing is { ReserveUpToPercentile: { } percentile, CreatesReservations: false })
        {
            var forecast = new DemandForecast(plan);
            foreach (var serving in plan.Servings.Where(serving => serving.Kind == ServingKind.Online))
            {
                var baseline = forecast.OfServing(serving, plan.AsOf).RequestsPerSecondAt(percentile);
                var reserved = pools.Where(pool => pool.Serving == serving.Name && pool.Tier == Tier.Reserved).Sum(pool => pool.RequestsPerSecond);
                if (reserved < baseline * (1 - 1e-9))
                {
                    yield return FormattableString.Invariant(
                        $"{serving.Name}: reservations hold {reserved:0.##} of the {baseline:0.##} requests/s up to p{percentile}, and the rest runs on demand: ")
                        + "put held ones into the ledger, or say purchasing.reserve.create: true";
                }
            }
        }
    }
}
