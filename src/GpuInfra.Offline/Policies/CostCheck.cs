using GpuInfra.Offline.Costs;

namespace GpuInfra.Offline.Checks;

/// <summary>Machines as registered cost what the plan says: two sums, made from different things.</summary>
internal static class CostCheck
{
    private const decimal Cent = 0.01m;

    public static PreviewCheck AsPlanned { get; } = new(
        "cost-as-planned",
        "the machines registered for every pool cost what the plan says",
        record =>
        {
            var registered = record.Costs.Resources
                .SelectMany(resource => resource.Lines.Where(line => line.Kind == CostKind.Machines)
                    .Select(line => (resource.Pool, line.Monthly.Amount)))
                .ToLookup(line => line.Pool, line => line.Amount, StringComparer.Ordinal);
            return record.Fleet.Pools
                .Where(pool => Math.Abs(pool.Monthly.Amount - registered[pool.Id].Sum()) > Cent)
                .Select(pool => new Finding(pool.Id, FormattableString.Invariant(
                    $"the machines registered cost ${registered[pool.Id].Sum():N2} a month, the plan says {pool.Monthly}")));
        });
}
