namespace GpuInfra.Planning.Fleets;

/// <summary>
/// What a replica over several instances is to the optimiser: one unit that costs as much and takes as much of every limit as all of them. So
/// whole replicas are decided on, and whatever counts instances (quotas, held machines, commitments, updates) counts each.
/// </summary>
internal static class Bundle
{
    /// <summary>A choice of single instances as one of whole replicas; null where too few instances can be had for one.</summary>
    public static PoolChoice? Of(PoolChoice choice, int nodes)
    {
        if (nodes == 1)
        {
            return choice;
        }

        var purchases = choice.Purchases.Where(purchase => purchase.Most is null || purchase.Most >= nodes).Select(purchase => purchase with
        {
            Monthly = purchase.Monthly * nodes,
            Most = purchase.Most / nodes,
            Uses = [.. purchase.Uses.Select(Times)],
        }).ToList();
        return purchases.Count == 0 ? null : choice with
        {
            Nodes = nodes,
            Rate = choice.Rate * nodes,
            Replicas = 1,
            Purchases = [.. purchases],
            Uses = [.. choice.Uses.Select(Times)],

            // A successor serves nothing before its replica is whole, so as many start as a replica has.
            Surge = choice.Surge is { } surge ? surge with { Spared = surge.Spared / nodes, Uses = [.. surge.Uses.Select(Times)] } : null,
        };

        LimitUse Times(LimitUse use) => use with { Amount = use.Amount * nodes };
    }
}
