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
    /// <param name="bill">What the pool was planned to cost and was billed.</param>
    /// <param name="demand">Demand seen over demand planned; null where nothing says it.</param>
    public static void Add(decimal[] parts, PoolBill bill, double? demand)
    {
        var hours = bill.PlannedHours;
        if (hours == 0 || (bill.Hours <= 0 && bill.Usd != 0))
        {
            parts[(int)GapPart.Unsplit] += bill.Usd - bill.PlannedUsd;
            return;
        }

        var rate = bill.PlannedUsd / hours;
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

        parts[(int)GapPart.Fallback] += bill.StandardUsd - (bill.StandardHours * rate);
        parts[(int)GapPart.Price] += bill.Usd - bill.StandardUsd - ((bill.Hours - bill.StandardHours) * rate);
    }
}
