using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Catalogs;

public class OfferTests
{
    private static readonly Catalog Catalog = Catalog.Embedded;

    [Fact]
    public void Every_region_of_the_price_files_is_there()
    {
        Assert.Equal(22, Catalog.Regions(CloudProvider.Aws).Count());
        Assert.Equal(33, Catalog.Regions(CloudProvider.Gcp).Count());
        Assert.Contains("eu-central-1", Catalog.Regions(CloudProvider.Aws));
        Assert.Contains("asia-northeast1", Catalog.Regions(CloudProvider.Gcp));
    }

    [Fact]
    public void A_regions_offers_are_those_of_all_offers() => Assert.Equal(
        Catalog.Offers.Where(offer => offer.Region == "us-west-2"), Catalog.OffersIn(CloudProvider.Aws, "us-west-2"));

    [Fact]
    public void A_region_that_is_not_known_has_no_offers_and_no_zones()
    {
        Assert.Empty(Catalog.OffersIn(CloudProvider.Gcp, "us-east-1"));
        Assert.Empty(Catalog.Zones(CloudProvider.Aws, "mars-north-1"));
    }

    [Fact]
    public void No_offer_stands_twice() => Assert.Equal(Catalog.Offers.Length, Catalog.Offers.DistinctBy(offer => offer.Id).Count());

    [Fact]
    public void Every_offer_names_a_known_GPU_and_sells_whole_ones() => Assert.All(Catalog.Offers, offer =>
    {
        Assert.NotNull(Catalog.FindGpu(offer.Gpu));
        Assert.InRange(offer.GpusPerInstance, 1, 16);
        Assert.Equal(offer.Zones.Length, offer.Zones.DistinctBy(zone => zone.Zone).Count());
    });

    [Fact]
    public void Every_machine_has_a_source_a_size_and_a_quota_name_where_one_is_known() => Assert.All(
        Catalog.Offers.Select(offer => offer.Machine).Distinct(),
        machine =>
        {
            Assert.NotEmpty(machine.Source);
            Assert.InRange(machine.AsOf, new DateOnly(2026, 1, 1), new DateOnly(2026, 11, 20));
            Assert.True(machine.VCpus > 0 && machine.Memory > default(ByteSize), machine.InstanceType);
            Assert.True(machine.QuotaOnDemand is not null || machine.InstanceType.StartsWith("g4-", StringComparison.Ordinal), machine.InstanceType);
        });

    [Theory]
    [InlineData("aws/us-east-1/p5.48xlarge", "EFA v2 x32", "NVSwitch 900", "L-417A185B", "L-C4BD4855")]
    [InlineData("gcp/us-central1/a3-megagpu-8g", "GPUDirect-TCPXO, 8x200 Gbps", "NVSwitch 900", "NVIDIA_H100_MEGA_GPUS", "PREEMPTIBLE_NVIDIA_H100_MEGA_GPUS")]
    public void A_machine_names_its_fabric_and_its_quotas(string id, string fabric, string interconnect, string onDemand, string spot)
    {
        var machine = Offer(id).Machine;
        Assert.Equal((fabric, interconnect, onDemand, spot), (machine.Fabric, machine.Interconnect, machine.QuotaOnDemand, machine.QuotaSpot));
    }

    [Fact]
    public void Every_price_is_positive() => Assert.All(Catalog.Offers, offer =>
    {
        Assert.True(offer.OnDemand is null || offer.OnDemand.Value.Amount > 0, offer.Id);
        Assert.All(offer.Zones, zone => Assert.True(zone.Spot is null || zone.Spot.Value.Amount > 0, offer.Id));
    });

    /// <summary>Sources round the two prices differently, in the fourth decimal.</summary>
    [Fact]
    public void No_spot_price_is_above_the_on_demand_price() => Assert.All(
        Catalog.Offers.Where(offer => offer.OnDemand is not null),
        offer => Assert.All(
            offer.Zones.Where(zone => zone.Spot is not null),
            zone => Assert.True(zone.Spot!.Value.Amount <= offer.OnDemand!.Value.Amount + 0.0001m, offer.Id)));

