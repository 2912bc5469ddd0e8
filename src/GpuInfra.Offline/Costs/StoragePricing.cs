using System.Globalization;
using GpuInfra.Infra.Common;
using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Catalogs;
using Pulumi.Offline;

namespace GpuInfra.Offline.Costs;

/// <summary>
/// Prices buckets of weights: one copy of each artefact that the region's pools serve. Clouds count a stored gigabyte as 2^30 bytes.
/// </summary>
internal static class StoragePricing
{
    /// <summary>What the names of buckets of weights hold, and no others.</summary>
    private const string Weights = "weights";

    public static Pricing Amazon(ResourceRecord bucket, PricingContext context) =>
        Bucket(bucket, context, "s3-standard-first-50TB", context.Run.RegionOf(bucket));

    public static Pricing Google(ResourceRecord bucket, PricingContext context) => Bucket(
        bucket,
        context,
        $"gcs-{(bucket.Inputs.TextAt("storageClass") ?? "standard").ToLowerInvariant()}",
        (bucket.Inputs.TextAt("location") ?? "").ToLowerInvariant());

    private static Pricing Bucket(ResourceRecord bucket, PricingContext context, string sku, string location)
    {
        var region = context.Run.RegionOf(bucket);
        var bill = context.Bill(bucket);
        if (!bucket.Name.Contains(Weights, StringComparison.Ordinal))
        {
            return bill.Unpriced("storage", "depends on what is kept: some kilobytes").ToPricing("");
        }

        if (location != region)
        {
            return bill.Unpriced("storage", $"it is in {location}, outside its provider's region {region}").ToPricing("");
        }

        var sizes = Artefacts(context, Registrations.CloudOf(bucket), region).ToList();
        var formula = string.Join(" + ", sizes.Select(size => size.ToString("0.##", CultureInfo.InvariantCulture)));
        return bill
            .Add(CostKind.Storage, "object-storage", sku, sizes.Sum(), $"{formula} GiB of weights")
            .Unpriced("requests", "depends on how often machines start")
            .Unpriced("older versions of objects", "depends on how often weights are replaced")
            .ToPricing("it holds nothing");
    }

    private static IEnumerable<decimal> Artefacts(PricingContext context, CloudProvider cloud, string region)
    {
        var models = context.Fleet.Servings.ToDictionary(fleet => fleet.Serving.Name, fleet => fleet.Serving.Model);
        return context.Fleet.Pools.Where(pool => pool.Cloud == cloud && pool.Region == region)
            .Select(pool => (Model: models[pool.Serving], pool.Engine.Precision))
            .DistinctBy(artefact => (artefact.Model.Id, artefact.Precision))
            .OrderBy(artefact => artefact.Model.Id, StringComparer.Ordinal).ThenBy(artefact => artefact.Precision)
            .Select(artefact => (decimal)MachineNeeds.Weights(artefact.Model, artefact.Precision).TotalGib);
    }
}
