using GpuInfra.Offline.Costs;

namespace GpuInfra.Offline.Policies;

/// <summary>Machines as registered cost what the plan says: two sums, made from different things.</summary>
internal static class CostRules
{
    private const decimal Cent = 0.01m;

    public static Policy<Evidence> AsPlanned { get; } = new(
        "cost-as-planned",
        "the machines registered for every pool cost what the plan says",
        "look for a machine type, count or window that infra/ changes on the way from the plan to the group.",
        evidence =>
        {
            var registered = evidence.Record.Costs.Resources
                .SelectMany(resource => resource.Lines.Where(line => line.Kind == CostKind.Machines)
                    .Select(line => (resource.Pool, line.Monthly.Amount)))
                .ToLookup(line => line.Pool, line => line.Amount, StringComparer.Ordinal);
            return evidence.PoolsInScope.Select(pool =>
            {
                var sum = registered[pool.Id].Sum();
                return Look.At(pool.Id, Math.Abs(pool.Monthly.Amount - sum) <= Cent, FormattableString.Invariant(
                    $"the machines registered cost ${sum:N2} a month, the plan says {pool.Monthly}"));
            });
        })
    {
        NotWaivable = "a price that is approved must be the price of what is deployed",
        Noun = "pool",
    };
}
