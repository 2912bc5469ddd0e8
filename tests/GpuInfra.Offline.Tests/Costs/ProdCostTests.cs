using GpuInfra.Offline.Costs;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Offline.Tests.Costs;

/// <summary>Production's cost, summed by hand: quantities are written out here, unit prices are the catalog's rows.</summary>
public class ProdCostTests
{
    private const decimal Always = 730;               // Hours in a month.
    private const decimal Nightly = 4 * 365 / 12m;    // 01:00 to 05:00, every night of the year.
    private const decimal OnePercent = 0.01m;

    // GiB of a root disk: 100 for the system and 1.2 times the weights, rounded up.
    private static readonly Dictionary<string, decimal> RootDisk = new()
    {
        ["mixtral-8x7b"] = 205,   // 46.703 G parameters × 2 bytes = 86.99 GiB
        ["llama-3.1-8b"] = 118,   //  8.030 G parameters × 2 bytes = 14.96 GiB
        ["bge-large"] = 101,      //  0.335 G parameters × 2 bytes =  0.62 GiB
    };

    [Fact]
    public async Task Production_costs_what_a_sum_made_by_hand_says()
    {
        var record = await Prod.Record;
        var byHand = ByHand(record.Fleet).ToDictionary(item => (item.Pool, item.Kind), item => item.Usd);
        var estimated = record.Costs.Resources
            .SelectMany(resource => resource.Lines.Select(line => (resource.Pool, line.Kind, line.Monthly.Amount)))
            .GroupBy(line => (line.Pool, line.Kind))
            .ToDictionary(group => group.Key, group => group.Sum(line => line.Amount));

        Assert.Equal(byHand.Keys.Order(), estimated.Keys.Order());
        Assert.All(byHand, item => Assert.InRange(
            estimated[item.Key], item.Value * (1 - OnePercent) - 0.01m, item.Value * (1 + OnePercent) + 0.01m));
        Assert.InRange(
            record.Costs.Monthly.Amount, byHand.Values.Sum() * (1 - OnePercent), byHand.Values.Sum() * (1 + OnePercent));
    }

    [Fact]
    public async Task Machines_cost_what_the_fleet_plan_says_to_the_cent()
    {
        var record = await Prod.Record;
        Assert.Equal(record.Fleet.Cost.Monthly, record.Costs.Machines);
    }

