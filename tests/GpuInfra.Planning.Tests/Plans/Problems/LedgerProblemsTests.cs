using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Plans.Problems;

public sealed class LedgerProblemsTests : IDisposable
{
    private const string Block =
        "id: cb-1, kind: capacityBlock, cloud: aws, account: \"111122223333\", region: us-east-1, zone: use1-az1, instanceType: p5.48xlarge, "
        + "count: 2, start: 2026-12-01, end: 2026-12-07, hourlyUsd: $40";

    private const string Approval = "approval: cbo-1.yaml";

    private const string Agreed = "version: 1\noffering: cbo-1\npriceCap: $20k\napprovedBy: cfo@example.com\napprovedOn: 2026-11-02\nexpires: 2026-12-01\n";

    private const string Quota = "cloud: aws, account: \"111122223333\", region: us-east-1, quota: L-417A185B, limit: 100";

    private const string External = "id: cw-1, provider: coreweave, region: us-ord, site: ord1, gpusPerMachine: 8, count: 4, start: 2026-12-01, endpoint: https://gpu.example.com/v1";

    private const string Future = "name: spring, stack: prod, project: acme-gpu-prod, region: us-central1, zone: us-central1-a, instanceType: a3-highgpu-8g, start: 2027-03-01, end: 2027-03-07, hourlyUsd: $40";

