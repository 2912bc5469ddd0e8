using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Units;
using Pulumi.Offline;

namespace GpuInfra.Offline.Costs;

/// <summary>Prices machines of no group with what is theirs alone: the stack's monitors, which run always.</summary>
internal static class MonitorPricing
{
    private const string Always = "1 × 730 h";
    private const string Month = "1 month";

    /// <summary>A machine of AWS and the disk that it starts from.</summary>
    public static Pricing Amazon(ResourceRecord machine, PricingContext context) => Machine(
        machine, context, machine.Inputs.TextAt("instanceType"), Disk(machine.Inputs.At("rootBlockDevice"), "volumeType", "volumeSize"));

    /// <summary>A machine of Google Cloud and the disk that it starts from.</summary>
    public static Pricing Google(ResourceRecord machine, PricingContext context) => Machine(
        machine, context, machine.Inputs.TextAt("machineType"), Disk(machine.Inputs.At("bootDisk", "initializeParams"), "type", "size"));

    /// <summary>A disk that outlives its machine.</summary>
    public static Pricing Volume(ResourceRecord disk, PricingContext context)
    {
        var bill = context.Bill(disk);
        MachinePricing.AddDisk(bill, Disk(disk.Inputs, "type", "size"), 1, Month);
        return bill.ToPricing("it holds nothing");
    }

    /// <summary>An address translation of AWS.</summary>
    public static Pricing Translation(ResourceRecord translation, PricingContext context) => context.Bill(translation)
        .Add(CostKind.Nat, "nat", "nat-gateway-hour", UsdPerHour.HoursPerMonth, Always)
        .Unpriced("NAT data", "depends on traffic to the internet")
        .ToPricing(PricingTable.Networks);

    /// <summary>A public address of AWS.</summary>
    public static Pricing Address(ResourceRecord address, PricingContext context) => context.Bill(address)
        .Add(CostKind.Nat, "public-ip", "public-ipv4-in-use", UsdPerHour.HoursPerMonth, Always)
        .ToPricing(PricingTable.Networks);

    /// <summary>A secret of AWS.</summary>
    public static Pricing AmazonSecret(ResourceRecord secret, PricingContext context) => Secret(secret, context, "secret");

    /// <summary>A secret of Google Cloud, with one version in one place.</summary>
    public static Pricing GoogleSecret(ResourceRecord secret, PricingContext context) => Secret(secret, context, "secret-active-version-per-location");

    private static Pricing Secret(ResourceRecord secret, PricingContext context, string sku) => context.Bill(secret)
        .Add(CostKind.Monitors, "secrets", sku, 1, "1 secret with one version")
        .Unpriced("secrets read", "depends on how often monitors look: some hundreds a month for each secret")
        .ToPricing("it holds nothing");

    private static Pricing Machine(ResourceRecord machine, PricingContext context, string? type, MachineDisk disk)
    {
        var bill = context.Bill(machine).Add(CostKind.Monitors, "cpu-instance", type ?? "", UsdPerHour.HoursPerMonth, Always);
        MachinePricing.AddDisk(bill, disk, 1, Month);
        return bill.Unpriced("data transfer", "depends on how many series are read of other zones and clouds").ToPricing("it starts no machine");
    }

    private static MachineDisk Disk(PropertyValue? inputs, string type, string size) => new(inputs.TextAt(type) ?? "", inputs.NumberAt(size) ?? 0, null, null);
}
