using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>The disk that a machine starts from. It is an EBS volume or a Persistent Disk, so it outlives a stop; local disks do not.</summary>
public static class RootDisk
{
    /// <summary>The system, the driver and the engine's image, unpacked.</summary>
    private const double SystemGib = 100;

    /// <summary>Tokenizer and configuration come on top of the weights.</summary>
    private const double WeightsMargin = 1.2;

    /// <summary>The size whose rate stands in <c>start-steps.json</c>: on Google Cloud a disk's rate grows with its size.</summary>
    private const int LeastGoogleStandbyGib = 500;

    /// <summary>MiB/s that an EBS volume of a pool with stopped machines is provisioned with: what the 3,000 operations that every gp3 volume has carry.</summary>
    public const int AmazonStandbyMibPerSecond = 750;

    /// <summary>MiB/s that every gp3 volume has.</summary>
    private const int AmazonMibPerSecond = 125;

    /// <summary>The type of a Google boot disk of a pool with stopped machines.</summary>
    public const string GoogleStandbyType = "pd-ssd";

    /// <summary>GiB of a machine's root disk. It holds the weights as well, since not every machine has local disks.</summary>
    /// <param name="weights">Bytes of the checkpoint.</param>
    public static int GibFor(ByteSize weights) => (int)Math.Ceiling(SystemGib + (weights * WeightsMargin).TotalGib);

    /// <summary>The same where machines wait stopped: they read the weights from it when they start.</summary>
    /// <param name="cloud">The cloud.</param>
    /// <param name="weights">Bytes of the checkpoint.</param>
    public static int StandbyGibFor(CloudProvider cloud, ByteSize weights) =>
        cloud == CloudProvider.Gcp ? Math.Max(LeastGoogleStandbyGib, GibFor(weights)) : GibFor(weights);

    /// <summary>What such a disk costs a month; null where the catalog has no price of it in the region.</summary>
    internal static Usd? StandbyMonthly(Catalog catalog, CloudProvider cloud, string region, ByteSize weights)
    {
        var gib = StandbyGibFor(cloud, weights);
        var cost = cloud == CloudProvider.Aws
            ? (Price("gp3-storage") * gib) + (Price("gp3-throughput-over-125") * (AmazonStandbyMibPerSecond - AmazonMibPerSecond))
            : Price(GoogleStandbyType) * gib;
        return cost is { } sum ? new Usd(sum) : null;

        decimal? Price(string sku) => catalog.FindUnitPrice(cloud, region, "block-storage", sku)?.Price.Amount;
    }
}
