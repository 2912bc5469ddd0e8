using GpuInfra.Planning.Units;

namespace GpuInfra.Offline.Costs;

/// <summary>Prices machines that run on held reservations: at what the ledger says is paid for them, whatever the list says.</summary>
internal static class HeldPricing
{
    private const string Source = "the ledger's reservations";

    /// <summary>
    /// Adds the lines of a group's held machines and gives their number. A pool's machines are numbered through its groups, in the order of
    /// URNs; held ones come first.
    /// </summary>
    public static decimal Add(Bill bill, MachineGroup group, PricingContext context)
    {
        if (context.PoolOf(group.Resource) is not { Held.IsEmpty: false } pool)
        {
            return 0;
        }

        var sum = 0m;
        foreach (var (use, machines) in context.PartOf(group, pool, pool.Held.Select(use => (use, use.Instances))))
        {
            sum += machines;
            bill.Add(new CostLine(
                CostKind.Machines, $"reservation {use.Reservation}", machines * (group.Hours ?? 0), "hour",
                new Usd(use.Hourly.Amount), FormattableString.Invariant($"{machines:0.##} × {group.Hours:0.##} h held"),
                Source, null));
        }

        return sum;
    }
}
