using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Plans;

/// <summary>What organisations add to a plan: residency, rates of their own, freezes, budgets and names of tags.</summary>
public class OrganisationTests
{
    [Fact]
    public void Residency_keeps_a_serving_out_of_other_regions()
    {
        var yaml = PlanYaml.With("regions: [us-east-1]", "regions: [us-east-1, us-west-2]")
            .Replace("- name: assistant", "- name: assistant\n    residency: { allow: [us-west-*, us-central1] }", StringComparison.Ordinal);

        var fleet = Planner.Plan(PlanYaml.Read(yaml), "prod", Catalog.Embedded);

        Assert.Equal(
            ["us-central1", "us-west-2"],
            fleet.Pools.Where(pool => pool.Serving == "assistant").Select(pool => pool.Region).Distinct().Order());
        Assert.Contains(
            fleet.Servings.Single(serving => serving.Serving.Name == "assistant").Rejections,
            rejection => rejection is { Constraint: "residency", Detail: "us-east-1 is not among us-central1, us-west-*" });
        Assert.DoesNotContain(
            fleet.Servings.Single(serving => serving.Serving.Name == "index").Rejections, rejection => rejection.Constraint == "residency");
    }

    [Theory]
    [InlineData("residency: { allow: [us-*] }", null)]
    [InlineData("residency: { allow: [us-east-1] }", "x.yaml:24:21 residency.allow: allows no region that the plan has on gcp (us-central1): add an allowed region to that cloud, or leave the cloud out")]
    [InlineData("residency: { allow: [us-esat-1] }", "x.yaml:24:22 residency.allow[0]: \"us-esat-1\" is no region of the catalog (did you mean \"us-east-1\"?)")]
    public void Residency_allows_a_region_of_every_cloud(string keys, string? problem) => AssertRead(keys, problem);

    [Fact]
    public void A_negotiated_rate_is_what_the_fleet_is_chosen_and_priced_by()
    {
        var list = Planner.Plan(PlanYaml.Read(PlanYaml.Small), "prod", Catalog.Embedded);
        var pool = list.Pools.First(pool => pool.Cloud == CloudProvider.Aws && pool.Serving == "assistant");
        var family = pool.InstanceType.Split('.')[0];

        var agreed = Planner.Plan(
            PlanYaml.Read(PlanYaml.Plus($"prices: {{ discounts: [{{ cloud: aws, family: {family}, percent: 25%, until: 2027-06 }}] }}")), "prod", Catalog.Embedded);

        var cheaper = agreed.Pools.Single(other => other.Id == pool.Id);
        Assert.Equal(pool.Hourly.Amount * 0.75m, cheaper.Hourly.Amount, 4);
        Assert.Contains(agreed.Warnings, warning => warning.Contains($"25 % off {family} on aws until 2027-06 (on demand and reserved)", StringComparison.Ordinal));
        Assert.DoesNotContain(list.Warnings, warning => warning.Contains("list prices", StringComparison.Ordinal));
        Assert.True(agreed.Steps.Single(step => step.Month == new Month(2027, 6)).Monthly.Amount < list.Steps.Single(step => step.Month == new Month(2027, 6)).Monthly.Amount);
        Assert.Equal(list.Steps.Single(step => step.Month == new Month(2027, 7)).Monthly, agreed.Steps.Single(step => step.Month == new Month(2027, 7)).Monthly);
    }

    [Fact]
    public void A_rate_covers_its_family_on_its_cloud_until_its_month()
    {
        var rate = new NegotiatedRate(CloudProvider.Gcp, "a3-highgpu", Share.FromPercent(10), new Month(2027, 6), DiscountedRate.OnDemand);

        Assert.True(rate.Covers(CloudProvider.Gcp, "a3-highgpu-8g", new Month(2027, 6)));
        Assert.False(rate.Covers(CloudProvider.Gcp, "a3-highgpu-8g", new Month(2027, 7)));
        Assert.False(rate.Covers(CloudProvider.Gcp, "a3-megagpu-8g", new Month(2027, 6)));
        Assert.False(rate.Covers(CloudProvider.Aws, "a3-highgpu-8g", new Month(2027, 6)));
        Assert.Equal(0.9m, rate.Of(new UsdPerHour(1))!.Value.Amount);
    }

