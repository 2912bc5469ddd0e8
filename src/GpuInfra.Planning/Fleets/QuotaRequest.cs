using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Fleets;

/// <summary>A quota that the horizon outgrows, to be asked for.</summary>
/// <param name="Cloud">The cloud.</param>
/// <param name="Region">The region.</param>
/// <param name="Code">Its code on AWS, its metric on Google Cloud.</param>
/// <param name="Value">What the account is to have in all: vCPUs on AWS, GPUs on Google Cloud. More than it has by the ledger.</param>
public sealed record QuotaRequest(CloudProvider Cloud, string Region, string Code, int Value)
{
    /// <summary>
    /// The requests of a fleet, in the order of its needs; none where the plan has no <c>purchasing.quotaRequests</c>. Asked is for what the other stacks
    /// were given and what this one needs in its largest month, where the ledger says that the account has less: what is not dealt out yet is dealt
    /// out, not asked for. Quotas that the ledger does not list are not asked for either, since they may be larger already.
    /// </summary>
    /// <param name="fleet">The fleet.</param>
    public static ImmutableArray<QuotaRequest> Of(FleetPlan fleet) => fleet.Plan.Purchasing.QuotaContact is null ? [] :
    [
        .. from need in fleet.Quotas
           let elsewhere = QuotaRules.Listed(fleet.Plan, new QuotaKey(need.Cloud, need.Region, need.Code, need.IsSpot))?.Grant.Elsewhere
           where elsewhere is not null && elsewhere.Given + need.Most > elsewhere.Count
           select new QuotaRequest(need.Cloud, need.Region, need.Code, elsewhere.Given + need.Most),
    ];
}
