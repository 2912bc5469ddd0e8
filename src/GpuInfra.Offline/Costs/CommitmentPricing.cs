using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Offline.Costs;

/// <summary>Takes off what held commitments save on the machines that the plan's ledger says they cover.</summary>
internal static class CommitmentPricing
{
    private const string Source = "the plan's commitments";

    /// <summary>
    /// A pool's machines are numbered through its groups, in the order of URNs; its commitments cover them from the first on, one
    /// after the other. A group gets the part of each that falls on its own machines.
    /// </summary>
    public static void Add(Bill bill, MachineGroup group, PricingContext context)
    {
        if (context.PoolOf(group.Resource) is not { Commitments.IsEmpty: false } pool)
        {
            return;
        }

        // Held machines come first, and none of them is covered.
        var held = pool.Held.Select(use => ((CommitmentUse?)null, use.Instances));
        foreach (var (use, machines) in context.PartOf(group, pool, held.Concat(pool.Commitments.Select(use => ((CommitmentUse?)use, use.Instances)))))
        {
            if (use is not null)
            {
                bill.Add(new CostLine(
                    CostKind.Machines, $"commitment {use.Commitment}", machines * (group.Hours ?? 0), "hour",
                    new Usd(-use.Saving.Amount), FormattableString.Invariant($"{machines:0.##} × {group.Hours:0.##} h covered"),
                    Source, null));
            }
        }
    }
}
