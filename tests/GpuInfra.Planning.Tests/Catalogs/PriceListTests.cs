using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Tests.Catalogs;

public class PriceListTests
{
    private static readonly Catalog Catalog = Catalog.Embedded;

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

    [Fact]
    public void Every_discount_is_a_share_of_the_price_with_a_source_and_stands_once()
    {
        Assert.All(Catalog.CommitmentDiscounts, discount =>
        {
            Assert.InRange(discount.Off.Fraction, 0.01, 0.72);
            Assert.InRange(discount.Grade, 'A', 'C');
            Assert.NotEmpty(discount.Source);
            Assert.InRange(discount.AsOf, new DateOnly(2026, 1, 1), new DateOnly(2026, 11, 20));
            Assert.Contains(Catalog.Offers, offer => offer.Cloud == discount.Cloud && (offer.InstanceType == discount.Machines || offer.Machine.Family == discount.Machines));
        });
        Assert.Equal(Catalog.CommitmentDiscounts.Length, Catalog.CommitmentDiscounts.DistinctBy(discount => (discount.Cloud, discount.Machines, discount.Term)).Count());
    }

    [Theory]
    [InlineData("aws/us-east-1/g5.xlarge", CommitmentTerm.OneYear, 0.37)]
    [InlineData("aws/us-east-1/g5.48xlarge", CommitmentTerm.ThreeYears, 0.57)]
    [InlineData("aws/us-east-1/p5.48xlarge", CommitmentTerm.ThreeYears, 0.57)]
    [InlineData("gcp/us-central1/a2-highgpu-4g", CommitmentTerm.ThreeYears, 0.65)]
    public void A_discount_is_found_for_the_type_or_its_family(string id, CommitmentTerm term, double off) =>
        Assert.Equal(off, Catalog.FindCommitmentDiscount(Offer(id), term)!.Off.Fraction, 6);

    [Theory]
    [InlineData("aws/us-east-1/p5.4xlarge")]
    [InlineData("gcp/us-central1/a2-ultragpu-1g")]
    public void A_type_without_a_published_discount_has_none(string id) =>
        Assert.Null(Catalog.FindCommitmentDiscount(Offer(id), CommitmentTerm.OneYear));

    [Fact]
    public void Every_CPU_machine_has_a_size_a_price_and_a_source()
    {
        Assert.Equal(176, Catalog.CpuOffers.Length);
        Assert.All(Catalog.CpuOffers, offer =>
        {
            Assert.True(offer.VCpus > 0 && offer.Memory?.TotalGb >= 1, offer.InstanceType);
            Assert.True(offer.OnDemand.Amount > 0 && (offer.Spot is null || offer.Spot.Value.Amount < offer.OnDemand.Amount), offer.InstanceType);
            Assert.NotEmpty(offer.Source);
        });
        Assert.Equal(Catalog.CpuOffers.Length, Catalog.CpuOffers.DistinctBy(offer => (offer.Cloud, offer.Region, offer.InstanceType)).Count());
    }

    [Fact]
    public void A_CPU_machine_has_its_spot_price_beside_it()
    {
        var machine = Catalog.CpuOffers.Single(offer => offer is { Region: "us-central1", InstanceType: "c3-standard-4" });
        Assert.Equal((0.201608m, 0.0494m), (machine.OnDemand.Amount, machine.Spot!.Value.Amount));
    }

    private static Offer Offer(string id) => Catalog.Offers.Single(offer => offer.Id == id);
}
