using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
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
/// <param name="RenewBy">When the first of the held reservations must be renewed, a month before its end; null when none ends.</param>
public sealed record ReservationCover(CloudProvider Cloud, string Region, string InstanceType, int Needed, int Held, DateOnly? RenewBy)
{
    private const int RenewalDays = 30;

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
                    held[key].Min(row => row.End)?.AddDays(-RenewalDays))),
        ];
    }

    /// <summary>What the held reservations of a plan's stack cost until their ends, whatever happens.</summary>
    public static Usd Irrevocable(CapacityPlan plan) => plan.Ledger.Reservations
        .Aggregate(default(Usd), (sum, row) => sum + row.CommittedFrom(new DateOnly(plan.AsOf.Year, plan.AsOf.Number, 1)));

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

    /// <summary>What is held and not used, and what is used beside what is held.</summary>
    public static IEnumerable<string> Warnings(ImmutableArray<ReservationCover> covers) => covers.Where(cover => cover.Held > 0).Select(cover =>
        $"{cover.Held} × {cover.InstanceType} are held in {cover.Region}, and the program does not run on them yet: it makes reservations of its own for {cover.Needed}");
}
