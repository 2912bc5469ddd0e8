using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Planning.Finance.Actuals;

/// <summary>
/// Splits what a pool's machines were billed beyond what they were planned to cost. With H planned hours at r, h billed hours that cost C, of a
/// spot pool h' of them at the standard price for C', and q times the planned demand seen: demand (q − 1)Hr, utilisation (h − qH)r,
/// fallback C' − h'r, price (C − C') − (h − h')r. They add up to C − Hr.
/// </summary>
internal static class PoolGap
{
    /// <summary>Adds the parts.</summary>
    /// <param name="parts">Where to.</param>
    /// <param name="pool">The pool.</param>
    /// <param name="planned">What it was planned to cost in the hours looked at, in USD.</param>
    /// <param name="months">Those hours as a part of an average month.</param>
    /// <param name="bill">What it was billed.</param>
    /// <param name="demand">Demand seen over demand planned; null where nothing says it.</param>
    public static void Add(decimal[] parts, Pool pool, decimal planned, decimal months, BillLine bill, double? demand)
    {
        var cost = bill[ChargeKind.Machine];
        var hours = pool.Instances.Desired * pool.HoursPerMonth * months * (pool.Cloud == CloudProvider.Gcp ? pool.GpusPerInstance : 1);
        if (hours == 0 || (bill.Hours <= 0 && cost != 0))
        {
            parts[(int)GapPart.Unsplit] += cost - planned;
            return;
        }

        var rate = planned / hours;
        var (standard, standardHours) = pool.Tier == Tier.Spot ? (bill.Standard, bill.StandardHours) : (0, 0);
        if (demand is { } seen)
        {
            var asked = hours * (decimal)seen;
            parts[(int)GapPart.Demand] += (asked - hours) * rate;
            parts[(int)GapPart.Utilization] += (bill.Hours - asked) * rate;
        }
        else
        {
            parts[(int)GapPart.DemandOrUtilization] += (bill.Hours - hours) * rate;
        }

        parts[(int)GapPart.Fallback] += standard - (standardHours * rate);
        parts[(int)GapPart.Price] += cost - standard - ((bill.Hours - standardHours) * rate);
    }
}
