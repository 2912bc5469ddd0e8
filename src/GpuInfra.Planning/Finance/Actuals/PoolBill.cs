using GpuInfra.Planning.Fleets;

namespace GpuInfra.Planning.Finance.Actuals;

/// <summary>What a pool's machines were billed beside what they were planned to be. Hours are of machines on AWS and of GPUs on Google Cloud.</summary>
/// <param name="Pool">The pool, as the month has it.</param>
/// <param name="PlannedHours">Hours planned of the time that is billed.</param>
/// <param name="PlannedUsd">What those were planned to cost.</param>
/// <param name="Hours">Hours billed.</param>
/// <param name="Usd">What they cost.</param>
/// <param name="StandardHours">Of a spot pool, hours at the standard price.</param>
/// <param name="StandardUsd">What those cost.</param>
public sealed record PoolBill(Pool Pool, decimal PlannedHours, decimal PlannedUsd, decimal Hours, decimal Usd, decimal StandardHours, decimal StandardUsd)
{
    /// <summary>Billed over planned price of an hour, without hours of spot pools at the standard price; null where there is none to compare.</summary>
    public decimal? PriceRatio => PlannedHours > 0 && PlannedUsd > 0 && Hours > StandardHours ? (Usd - StandardUsd) / (Hours - StandardHours) / (PlannedUsd / PlannedHours) : null;

    /// <summary>A pool against its bill.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="planned">What it was planned to cost in the hours looked at, in USD.</param>
    /// <param name="months">Those hours as a part of an average month.</param>
    /// <param name="bill">What it was billed.</param>
    internal static PoolBill Of(Pool pool, decimal planned, decimal months, BillLine bill)
    {
        var hours = pool.Instances.Desired * pool.HoursPerMonth * months * (pool.Cloud == Catalogs.CloudProvider.Gcp ? pool.GpusPerInstance : 1);
        var isSpot = pool.Tier == Tier.Spot;
        return new PoolBill(pool, hours, planned, bill.Hours, bill[ChargeKind.Machine], isSpot ? bill.StandardHours : 0, isSpot ? bill.Standard : 0);
    }
}