    private static IEnumerable<(string Pool, CostKind Kind, decimal Usd)> ByHand(FleetPlan fleet)
    {
        foreach (var pool in fleet.Pools)
        {
            // The nightly embedder runs on spot within its window; everything else runs always and is not on spot.
            var (hours, spot) = pool.Serving == "embedder" ? (Nightly, true) : (Always, false);
            var offer = Catalog.Embedded.OffersIn(pool.Cloud, pool.Region).Single(offer => offer.InstanceType == pool.InstanceType);
            var price = spot
                ? offer.Zones.Where(zone => pool.Zones.Any(used => used.Zone == zone.Zone)).Average(zone => zone.Spot!.Value.Amount)
                : offer.OnDemand!.Value.Amount;

            // Machines. A reserved machine is billed as reserved or as running, not twice: reservations add nothing.
            yield return (pool.Id, CostKind.Machines, pool.Instances.Desired * hours * price);

            // One root disk a machine, billed for the part of the month that the machine exists.
            var disk = pool.Cloud == CloudProvider.Aws
                ? Price(CloudProvider.Aws, pool.Region, "block-storage", "gp3-storage")
                : Price(CloudProvider.Gcp, pool.Region, "block-storage", GoogleDisk(pool.InstanceType));
            yield return (pool.Id, CostKind.Disks, pool.Instances.Desired * RootDisk[pool.Engine.Model] * hours / 730 * disk);
        }

        // Eight services of AWS (ecr.api, ecr.dkr, ssm, ssmmessages, ec2messages, logs, and for routers ec2, secretsmanager), each in two zones, always.
        var endpoint = Price(CloudProvider.Aws, "us-east-1", "private-link", "vpc-interface-endpoint-hour");
        yield return (ResourceCost.Shared, CostKind.Endpoints, 8 * 2 * 730 * endpoint);

        // One NAT gateway on Google Cloud, for every machine behind it while that runs, and its one address.
        var google = fleet.Pools.Where(pool => pool.Cloud == CloudProvider.Gcp).ToList();
        var standing = 3 + google.Where(pool => pool.Serving != "embedder").Sum(pool => pool.Instances.Desired); // Two of them are routers, one is a monitor.
        var nightly = google.Where(pool => pool.Serving == "embedder").Sum(pool => pool.Instances.Desired);
        Assert.True(standing + nightly <= 32, "a gateway is billed for 32 machines at most");
        var nat = Price(CloudProvider.Gcp, "us-central1", "nat", "cloud-nat-gateway-per-vm-first-32");
        var address = Price(CloudProvider.Gcp, "us-central1", "nat", "cloud-nat-ip-hour");
        // On AWS the monitor has one of its own.
        var amazon = Price(CloudProvider.Aws, "us-east-1", "nat", "nat-gateway-hour") + Price(CloudProvider.Aws, "us-east-1", "public-ip", "public-ipv4-in-use");
        yield return (ResourceCost.Shared, CostKind.Nat, (standing * Always + nightly * Nightly) * nat + 1 * 730 * address + 730 * amazon);

        // A monitor in each region, and the password of its Grafana.
        yield return (ResourceCost.Shared, CostKind.Monitors,
            730 * Price(CloudProvider.Aws, "us-east-1", "cpu-instance", "m7i.large") + Price(CloudProvider.Aws, "us-east-1", "secrets", "secret")
            + 730 * Price(CloudProvider.Gcp, "us-central1", "cpu-instance", "e2-standard-2") + Price(CloudProvider.Gcp, "global", "secrets", "secret-active-version-per-location"));

        // Two routers in each region with disks of 20 GiB, the balancer before them, and a zone for its name.
        yield return (ResourceCost.Shared, CostKind.Routers,
            730 * (2 * Price(CloudProvider.Aws, "us-east-1", "cpu-instance", "m7i.large") + Price(CloudProvider.Aws, "us-east-1", "load-balancer", "nlb-hour"))
            + 730 * (2 * Price(CloudProvider.Gcp, "us-central1", "cpu-instance", "e2-standard-2") + Price(CloudProvider.Gcp, "us-central1", "load-balancer", "forwarding-rule-first-5-minimum"))
            + Price(CloudProvider.Aws, "us-east-1", "dns", "route53-hosted-zone") + Price(CloudProvider.Gcp, "global", "dns", "cloud-dns-zone-first-25"));
        // Their disks, and those of monitors: 20 GiB to start from and 100 GiB of series.
        yield return (ResourceCost.Shared, CostKind.Disks, (2 * 20 + 120) * Price(CloudProvider.Aws, "us-east-1", "block-storage", "gp3-storage")
            + (2 * 20 + 120) * Price(CloudProvider.Gcp, "us-central1", "block-storage", "pd-balanced"));

        // A key in each region.
        yield return (ResourceCost.Shared, CostKind.Keys, Price(CloudProvider.Aws, "us-east-1", "kms", "customer-key")
            + Price(CloudProvider.Gcp, "global", "kms", "software-key-version"));

        // A bucket in each region with one copy of the three models: 86.99 + 14.96 + 0.62 GiB.
        var s3 = Price(CloudProvider.Aws, "us-east-1", "object-storage", "s3-standard-first-50TB");
        var gcs = Price(CloudProvider.Gcp, "us-central1", "object-storage", "gcs-standard");
        yield return (ResourceCost.Shared, CostKind.Storage, 102.57m * s3 + 102.57m * gcs);
    }

    private static decimal Price(CloudProvider cloud, string region, string service, string sku) =>
        Catalog.Embedded.UnitPrices.Single(row =>
            row.Cloud == cloud && row.Region == region && row.Service == service && row.Sku == sku).Price.Amount;

    /// <summary>The newest families take Hyperdisk only.</summary>
    private static string GoogleDisk(string machineType) =>
        machineType.StartsWith("g4-", StringComparison.Ordinal) || machineType.StartsWith("a3-ultragpu-", StringComparison.Ordinal)
            ? "hyperdisk-balanced-capacity"
            : "pd-balanced";
}
