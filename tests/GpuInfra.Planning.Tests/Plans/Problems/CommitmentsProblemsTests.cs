using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Plans.Problems;

/// <summary>A slip in the ledger would cover nothing, and nobody would notice: it is refused.</summary>
public class CommitmentsProblemsTests
{
    private const string Good =
        "{ name: c, cloud: aws, region: us-east-1, instanceType: p5.48xlarge, count: 2, term: 1yr, percentOff: 37%, until: 2027-11 }";

    [Fact]
    public void A_ledger_is_read_in_the_order_of_names()
    {
        var plan = PlanYaml.Read(PlanYaml.Plus($"commitments: [{Good}, {Good.Replace("name: c", "name: b", StringComparison.Ordinal)}]"));
        Assert.Equal(["b", "c"], plan.Commitments.Select(commitment => commitment.Name));
        Assert.Equal(
            new HeldCommitment
            {
                Name = "c",
                Cloud = CloudProvider.Aws,
                Region = "us-east-1",
                InstanceType = "p5.48xlarge",
                Family = null,
                Count = 2,
                Term = ReserveTerm.OneYear,
                PercentOff = Share.FromPercent(37),
                Hourly = null,
                Until = new Month(2027, 11),
            },
            plan.Commitments[1]);
    }

    [Theory]
    [InlineData("instanceType: p5.48xlarge, ", "", "commitments.c: needs either instanceType or family")]
    [InlineData("count: 2", "family: p5, count: 2", "commitments.c: needs either instanceType or family")]
    [InlineData("percentOff: 37%, ", "", "commitments.c: needs either percentOff or hourlyUsd")]
    [InlineData(
        "instanceType: p5.48xlarge, count: 2, term: 1yr, percentOff: 37%",
        "family: p5, count: 2, term: 1yr, hourlyUsd: $20",
        "commitments.c.hourlyUsd: is a machine's price, and a family has machines of several sizes: use percentOff")]
    [InlineData(
        "us-east-1", "us-eas-1", "commitments.c.region: the catalog has no offers of aws in \"us-eas-1\" (did you mean \"us-east-1\"?)")]
    [InlineData(
        "p5.48xlarge", "p5.48xlrge",
        "commitments.c.instanceType: the catalog has no machine of the type \"p5.48xlrge\" in us-east-1 (did you mean \"p5.48xlarge\"?)")]
    [InlineData(
        "instanceType: p5.48xlarge", "family: q5",
        "commitments.c.family: the catalog has no machine of the family \"q5\" in us-east-1 (did you mean \"g5\"?)")]
    [InlineData("term: 1yr", "term: none", "commitments.c.term: \"none\" is not one of 1yr, 3yr")]
    public void A_slip_is_refused(string part, string replacement, string problem)
    {
        Assert.Contains(part, Good, StringComparison.Ordinal);
        var problems = PlanYaml.Problems(PlanYaml.Plus($"commitments: [{Good.Replace(part, replacement, StringComparison.Ordinal)}]"));
        Assert.Matches(@"^x\.yaml:24:\d+ ", problems);
        Assert.Equal(problem, problems[(problems.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
    }
}
