using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Tests.Catalogs;

public class CatalogTests
{
    private static readonly Catalog Catalog = Catalog.Embedded;

    [Fact]
    public void Every_row_has_a_source_and_a_date_that_is_not_in_the_future_of_the_data()
    {
        var rows = Catalog.Gpus.Select(gpu => (gpu.Id, gpu.Source, gpu.AsOf))
            .Concat(Catalog.Models.Select(model => (model.Id, model.Source, model.AsOf)))
            .Concat(Catalog.Offers.Select(offer => (offer.Id, offer.Source, offer.AsOf)))
            .Concat(Catalog.Profiles.Select(profile => (profile.Id, profile.Source, profile.AsOf)));

        Assert.All(rows, row =>
        {
            Assert.False(string.IsNullOrWhiteSpace(row.Source), row.Id);
            Assert.InRange(row.AsOf, new DateOnly(2023, 1, 1), new DateOnly(2026, 11, 20));
        });
    }

    [Fact]
    public void The_GPUs_and_models_of_the_first_version_are_there()
    {
        Assert.Equal(
            ["a100-40gb", "a100-80gb", "a10g", "h100-80gb", "h200-141gb", "l4", "l40s", "t4"],
            Catalog.Gpus.Select(gpu => gpu.Id));
        Assert.Equal(["bge-large", "llama-3.1-8b", "llama-3.3-70b", "mixtral-8x7b"], Catalog.Models.Select(model => model.Id));
    }

    [Theory]
    [InlineData(CloudProvider.Aws, "us-east-1", "us-west-2")]
    [InlineData(CloudProvider.Gcp, "europe-west4", "us-central1")]
    public void Each_cloud_has_two_regions(CloudProvider cloud, params string[] regions) => Assert.Equal(regions, Catalog.Regions(cloud));

    [Fact]
    public void Names_and_aliases_find_one_thing_whatever_their_case()
    {
        Assert.Equal("h100-80gb", Catalog.FindGpu("H100")!.Id);
        Assert.Equal("llama-3.3-70b", Catalog.FindModel("Llama-3.3-70B-Instruct")!.Id);
        Assert.Null(Catalog.FindModel("llama-3.3-7b"));
    }

    [Fact]
    public void Every_offer_names_a_known_GPU_and_sells_whole_ones() => Assert.All(Catalog.Offers, offer =>
    {
        Assert.NotNull(Catalog.FindGpu(offer.Gpu));
        Assert.InRange(offer.GpusPerInstance, 1, 16);
        Assert.NotEmpty(offer.Zones);
        Assert.NotEmpty(offer.Modes);
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
        Assert.True(!offer.Modes.Contains(PurchaseMode.Spot) || offer.MeanSpot is not null, offer.Id);
    });

    [Theory]
    [InlineData("gcp/us-central1/a3-highgpu-1g")]
    [InlineData("gcp/us-central1/a3-highgpu-4g")]
    [InlineData("gcp/us-central1/a3-ultragpu-8g")]
    [InlineData("aws/us-west-2/p5e.48xlarge")]
    public void Types_that_cannot_be_started_on_demand_do_not_say_so(string id) =>
        Assert.DoesNotContain(PurchaseMode.OnDemand, Catalog.Offers.Single(offer => offer.Id == id).Modes);

    [Fact]
    public void An_AWS_zone_is_an_id_that_means_the_same_in_every_account() => Assert.All(
        Catalog.Offers.Where(offer => offer.Cloud == CloudProvider.Aws).SelectMany(offer => offer.Zones),
        zone => Assert.Matches("^us[ew][12]-az[1-9]$", zone.Zone));

    [Fact]
    public void Mixtrals_expert_is_three_matrices_of_4096_by_14336_in_32_layers() =>
        Assert.Equal(3L * 4096 * 14336 * 32, Catalog.FindModel("mixtral-8x7b")!.MixtureOfExperts!.ParametersPerExpert);

    [Fact]
    public void The_profiles_have_the_published_means_of_the_Azure_traces()
    {
        var conversation = Catalog.FindProfile("azure-conv-2023")!;
        Assert.Equal((19_366, 5.53, 1155, 211), (conversation.Requests, Math.Round(conversation.RequestsPerSecond, 2), Math.Round(conversation.InputTokens), Math.Round(conversation.OutputTokens)));
        var code = Catalog.FindProfile("azure-code-2023")!;
        Assert.Equal((8_819, 2.57, 2048, 28), (code.Requests, Math.Round(code.RequestsPerSecond, 2), Math.Round(code.InputTokens), Math.Round(code.OutputTokens)));
    }

    [Fact]
    public void Every_unit_price_is_positive_graded_and_stands_once()
    {
        Assert.All(Catalog.UnitPrices, price =>
        {
            Assert.True(price.Price.Amount > 0, price.Sku);
            Assert.InRange(price.Grade, 'A', 'C');
            Assert.NotEmpty(price.Source);
        });
        Assert.Equal(Catalog.UnitPrices.Length, Catalog.UnitPrices.DistinctBy(price => (price.Cloud, price.Region, price.Service, price.Sku, price.Unit)).Count());
    }

    [Theory]
    [InlineData(CloudProvider.Aws, "us-east-1", "block-storage", "gp3-storage", 0.08)]
    [InlineData(CloudProvider.Gcp, "us-central1", "nat", "cloud-nat-gateway-per-vm-first-32", 0.0014)]
    public void A_unit_price_is_found_by_region_or_globally(CloudProvider cloud, string region, string service, string sku, double price) =>
        Assert.Equal((decimal)price, Catalog.FindUnitPrice(cloud, region, service, sku)!.Price.Amount);

    [Fact]
    public void A_region_without_a_row_has_no_price() =>
        Assert.Null(Catalog.FindUnitPrice(CloudProvider.Aws, "af-south-1", "block-storage", "gp3-storage"));
}
