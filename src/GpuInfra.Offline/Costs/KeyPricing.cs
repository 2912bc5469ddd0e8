using Pulumi.Offline;

namespace GpuInfra.Offline.Costs;

/// <summary>
/// Prices keys by the month: the first version of each. A rotation adds a version that stays as long as something is encrypted by it.
/// </summary>
internal static class KeyPricing
{
    public static Pricing Amazon(ResourceRecord key, PricingContext context) => Key(key, context, "customer-key");

    public static Pricing Google(ResourceRecord key, PricingContext context) => Key(key, context, "software-key-version");

    private static Pricing Key(ResourceRecord key, PricingContext context, string sku) => context.Bill(key)
        .Add(CostKind.Keys, "kms", sku, 1, "1 key, in its first version")
        .Unpriced("older versions of keys", "depends on how often they were rotated")
        .Unpriced("KMS requests", "depends on how often machines start")
        .ToPricing("it is no key");
}
