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

    /// <summary>
    /// Copies of a bucket in another region: the way there of all weights, as if each were replaced once a month. What jobs write goes the same way, and nobody knows how much.
    /// </summary>
    public static Pricing AmazonCopies(ResourceRecord copies, PricingContext context)
    {
        var gib = Artefacts(context, CloudProvider.Aws, context.Run.RegionOf(copies)).Sum();
        var bill = context.Bill(copies)
            .Add(CostKind.Copies, "data-transfer", "cross-region-out", gib, $"{gib.ToString("0.##", CultureInfo.InvariantCulture)} GiB of weights, once a month")
            .Unpriced("copies of jobs' data", "depends on what jobs write")
            .Unpriced("figures of copies", "four figures of each folder that is copied, thirty cents a month each; the price book has no row of it");
        return (copies.Inputs.ListAt("rules").Any(rule => rule.TextAt("destination", "replicationTime", "status") == "Enabled")
            ? bill.Unpriced("replication time control", "a price for each gigabyte that the price book does not have")
            : bill).ToPricing("it copies nothing");
    }

    /// <summary>The same on Google Cloud, whose price between regions the price book does not have.</summary>
    public static Pricing GoogleCopies(ResourceRecord copies, PricingContext context) =>
        context.Bill(copies).Unpriced("copies in another region", "depends on what is written; the price book has no price between these regions").ToPricing("it copies nothing");

    /// <summary>The weights that a region's machines load, or would in the place of another's.</summary>
    private static IEnumerable<decimal> Artefacts(PricingContext context, CloudProvider cloud, string region)
    {
        var models = context.Fleet.Servings.ToDictionary(fleet => fleet.Serving.Name, fleet => fleet.Serving.Model);
        var sources = context.Fleet.StandbyRegions.Where(standby => standby.Cloud == cloud && standby.Region == region).SelectMany(standby => standby.Sources).Append(region).ToList();
        return context.Fleet.Pools.Where(pool => pool.Cloud == cloud && sources.Contains(pool.Region))
            .Select(pool => (Model: models[pool.Serving], pool.Engine.Precision))
            .DistinctBy(artefact => (artefact.Model.Id, artefact.Precision))
            .OrderBy(artefact => artefact.Model.Id, StringComparer.Ordinal).ThenBy(artefact => artefact.Precision)
            .Select(artefact => (decimal)MachineNeeds.Weights(artefact.Model, artefact.Precision).TotalGib);
    }
}
