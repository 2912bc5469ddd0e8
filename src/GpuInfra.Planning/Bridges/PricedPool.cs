using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Bridges;

/// <summary>What a bridge needs to know of a pool, from a fleet, a lock or a record.</summary>
/// <param name="Id">Its id.</param>
/// <param name="InstanceType">What it runs on.</param>
/// <param name="Tier">How it is bought.</param>
/// <param name="Instances">Its machines.</param>
/// <param name="HoursPerMonth">Hours they run in an average month.</param>
/// <param name="Hourly">What all of them cost an hour: those that are held what they are held for, the others their price less what commitments take off.</param>
/// <param name="Saving">What commitments take off that.</param>
/// <param name="Monthly">What it costs a month, in cents.</param>
public sealed record PricedPool(
    string Id, string InstanceType, string Tier, int Instances, decimal HoursPerMonth, UsdPerHour Hourly, UsdPerHour Saving, Usd Monthly)
{
    /// <summary>Those of its machines that run on held reservations, or outside the clouds.</summary>
    public int Held { get; init; }

    /// <summary>What those are paid for an hour, used or not.</summary>
    public UsdPerHour HeldHourly { get; init; }

    /// <summary>A pool's.</summary>
    public static PricedPool Of(Pool pool) => new(
        pool.Id,
        pool.InstanceType,
        JsonText.Word(pool.Tier),
        pool.Instances.Desired,
        pool.HoursPerMonth,
        pool.Hourly,
        new UsdPerHour(pool.Commitments.Sum(use => use.Saving.Amount * use.Instances)),
        pool.Monthly)
    {
        Held = pool.IsExternal ? pool.Instances.Desired : pool.Held.Sum(use => use.Instances),
        HeldHourly = pool.IsExternal ? pool.Hourly : new UsdPerHour(pool.Held.Sum(use => use.Hourly.Amount * use.Instances)),
    };

    /// <summary>Those of its machines that are not held.</summary>
    internal int Bought => Instances - Held;

    /// <summary>What its bought machines cost a month without commitments, not rounded.</summary>
    internal decimal Gross => (Hourly.Amount - HeldHourly.Amount + Saving.Amount) * HoursPerMonth;

    /// <summary>What it costs a month beyond that: what held machines are paid for, less what commitments take off.</summary>
    internal decimal Committed => (HeldHourly.Amount - Saving.Amount) * HoursPerMonth;

    /// <summary>What one of its bought machines costs an hour without commitments; null when it has none.</summary>
    internal decimal? Unit => Bought == 0 ? null : (Hourly.Amount - HeldHourly.Amount + Saving.Amount) / Bought;
}
