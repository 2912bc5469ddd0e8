using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;
using Pulumi.Offline;

namespace GpuInfra.Offline.Costs;

/// <summary>
/// Prices instance groups: machines × hours × the offer's price for the market they are started in, and their disks for the same hours.
/// </summary>
internal static class MachinePricing
{
    /// <summary>What comes with a disk of a type before more is asked for and billed, and the SKUs of both.</summary>
    private sealed record DiskPrices(
        string Capacity, decimal Iops = 0, string? IopsSku = null, decimal Throughput = 0, string? ThroughputSku = null);

    private static readonly Dictionary<string, DiskPrices> Disks = new(StringComparer.Ordinal)
    {
        ["gp3"] = new("gp3-storage", 3_000, "gp3-iops-over-3000", 125, "gp3-throughput-over-125"),
        ["gp2"] = new("gp2-storage"),
        ["pd-standard"] = new("pd-standard"),
        ["pd-balanced"] = new("pd-balanced"),
        ["pd-ssd"] = new("pd-ssd"),
        ["hyperdisk-balanced"] = new(
            "hyperdisk-balanced-capacity",
            3_000, "hyperdisk-balanced-iops-over-3000", 140, "hyperdisk-balanced-throughput-over-140"),
    };

    public static Pricing Price(ResourceRecord resource, PricingContext context)
    {
        var group = context.Groups[resource.Urn];
        var bill = context.Bill(resource);
        if (context.Run.IsRouter(resource))
        {
            bill.Add(CostKind.Routers, "cpu-instance", group.MachineType, group.MachineHours, group.Formula);
            return Rest(bill, resource, group);
        }

        if (ResourceTypes.NodeGroups.Contains(resource.Type) && context.PoolOf(resource) is null)
        {
            bill.Add(CostKind.Clusters, "cpu-instance", group.MachineType, group.MachineHours, group.Formula);
            return Rest(bill, resource, group);
        }

        var held = group.Hours is null ? 0 : HeldPricing.Add(bill, group, context);
        if (group.Offer is null)
        {
            bill.Unpriced(group.MachineType, $"no price row for {context.Run.RegionOf(resource)}");
        }
        else if (group.Hours is null)
        {
            bill.Unpriced(group.MachineType, "its schedule has a form that is not understood");
        }
        else
        {
            var standing = 1 - group.SpotShare;
            var bought = group with { Instances = group.Instances - held };
            bill.Add(CostKind.Machines, group.Offer, "on demand", group.Offer.OnDemand, bought.MachineHours * standing, bought.Formula);
            bill.Add(CostKind.Machines, group.Offer, "on spot", group.Spot, group.MachineHours * group.SpotShare, group.Formula);
            CommitmentPricing.Add(bill, group, context);
        }

        return Rest(bill, resource, group);
    }

    /// <summary>The disks, and what depends on use.</summary>
    private static Pricing Rest(Bill bill, ResourceRecord resource, MachineGroup group)
    {
        foreach (var disk in group.Disks)
        {
            AddDisk(bill, disk, (group.MachineHours / UsdPerHour.HoursPerMonth) + group.Standby, FormattableString.Invariant(
                $"{group.Formula} / {UsdPerHour.HoursPerMonth} h{(group.Standby > 0 ? FormattableString.Invariant($" + {group.Standby:0} stopped") : "")}"));
        }

        bill.Unpriced("data transfer", "depends on traffic between zones, regions, clouds and the internet");
        if (Registrations.CloudOf(resource) == CloudProvider.Gcp)
        {
            bill.Unpriced("logs and metrics", "depends on what machines write");
        }

        return bill.ToPricing("it starts no machine");
    }

    /// <summary>A disk is billed by the month and only while it exists: its machine's hours as a part of the month's.</summary>
    /// <param name="bill">The bill.</param>
    /// <param name="disk">The disk.</param>
    /// <param name="months">Months, summed over such disks.</param>
    /// <param name="formula">How they come about.</param>
    internal static void AddDisk(Bill bill, MachineDisk disk, decimal months, string formula)
    {
        if (!Disks.TryGetValue(disk.Type, out var prices))
        {
            bill.Unpriced($"{disk.Type} disks", "no pricing rule for this type of disk");
            return;
        }

        if (disk.Gib == 0)
        {
            bill.Unpriced($"{disk.Type} disks", "their size is the image's, which is not known here");
            return;
        }

        Add(prices.Capacity, disk.Gib, "GiB");
        Add(prices.IopsSku, (disk.Iops ?? 0) - prices.Iops, "IOPS");
        Add(prices.ThroughputSku, (disk.Throughput ?? 0) - prices.Throughput, "MiB/s");

        void Add(string? sku, decimal amount, string unit)
        {
            if (sku is not null && amount > 0)
            {
                bill.Add(CostKind.Disks, "block-storage", sku, amount * months, FormattableString.Invariant(
                    $"{amount:0.##} {unit} × {formula}"));
            }
        }
    }
}