    [Fact]
    public void A_mode_that_costs_money_has_a_price() => Assert.All(Catalog.Offers, offer =>
    {
        Assert.True(!offer.Modes.Contains(PurchaseMode.OnDemand) || offer.OnDemand is not null, offer.Id);
        Assert.True(offer.MeanSpot is null || offer.Modes.Contains(PurchaseMode.Spot), offer.Id);
        Assert.True(!offer.Modes.IsEmpty || offer.Traps.Any(trap => trap.Kind == OfferTrapKind.NoPrice), offer.Id);
    });

    [Theory]
    [InlineData("gcp/us-central1/a3-highgpu-1g")]
    [InlineData("gcp/us-central1/a3-highgpu-4g")]
    [InlineData("gcp/us-central1/a3-ultragpu-8g")]
    [InlineData("gcp/us-central1/a4-highgpu-8g")]
    [InlineData("aws/us-west-2/p5e.48xlarge")]
    public void Types_that_cannot_be_started_on_demand_do_not_say_so(string id) =>
        Assert.DoesNotContain(PurchaseMode.OnDemand, Offer(id).Modes);

    [Fact]
    public void A_list_price_that_starts_nothing_is_a_trap() =>
        Assert.Contains(Offer("gcp/us-central1/a3-highgpu-1g").Traps, trap => trap.Kind == OfferTrapKind.ListPriceOnly);

    [Fact]
    public void An_AWS_zone_is_an_id_that_means_the_same_in_every_account_and_no_local_zone() => Assert.All(
        Catalog.Offers.Where(offer => offer.Cloud == CloudProvider.Aws).SelectMany(offer => offer.Zones),
        zone => Assert.Matches("^[a-z]{3,4}[1-9]-az[1-9]$", zone.Zone));

    [Fact]
    public void Local_zones_are_named_and_left_off()
    {
        var offer = Offer("aws/us-east-1/p5en.48xlarge");
        Assert.Equal(["use1-atl2-az1"], offer.LocalZones.AsEnumerable());
        Assert.Contains(offer.Traps, trap => trap.Kind == OfferTrapKind.LocalZone);
        Assert.DoesNotContain("use1-atl2-az1", Catalog.Zones(CloudProvider.Aws, "us-east-1"));
    }

    [Fact]
    public void An_offer_without_a_zone_says_that_nothing_is_placed_on_it() =>
        Assert.Contains(Offer("gcp/us-central1/g4-standard-48").Traps, trap => trap.Kind == OfferTrapKind.NoZone);

    [Fact]
    public void Spot_at_ninety_percent_of_on_demand_is_not_planned_with()
    {
        var offer = Priced(10m, 3m, 8.9999m, 9m, null);

        Assert.Equal(["z0", "z1"], offer.SpotZones.Select(zone => zone.Zone));
        Assert.Equal(5.99995m, offer.MeanSpot!.Value.Amount);
        Assert.Contains("z2", Assert.Single(offer.Traps, trap => trap.Kind == OfferTrapKind.SpotWithoutDiscount).Detail);
    }

    [Fact]
    public void An_offer_whose_every_spot_zone_is_a_trap_has_no_spot_for_planning()
    {
        var offer = Priced(10m, 9.5m, 10m);

        Assert.Empty(offer.SpotZones);
        Assert.Null(offer.MeanSpot);
    }

    [Fact]
    public void Spot_without_an_on_demand_price_to_compare_with_is_taken_as_it_is() => Assert.Equal(2, Priced(null, 9.5m, 10m).SpotZones.Length);

    private static Offer Offer(string id) => Catalog.Offers.Single(offer => offer.Id == id);

    private static Offer Priced(decimal? onDemand, params decimal?[] spots) => Offer("aws/us-east-1/p5.48xlarge") with
    {
        OnDemand = onDemand is { } price ? new UsdPerHour(price) : null,
        Zones = [.. spots.Select((spot, index) => new OfferZone($"z{index}", spot is { } amount ? new UsdPerHour(amount) : null))],
    };
}
