using System.Globalization;
using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using Pulumi.Offline;

namespace GpuInfra.Offline.Costs;

/// <summary>Prices file systems that machines share: what they hold or are made with, a month.</summary>
internal static class FilesPricing
{
    /// <summary>EFS is paid by what lies there and by each byte that is read: weights once a day for each machine, as the cold start reckons.</summary>
    public static Pricing Elastic(ResourceRecord files, PricingContext context)
    {
        var region = context.Run.RegionOf(files);
        var use = files.Name.EndsWith("-weights", StringComparison.Ordinal) ? FilesUse.Weights : FilesUse.Training;
        if (context.Fleet.SharedFiles.FirstOrDefault(system => system.Cloud == CloudProvider.Aws && system.Region == region && system.Use == use) is not { } planned)
        {
            return context.Bill(files).Unpriced("file system", "the plan has none there").ToPricing("");
        }

        var bill = context.Bill(files).Add(CostKind.Files, "shared-file", "efs-standard", planned.SizeGib, Gib(planned.SizeGib));
        if (use == FilesUse.Training)
        {
            return bill.Unpriced("reads and writes", "depends on what jobs read and write").ToPricing("");
        }

        var machines = context.Fleet.Pools.Where(pool => pool.Cloud == CloudProvider.Aws && pool.Region == region && planned.Servings.Contains(pool.Serving)).Sum(pool => pool.Instances.Desired);
        return bill
            .Add(
                CostKind.Files,
                "shared-file",
                "efs-elastic-throughput-read",
                (decimal)planned.SizeGib * machines * WeightStorePrices.StartsPerMachine,
                FormattableString.Invariant($"{planned.SizeGib} GiB × {machines} machines × {WeightStorePrices.StartsPerMachine} starts"))
            .Unpriced("writes", "depends on how often weights are replaced")
            .ToPricing("");
    }

    /// <summary>FSx for Lustre by its size; the rate that it was made with is in the price.</summary>
    public static Pricing AmazonLustre(ResourceRecord files, PricingContext context) => Sized(
        files, context, $"fsx-lustre-persistent2-ssd-{files.Inputs.TextAt("perUnitStorageThroughput")}", files.Inputs.NumberAt("storageCapacity"));

    /// <summary>Filestore by its size.</summary>
    public static Pricing Filestore(ResourceRecord files, PricingContext context) => Sized(
        files, context, files.Inputs.TextAt("tier") == "REGIONAL" ? "filestore-regional-enterprise" : "filestore-zonal", files.Inputs.NumberAt("fileShares", "capacityGb"));

    /// <summary>Managed Lustre by its size; the rate that it was made with is in the price.</summary>
    public static Pricing GoogleLustre(ResourceRecord files, PricingContext context) => Sized(
        files, context, $"managed-lustre-{files.Inputs.TextAt("perUnitStorageThroughput")}", files.Inputs.NumberAt("capacityGib"));

    private static Pricing Sized(ResourceRecord files, PricingContext context, string sku, decimal? gib) =>
        context.Bill(files).Add(CostKind.Files, "shared-file", sku, gib ?? 0, Gib(gib ?? 0)).ToPricing("it holds nothing");

    private static string Gib(decimal gib) => $"{gib.ToString("0.##", CultureInfo.InvariantCulture)} GiB";
}
