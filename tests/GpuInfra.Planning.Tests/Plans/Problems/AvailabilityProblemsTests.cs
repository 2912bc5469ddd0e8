using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Plans.Problems;

public sealed class AvailabilityProblemsTests : IDisposable
{
    private const string Place = "cloud: aws, region: us-east-1, source: get-spot-placement-scores, seen: 2026-11-20";

    private readonly string _folder = Directory.CreateTempSubdirectory("gpuinfra-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_sound_book_is_read_newest_first()
    {
        var book = Read(
            "maxAgeDays: 10\nwaitAtMost: 2h\nholdAfterLoss: 30m\nrows:\n"
            + $"  - {{ {Place}, instanceType: p5.48xlarge, tier: onDemand, zone: use1-az2, launches: {{ tried: 20, failed: 12 }}, fulfilledIn: 3h }}\n"
            + $"  - {{ {Place.Replace("11-20", "11-21", StringComparison.Ordinal)}, gpu: l4, tier: spot, score: 8, interruptions: {{ perHour: 0.05, restart: 8m, lostWork: 3m }} }}").Availability;
        Assert.Equal((10, TimeSpan.FromHours(2), TimeSpan.FromMinutes(30)), (book.MaxAgeDays, book.WaitAtMost, book.HoldAfterLoss));
        Assert.Equal(["l4 in us-east-1", "p5.48xlarge in us-east-1 (use1-az2)"], book.Rows.Select(row => row.Subject));
        Assert.Equal((8, PurchaseMode.Spot, 0.05), (book.Rows[0].Score, book.Rows[0].Mode, book.Rows[0].Interruptions!.PerHour));
        Assert.Equal((20, 12), (book.Rows[1].Launches!.Tried, book.Rows[1].Launches!.Failed));
    }

    [Theory]
    [InlineData("instanceType: p5.48xlarge, tier: onDemand", "needs a figure")]
    [InlineData("tier: onDemand, score: 3", "needs either instanceType or gpu")]
    [InlineData("instanceType: p5.48xlarge, gpu: l4, tier: onDemand, score: 3", "needs either instanceType or gpu")]
    [InlineData("instanceType: p5.48xlarg, tier: onDemand, score: 3", "did you mean \"p5.48xlarge\"?")]
    [InlineData("gpu: l5, tier: onDemand, score: 3", "the catalog has no \"l5\" in us-east-1")]
    [InlineData("gpu: l4, tier: onDemand, score: 3, zone: use1-az9", "the catalog has no zone \"use1-az9\" in us-east-1")]
    [InlineData("gpu: l4, tier: onDemand, score: 11", "from 1 to 10")]
    [InlineData("gpu: l4, tier: onDemand, launches: { tried: 3, failed: 4 }", "says 4 of 3")]
    [InlineData("gpu: l4, tier: onDemand, interruptions: { perHour: 0.1, restart: 8m, lostWork: 3m }", "only spot is taken away")]
    [InlineData("gpu: l4, tier: spot, interruptions: { perHour: 0.1, restart: 8m }", "lostWork is missing")]
    [InlineData("gpu: l4, tier: reserved, score: 3", "onDemand")]
    public void What_is_wrong_in_a_book_is_told_at_its_line(string row, string says)
    {
        var message = Assert.Throws<PlanException>(() => Read($"rows: [{{ {Place}, {row} }}]")).Message;
        Assert.Contains(says, message, StringComparison.Ordinal);
        Assert.Matches(@"availability\.yaml:\d+:\d+ ", message);
    }

    private CapacityPlan Read(string book)
    {
        File.WriteAllText(Path.Combine(_folder, "availability.yaml"), $"version: 1\n{book}\n");
        var plan = Path.Combine(_folder, "prod.plan.yaml");
        File.WriteAllText(plan, PlanYaml.Small + "\navailability: availability.yaml\n");
        return PlanFile.Load(plan, Catalog.Embedded);
    }
}