    private readonly string _folder = Directory.CreateTempSubdirectory("gpuinfra-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_sound_ledger_is_read()
    {
        var ledger = Read($"quotas: [{{ {Quota}, assign: {{ prod: 60, staging: 40 }} }}]\nreservations: [{{ {Block}, {Approval}, assign: {{ prod: 1 }} }}]").Ledger;
        Assert.Equal(("L-417A185B", 100), (ledger.Quotas.Single().Code, ledger.Quotas.Single().Grant.Given));
        Assert.Equal(("cb-1", "cbo-1"), (ledger.Reservations.Single().Id, ledger.Reservations.Single().Approval!.Offering));
    }

    [Fact]
    public void Machines_outside_the_clouds_are_read()
    {
        var row = Read($"external: [{{ {External}, gpu: h100-80gb, monthlyUsd: $14.6k, paid: used, servings: [assistant], assign: {{ prod: 3 }} }}]").Ledger.External.Single();
        Assert.Equal(("cw-1", "coreweave", 3, 20m, true), (row.Id, row.Grant.Account, row.Grant.Given, row.Hourly.Amount, row.IsPaidByUse));
        Assert.Equal(("h100-80gb", 8, "assistant"), (row.Gpu, row.GpusPerMachine, row.Servings.Single()));
    }

    [Fact]
    public void A_future_reservation_is_a_draft_until_an_approval_says_more()
    {
        Assert.False(Read($"futureReservations: [{{ {Future}, count: 2 }}]").Ledger.Futures.Single().IsSubmitted);
        var row = Read($"futureReservations: [{{ {Future}, count: 2, {Approval} }}]", agreed: Agreed.Replace("offering: cbo-1", "offering: spring", StringComparison.Ordinal)).Ledger.Futures.Single();
        Assert.Equal((true, "spring", "prod", 2, 13_440m), (row.IsSubmitted, row.Name, row.Stack, row.Count, row.Total.Amount));
    }

    [Theory]
    [InlineData($"{Future}, count: 2, {Approval}", "agrees to cbo-1, and this is spring")]
    [InlineData($"{Future}, count: 4, {Approval}", "the whole of it costs $26,880.00, more than the priceCap of $20,000.00")]
    [InlineData($"{Future}, count: 2 }}, {{ {Future}, count: 3", "spring stands here twice")]
    [InlineData("name: Spring, stack: prod, project: acme-gpu-prod, region: us-central1, zone: us-central1-a, instanceType: a3-highgpu-8g, start: 2027-03-01, end: 2027-03-07, hourlyUsd: $40, count: 2", "a name of Google Cloud")]
    [InlineData("name: spring, stack: prod, project: acme-gpu-prod, region: us-central1, zone: us-central1-a, instanceType: a3-highgpu-8g, start: 2027-03-01, end: 2027-02-07, hourlyUsd: $40, count: 2", "is before its start")]
    [InlineData("name: spring, stack: prod, project: acme-gpu-prod, region: us-central1, zone: us-east4-a, instanceType: a3-highgpu-8g, start: 2027-03-01, end: 2027-03-07, hourlyUsd: $40, count: 2", "is not in us-central1")]
    [InlineData("name: spring, stack: prod, project: acme-gpu-prod, region: us-centrl1, zone: us-central1-a, instanceType: a3-highgpu-8g, start: 2027-03-01, end: 2027-03-07, hourlyUsd: $40, count: 2", "did you mean \"us-central1\"?")]
    [InlineData("name: spring, stack: prod, project: acme-gpu-prod, region: us-central1, zone: us-central1-a, instanceType: a3-highgpu-9g, start: 2027-03-01, end: 2027-03-07, hourlyUsd: $40, count: 2", "the catalog has no \"a3-highgpu-9g\"")]
    [InlineData("name: spring, stack: prod, project: \"111122223333\", region: us-central1, zone: us-central1-a, instanceType: a3-highgpu-8g, start: 2027-03-01, end: 2027-03-07, hourlyUsd: $40, count: 2", "a Google Cloud project id")]
    [InlineData("name: spring, stack: prod, project: acme-gpu-prod, region: us-central1, zone: us-central1-a, instanceType: a3-highgpu-8g, start: 2027-03-01, end: 2027-03-07, hourlyUsd: $40", "count is missing")]
    public void A_future_reservation_that_could_not_be_asked_for_is_refused(string row, string says) =>
        Assert.Contains(says, Assert.Throws<PlanException>(() => Read($"futureReservations: [{{ {row} }}]")).Message, StringComparison.Ordinal);

    [Fact]
    public void Attached_GPUs_cannot_be_asked_for()
    {
        var type = Catalog.Embedded.OffersIn(CloudProvider.Gcp, "us-central1").Select(offer => offer.InstanceType).First(name => name.Contains('+', StringComparison.Ordinal));
        var text = $"futureReservations: [{{ {Future.Replace("a3-highgpu-8g", type, StringComparison.Ordinal)}, count: 2 }}]";
        Assert.Contains("has its GPUs attached", Assert.Throws<PlanException>(() => Read(text)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData($"{Future}, count: 2", "project acme-gpu-prod is not the one that prod deploys to")]
    [InlineData($"{Future}, count: 2, {Approval}", "its approval expired on 2026-11-30, before 2026-12")]
    public void A_stack_asks_in_its_own_project_and_while_the_approval_holds(string row, string says)
    {
        var plan = Read($"futureReservations: [{{ {row} }}]", agreed: Agreed.Replace("offering: cbo-1", "offering: spring", StringComparison.Ordinal).Replace("2026-12-01", "2026-11-30", StringComparison.Ordinal));
        var message = Assert.Throws<PlanException>(() => plan.Ledger.For("prod", plan)).Message;
        Assert.Contains(says, message, StringComparison.Ordinal);
        Assert.Matches(@"reservations\.yaml:\d+:\d+ ", message);
        Assert.Empty(plan.Ledger.For("staging", plan).Futures);
    }

    [Theory]
    [InlineData($"external: [{{ {External}, gpu: h100-80gb, assign: {{}} }}]", "needs one of hourlyUsd and monthlyUsd")]
    [InlineData($"external: [{{ {External}, gpu: h100-80gb, hourlyUsd: $1, monthlyUsd: $1, assign: {{}} }}]", "needs one of hourlyUsd and monthlyUsd")]
    [InlineData($"external: [{{ {External}, gpu: h101, hourlyUsd: $1, assign: {{}} }}]", "unknown GPU")]
    [InlineData($"external: [{{ {External}, gpu: h100-80gb, hourlyUsd: $1, assign: {{ prod: 5 }} }}]", "deals out 5, and there are 4")]
    [InlineData($"external: [{{ {External}, gpu: h100-80gb, hourlyUsd: $1, end: 2026-11-01, assign: {{}} }}]", "is before its start")]
    [InlineData($"external: [{{ {External}, gpu: h100-80gb, hourlyUsd: $1, assign: {{}} }}, {{ {External}, gpu: h100-80gb, hourlyUsd: $1, assign: {{}} }}]", "cw-1 stands here twice")]
    [InlineData($"quotas: [{{ {Quota}, assign: {{ prod: 60, staging: 41 }} }}]", "deals out 101, and there are 100")]
    [InlineData($"quotas: [{{ {Quota}, assign: {{ prod: 1 }} }}, {{ {Quota}, assign: {{ dev: 1 }} }}]", "L-417A185B of 111122223333 in us-east-1 stands here twice")]
    [InlineData("quotas: [{ cloud: aws, account: \"111122223333\", region: us-east-1, quota: L-00000000, limit: 1, assign: {} }]", "no machine of the catalog counts against")]
    [InlineData("quotas: [{ cloud: aws, account: \"111122223333\", region: us-est-1, quota: L-417A185B, limit: 1, assign: {} }]", "did you mean \"us-east-1\"?")]
    [InlineData($"reservations: [{{ {Block}, assign: {{}} }}]", "cannot be undone: it needs approval")]
    [InlineData($"reservations: [{{ {Block}, {Approval}, assign: {{ prod: 3 }} }}]", "deals out 3, and there are 2")]
    [InlineData($"reservations: [{{ {Block}, {Approval}, assign: {{}} }}, {{ {Block}, {Approval}, assign: {{}} }}]", "cb-1 stands here twice")]
    [InlineData($"reservations: [{{ {Block}, {Approval}, assign: {{}} }}, {{ {Block}, {Approval}, assign: {{}} }}]", "cbo-1 was approved once and is held twice")]
    [InlineData($"reservations: [{{ {Block}, approval: ../cbo-1.yaml, assign: {{}} }}]", "must be the name of a file in approvals/")]
    [InlineData($"reservations: [{{ {Block}, approval: none.yaml, assign: {{}} }}]", "no such file")]
    [InlineData("quotas: []\nquota: []", "unknown key (did you mean \"quotas\"?)")]
    public void What_is_wrong_in_a_ledger_is_told_at_its_line(string text, string says)
    {
        var message = Assert.Throws<PlanException>(() => Read(text)).Message;
        Assert.Contains(says, message, StringComparison.Ordinal);
        Assert.Matches(@"reservations\.yaml:\d+:\d+ ", message);
    }

    [Theory]
    [InlineData("priceCap: $20k", "priceCap: $10k", "the whole of it costs $13,440.00, more than the priceCap of $10,000.00")]
    [InlineData("expires: 2026-12-01", "expires: 2026-11-30", "expired on 2026-11-30, before it starts")]
    [InlineData("expires: 2026-12-01", "expires: 2026-11-01", "is before approvedOn")]
    [InlineData("expires: 2026-12-01", "", "expires")]
    public void A_purchase_beyond_what_was_agreed_is_refused(string part, string other, string says) => Assert.Contains(
        says,
        Assert.Throws<PlanException>(() => Read($"reservations: [{{ {Block}, {Approval}, assign: {{}} }}]", agreed: Agreed.Replace(part, other, StringComparison.Ordinal))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("missing.yaml", "no such file")]
    [InlineData("../reservations.yaml", "without a folder")]
    public void A_ledger_that_is_not_there_is_told_at_the_plans_line(string name, string says)
    {
        var message = Assert.Throws<PlanException>(() => Read("", name)).Message;
        Assert.Matches(@"prod\.plan\.yaml:\d+:\d+ ledger: ", message);
        Assert.Contains(says, message, StringComparison.Ordinal);
    }

    private CapacityPlan Read(string ledger, string name = "reservations.yaml", string agreed = Agreed)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "approvals"));
        File.WriteAllText(Path.Combine(_folder, "approvals", "cbo-1.yaml"), agreed);
        File.WriteAllText(Path.Combine(_folder, "reservations.yaml"), $"version: 1\n{ledger}\n");
        var plan = Path.Combine(_folder, "prod.plan.yaml");
        File.WriteAllText(plan, PlanYaml.Small + $"\nledger: {name}\n");
        return PlanFile.Load(plan, Catalog.Embedded);
    }
}
