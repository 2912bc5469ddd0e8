using System.Text.Json;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Locks;

namespace GpuInfra.Cli.Tests;

public sealed class ActualsTests : IDisposable
{
    private const decimal HoursOfDecember = 744;
    private const string Fence = "```text\n";

    private readonly Sandbox _sandbox = new(locked: true);

    [Fact]
    public async Task A_month_of_production_is_told_from_the_invoice_to_each_team_s_charge()
    {
        await ExportsAsync();
        var shown = await Run("--focus", "aws.csv", "gcp.csv.gz", "--md", "december.md");
        Assert.Equal(0, shown.Code);
        Golden.AssertFile("tests/GpuInfra.Cli.Tests/Golden/actuals.prod.txt", shown.Out);
        Golden.AssertFile("tests/GpuInfra.Cli.Tests/Golden/actuals.prod.md", await File.ReadAllTextAsync(_sandbox.In("december.md")));

        var docs = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "actuals.md"));
        var from = docs.IndexOf(Fence, StringComparison.Ordinal) + Fence.Length;
        Golden.AssertFile("docs/actuals.md", docs[..from] + shown.Out + docs[docs.IndexOf("```", from, StringComparison.Ordinal)..]);
    }

    [Fact]
    public async Task The_parts_of_the_gap_and_the_charges_add_up_to_the_cent()
    {
        await ExportsAsync();
        using var json = JsonDocument.Parse((await Run("--focus", "aws.csv", "gcp.csv.gz", "--json")).Out);
        var root = json.RootElement;
        Assert.Equal(Usd(root, "billedUsd") - Usd(root, "plannedUsd"), Usd(root, "gapUsd"));
        Assert.Equal(Usd(root, "gapUsd"), Parts(root));
        Assert.All(root.GetProperty("servings").EnumerateArray(), serving => Assert.Equal(Usd(serving, "gapUsd"), Parts(serving)));
        Assert.Equal(Usd(root, "gapUsd"), root.GetProperty("servings").EnumerateArray().Sum(serving => Usd(serving, "gapUsd")));
        Assert.Equal(Usd(root.GetProperty("bill"), "effectiveUsd"), root.GetProperty("teams").EnumerateArray().Sum(team => Usd(team, "chargedUsd")));
        Assert.Equal(JsonValueKind.Null, root.GetProperty("gap").GetProperty("demandUsd").ValueKind);
    }

    [SkippableFact]
    public async Task Demand_that_Prometheus_saw_is_told_apart_from_utilisation()
    {
        History.Require();
        using var plan = JsonDocument.Parse((await Cli.In(_sandbox.Root, "plan", "--stack", "staging", "--json")).Out);
        var serving = plan.RootElement.GetProperty("servings").EnumerateArray().Single(serving => serving.GetProperty("name").GetString() == "assistant");
        var mean = serving.GetProperty("demand").GetProperty("mean").GetProperty("requestsPerSecond").GetDouble();
        using var history = await new History("2026-12-02T00:00:00Z")
            .Add("vllm:request_success", true, ("serving=\"assistant\"", mean * 1.25))
            .Add("vllm:num_requests_running", false, ("serving=\"assistant\"", 1))
            .StartAsync();
        var pool = plan.RootElement.GetProperty("pools").EnumerateArray().First(pool => pool.GetProperty("serving").GetString() == "assistant").GetProperty("id").GetString()!;
        await File.WriteAllTextAsync(_sandbox.In("day.csv"), new FocusRows().Row(
            500, ("ServiceName", "Amazon Elastic Compute Cloud"), ("ConsumedUnit", "Hours"), ("ConsumedQuantity", "10"), ("ChargePeriodStart", "2026-12-01T23:00:00Z"), ("ChargePeriodEnd", "2026-12-02T00:00:00Z"),
            ("Tags", $$"""{"pool":"{{pool}}"}""")).Text);

        var ran = await Cli.In(_sandbox.Root, "actuals", "--stack", "staging", "--focus", "day.csv", "--prometheus", history.Url, "--json");
        Assert.Equal(0, ran.Code);
        Assert.Contains("coder was seen 0 % of the time only; its demand counts as unknown", ran.Error, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(ran.Out);
        Assert.Equal(1.25, json.RootElement.GetProperty("demand")[0].GetProperty("seenOverPlanned").GetDouble(), 2);
        var assistant = json.RootElement.GetProperty("servings").EnumerateArray().Single(serving => serving.GetProperty("serving").GetString() == "assistant");
        Assert.InRange(Usd(assistant.GetProperty("gap"), "demandUsd") / Usd(assistant, "plannedUsd"), 0.24m, 0.26m);
        Assert.Equal(Usd(assistant, "gapUsd"), Parts(assistant));
    }

    [Fact]
    public async Task A_Prometheus_that_is_down_is_told_and_nothing_is_guessed()
    {
        await ExportsAsync();
        var ran = await Run("--focus", "aws.csv", "--prometheus", "http://127.0.0.1:1");
        Assert.Equal((1, ""), (ran.Code, ran.Out));
        Assert.Contains("does not answer", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_order_of_exports_changes_nothing()
    {
        await ExportsAsync();
        Assert.Equal((await Run("--focus", "aws.csv", "gcp.csv.gz", "--json")).Out, (await Run("--focus", "gcp.csv.gz", "--focus", "aws.csv", "--json")).Out);
    }

    [Theory]
    [InlineData(1, "aws.csv is named twice, and would count twice", "--focus", "aws.csv", "./aws.csv")]
    [InlineData(1, "there is no file azure.csv", "--focus", "azure.csv")]
    [InlineData(1, "2031-01 is not in the plan's horizon", "--focus", "aws.csv", "--month", "2031-01")]
    [InlineData(1, "Pulumi.yaml:1:1: has no column BilledCost", "--focus", "Pulumi.yaml")]
    [InlineData(2, "--month: 'May' is no month; write it as 2026-12", "--focus", "aws.csv", "--month", "May")]
    [InlineData(2, "Option '--focus' is required", "--month", "2026-12")]
    public async Task Slips_are_told(int code, string message, params string[] args)
    {
        await ExportsAsync();
        var ran = await Run(args);
        Assert.Equal(code, ran.Code);
        Assert.Contains(message, ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_bill_says_is_written_to_the_plan_and_every_other_byte_stays()
    {
        await CheaperAsync();
        var file = _sandbox.Stacks("prod.plan.yaml");
        var before = await File.ReadAllTextAsync(file);
        var shown = await Run("--focus", "aws.csv");
        Assert.Contains("aws p5 (onDemand) cost 75.0 % of the planned price of an hour: a discount of 25.0 %", shown.Out, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(file));

        Assert.Equal(0, (await Run("--focus", "aws.csv", "--write")).Code);
        var after = await File.ReadAllTextAsync(file);
        var line = Assert.Single(after.Split('\n').Except(before.Split('\n')));
        Assert.Equal("prices: { discounts: [{ cloud: aws, family: p5, percent: 25%, until: 2027-11 }] }", line);
        Assert.Equal(before, after.Replace($"{line}\n", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_proposal_is_in_JSON_with_its_cause_and_where_it_is_written()
    {
        await CheaperAsync();
        using var json = JsonDocument.Parse((await Run("--focus", "aws.csv", "--json")).Out);
        var proposal = json.RootElement.GetProperty("proposals").EnumerateArray().First();
        Assert.Equal(("price", "prices.discounts"), (proposal.GetProperty("cause").GetString(), proposal.GetProperty("path").GetString()));
        Assert.NotEmpty(json.RootElement.GetProperty("priceBook").GetProperty("hash").GetString()!);
    }

    public void Dispose() => _sandbox.Dispose();

    /// <summary>A month as planned in which AWS was a quarter cheaper than its list.</summary>
    private async Task CheaperAsync()
    {
        var (step, rows) = (LockText.Read(await File.ReadAllTextAsync(_sandbox.Stacks(Sandbox.ProdLock)), "lock").Steps[0], new FocusRows());
        foreach (var pool in step.Pools.Where(pool => pool.Cloud == CloudProvider.Aws && pool.Tier != Tier.Spot))
        {
            var hours = pool.Instances.Desired * HoursOfDecember;
            rows.Machine(pool.Id, pool.Serving, pool.Team, hours, Math.Round(hours * pool.Monthly.Amount / (pool.Instances.Desired * pool.HoursPerMonth) * 0.75m, 6));
        }

        await File.WriteAllTextAsync(_sandbox.In("aws.csv"), rows.Text);
    }

    private Task<Ran> Run(params string[] args) => Cli.In(_sandbox.Root, ["actuals", "--stack", "prod", .. args]);

    /// <summary>A made-up December: machines as locked and some more, dearer in Google Cloud; what else is in bills; and rows that are wrong.</summary>
    private async Task ExportsAsync()
    {
        var step = LockText.Read(await File.ReadAllTextAsync(_sandbox.Stacks(Sandbox.ProdLock)), "lock").Steps[0];
        var (aws, gcp) = (new FocusRows(), new FocusRows());
        foreach (var pool in step.Pools)
        {
            var hours = pool.Instances.Desired * Math.Round(pool.HoursPerMonth * HoursOfDecember / 730, 4);
            var rate = pool.Instances.Desired == 0 ? 1 : pool.Monthly.Amount / (pool.Instances.Desired * pool.HoursPerMonth);
            if (pool.Cloud == CloudProvider.Gcp)
            {
                gcp.GoogleMachine(pool.Id, pool.Serving, pool.Team, hours * pool.GpusPerInstance, Math.Round(hours * rate * 0.8m, 6), Math.Round(hours * rate * 0.25m, 6));
            }
            else if (pool.Tier == Tier.Spot)
            {
                aws.Machine(pool.Id, pool.Serving, pool.Team, hours * 0.75m, Math.Round(hours * 0.75m * rate, 6), "Dynamic")
                    .Machine(pool.Id, pool.Serving, pool.Team, hours * 0.25m, Math.Round(hours * 0.25m * rate * 2, 6));
            }
            else
            {
                aws.Machine(pool.Id, pool.Serving, pool.Team, hours * 1.1m, Math.Round(hours * 1.1m * rate, 6));
            }
        }

        aws.Row(1800, ("ServiceName", "Amazon Elastic Block Store"), ("ConsumedUnit", "GB-Mo"), ("Tags", """{"user:team":"support","user:serving":"assistant"}"""))
            .Row(412.335m, ("ServiceName", "AWSDataTransfer"), ("ConsumedUnit", "GB"))
            .Row(950, ("CapacityReservationStatus", "Unused"), ("ServiceName", "Amazon Elastic Compute Cloud - Compute"), ("ConsumedUnit", "Hours"))
            .Row(12_000, ("ChargeCategory", "Purchase"), ("EffectiveCost", "0"), ("CommitmentDiscountStatus", ""))
            .Row(-500, ("ChargeCategory", "Credit"))
            .Row(3100.05m, ("ChargeCategory", "Tax"))
            .Row(-75, ("ChargeClass", "Correction"))
            .Row(20, ("ChargePeriodStart", "2027-01-01T00:00:00Z"))
            .Row(66.6m, ("Tags", "team=support"))
            .Line("12.5,account,USD");
        gcp.Row(30, ("ProviderName", "Google Cloud"), ("BillingCurrency", "EUR")).Row(9, ("ProviderName", "Google Cloud"), ("ChargePeriodStart", "last night"));
        await File.WriteAllTextAsync(_sandbox.In("aws.csv"), aws.Text);
        await File.WriteAllBytesAsync(_sandbox.In("gcp.csv.gz"), gcp.Packed);
    }

    private static decimal Usd(JsonElement element, string name) => element.GetProperty(name).GetDecimal();

    private static decimal Parts(JsonElement element) => element.GetProperty("gap").EnumerateObject().Where(part => part.Value.ValueKind == JsonValueKind.Number).Sum(part => part.Value.GetDecimal());
}