    [Theory]
    [InlineData("prices: { discounts: [{ cloud: aws, family: p99, percent: 5%, until: 2027-06 }] }", "x.yaml:24:45 prices.discounts[0].family: no instance type of aws in the catalog begins with \"p99\" and a dot or hyphen")]
    [InlineData("prices: { discounts: [{ cloud: aws, family: g6, percent: 5%, until: 2027-06 }, { cloud: aws, family: g6, percent: 6%, until: 2027-07 }] }", "x.yaml:24:22 prices.discounts: two discounts cover g6: write one, or narrower families")]
    [InlineData("freeze: [{ from: 2026-12-20, to: 2026-12-19, reason: holidays }]", "x.yaml:24:34 freeze[0].to: is before from")]
    [InlineData("freeze: [{ from: 2026-12-32, to: 2027-01-03, reason: holidays }]", "x.yaml:24:18 freeze[0].from: \"2026-12-32\" is not a day: write year, month and day, as 2026-12-20")]
    [InlineData("tags: { rename: { costcenter: CostCenter } }", "x.yaml:24:17 tags.rename: there is no tag costcenter (did you mean \"cost-center\"?); there are environment, team, serving, tier, cost-center, auto-shutdown, managed-by, owner, pool, schedule, idle-minutes, protected-until")]
    [InlineData("tags: { rename: { team: Owner } }", "x.yaml:24:17 tags.rename: two tags would be called Owner")]
    public void What_cannot_be_meant_is_refused(string keys, string problem) => AssertRead(keys, problem);

    [Fact]
    public void A_freeze_holds_from_its_first_to_its_last_day()
    {
        var plan = PlanYaml.Read(PlanYaml.Plus("freeze: [{ from: 2026-12-20, to: 2027-01-03, reason: holidays }]"));

        Assert.Null(plan.FreezeOn(new DateOnly(2026, 12, 19)));
        Assert.Equal("frozen from 2026-12-20 to 2027-01-03 (holidays)", plan.FreezeOn(new DateOnly(2026, 12, 20))!.ToString());
        Assert.NotNull(plan.FreezeOn(new DateOnly(2027, 1, 3)));
        Assert.Null(plan.FreezeOn(new DateOnly(2027, 1, 4)));
    }

    [Fact]
    public void A_teams_daily_budget_is_watched()
    {
        var fleet = Planner.Plan(PlanYaml.Read(PlanYaml.With("costCenter: cc-42", "costCenter: cc-42, daily: $10")), "prod", Catalog.Embedded);

        Assert.Contains(fleet.Warnings, warning => warning.StartsWith("team support is planned to spend $", StringComparison.Ordinal)
            && warning.EndsWith("on an average day, its budget is $10.00", StringComparison.Ordinal));
    }

    [Fact]
    public void Tags_go_by_the_organisations_names()
    {
        var tags = PlanYaml.Read(PlanYaml.Plus("tags: { extra: { app: chat }, rename: { cost-center: CostCenter, app: Application } }")).Tags;

        Assert.Equal("CostCenter", tags.NameOf("cost-center"));
        Assert.Equal("Application", tags.NameOf("app"));
        Assert.Equal("team", tags.NameOf("team"));
    }

    private static void AssertRead(string keys, string? problem)
    {
        if (problem is null)
        {
            PlanYaml.Read(PlanYaml.Plus(keys));
        }
        else
        {
            Assert.Equal(problem, PlanYaml.Problems(PlanYaml.Plus(keys)));
        }
    }
}
