using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// What holds a serving's weights in a region a month, from the catalog's unit prices. The bucket is the source of truth, so every store has it
/// too. Requests, snapshots' initialization and traffic between zones are not counted.
/// </summary>
public static class WeightStorePrices
{
    /// <summary>Starts of each machine a month that what is paid by the byte read is reckoned with: one a day.</summary>
    public const int StartsPerMachine = 30;

    /// <summary>What the Hyperdisk ML volume of a zone is provisioned with, in MiB/s: the rate of its row in <c>start-steps.json</c>.</summary>
    private const decimal SharedMibPerSecond = 1_200;

    /// <summary>The disk made of an image: the size whose rate stands in <c>start-steps.json</c>, or what it must hold.</summary>
    private const double LeastDiskGib = 200;

    /// <summary>The engine's image unpacked, in GiB: 28.6 GB (vllm-project/vllm#22377, 2025-12-10).</summary>
    private const double UnpackedImageGib = 26.6;

    /// <summary>The monthly cost; null where a price is missing in the region.</summary>
    /// <param name="catalog">Unit prices.</param>
    /// <param name="store">The store.</param>
    /// <param name="pools">The serving's pools in one region of a cloud, at least one.</param>
    /// <param name="weights">Bytes of the checkpoint.</param>
    internal static Usd? Monthly(Catalog catalog, WeightStore store, ImmutableArray<Pool> pools, ByteSize weights)
    {
        var (cloud, region, machines) = (pools[0].Cloud, pools[0].Region, pools.Sum(pool => pool.Instances.Desired));
        var zones = pools.SelectMany(pool => pool.Zones.Select(zone => zone.Zone)).Distinct().Count();
        var (gb, gib) = ((decimal)weights.TotalGb, (decimal)weights.TotalGib);
        var disk = (decimal)Math.Max(LeastDiskGib, weights.TotalGib + UnpackedImageGib);
        var image = gib + (decimal)UnpackedImageGib;
        var bucket = cloud == CloudProvider.Aws ? Price("object-storage", "s3-standard-first-50TB") * gb : Price("object-storage", "gcs-standard") * gib;
        var more = (cloud, store) switch
        {
            (_, WeightStore.ObjectStore) => 0,
            (CloudProvider.Aws, WeightStore.SharedFileSystem) =>
                Price("shared-file", "efs-standard") * gb + Price("shared-file", "efs-elastic-throughput-read") * gb * machines * StartsPerMachine,
            (CloudProvider.Gcp, WeightStore.SharedFileSystem) =>
                (Price("block-storage", "hyperdisk-ml-capacity") * gib + Price("block-storage", "hyperdisk-ml-throughput") * SharedMibPerSecond) * zones,
            (CloudProvider.Aws, WeightStore.BakedImage) =>
                Price("block-storage", "ebs-snapshot") * image + Price("block-storage", "gp3-storage") * disk * machines,
            (CloudProvider.Gcp, WeightStore.BakedImage) =>
                Price("block-storage", "snapshot-storage") * image + Price("block-storage", "pd-ssd") * disk * machines,
            _ => throw new ArgumentOutOfRangeException(nameof(store), store, "A store that is not priced."),
        };
        return bucket + more is { } sum ? new Usd(sum).ToCents() : null;

        decimal? Price(string service, string sku) => catalog.FindUnitPrice(cloud, region, service, sku)?.Price.Amount;
    }
}
