using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Ledgers;

namespace GpuInfra.Planning.Fleets;

/// <summary>What machines take of which quota, for fleets that are chosen and for fleets that are counted alike.</summary>
internal static class QuotaRules
{
    /// <summary>An Auto Scaling group starts one successor at once for each so many machines: the program's MaxHealthyPercentage of 110.</summary>
    private const int AmazonSurgeEvery = 10;

    /// <summary>What one machine takes while it runs, and what it would take when spot is taken away.</summary>
    public static IEnumerable<QuotaTake> Of(CapacityPlan plan, Offer offer, Tier tier)
    {
        var machine = offer.Machine;
        var units = offer.Cloud == CloudProvider.Aws ? machine.VCpus ?? 0 : machine.Gpus;
        var spot = tier == Tier.Spot;
        yield return new(Key(spot), units, IsFailover: false);
        if (spot && plan.Purchasing.SpotFallback == SpotFallback.OnDemand)
        {
            yield return new(Key(false), units, IsFailover: true);
        }

        QuotaKey Key(bool isSpot) => new(offer.Cloud, offer.Region, (isSpot ? machine.QuotaSpot : machine.QuotaOnDemand) ?? offer.InstanceType, isSpot);
    }

    /// <summary>Only on-demand groups start a successor first, on Google Cloud in every zone at once; the others have no room for it.</summary>
    public static Surge? SurgeOf(CloudProvider cloud, Tier tier, int zones) => tier != Tier.OnDemand ? null
        : cloud == CloudProvider.Aws ? new Surge(AmazonSurgeEvery, 1)
        : new Surge(int.MaxValue, zones);

    /// <summary>What the ledger says of a quota; null when it lists none, which limits nothing.</summary>
    public static Quota? Listed(CapacityPlan plan, QuotaKey key) => plan.Ledger.Quotas.FirstOrDefault(quota => KeyOf(quota) == (key.Cloud, key.Region, key.Code));

    /// <summary>The quotas that the ledger lists, as limits that servings share.</summary>
    public static IEnumerable<SharedLimit> Limits(CapacityPlan plan) => plan.Ledger.Quotas.Select(quota => new SharedLimit(
        LimitName(quota.Grant.Region, quota.Code),
        $"the quota {quota.Code} in {quota.Grant.Region}",
        quota.Grant.Given)
    {
        Unit = UnitOf(quota.Grant.Cloud),
        Mend = more => Request(quota.Grant.Cloud, quota.Grant.Region, quota.Code, more),
    });

    /// <summary>What a limit of the problem is called.</summary>
    public static string LimitName(string region, string code) => $"{code} {region}";

    /// <summary>What is counted: vCPUs on AWS, GPUs on Google Cloud.</summary>
    public static string UnitOf(CloudProvider cloud) => cloud == CloudProvider.Aws ? "vCPUs" : "GPUs";

    /// <summary>How to ask for more.</summary>
    public static string Request(CloudProvider cloud, string region, string code, int more) => cloud == CloudProvider.Aws
        ? $"ask for {more} more: aws service-quotas request-service-quota-increase --service-code ec2 --quota-code {code} --region {region} --desired-value VALUE"
        : $"ask for {more} more of {code} in {region} under IAM & Admin, Quotas";

    private static (CloudProvider, string, string) KeyOf(Quota quota) => (quota.Grant.Cloud, quota.Grant.Region, quota.Code);
}

/// <summary>A quota of an account.</summary>
internal readonly record struct QuotaKey(CloudProvider Cloud, string Region, string Code, bool IsSpot);

/// <summary>What one machine takes of a quota.</summary>
internal readonly record struct QuotaTake(QuotaKey Quota, int Units, bool IsFailover);
