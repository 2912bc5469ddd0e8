using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Tests.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Finance;

/// <summary>What copies and cascades cost, against sums by hand.</summary>
public class ApiSpendTests
{
    /// <summary>One million requests a day, 200 million input and 50 million output tokens: for a day, as many as for a day of a month's 730 hours ÷ 24.</summary>
    private const string Daily = "{ inputTokensPerDay: 200M, outputTokensPerDay: 50M, requestsPerDay: 1M, peakToMean: 3 }";

    [Fact]
    public void A_share_of_the_planned_tokens_at_the_APIs_list_price()
    {
        var price = ApiPrice.Find("anthropic/claude-haiku-4-5")!;
        Assert.Equal((1m, 5m), (price.Input, price.Output)); // USD for a million.
        var plan = Plan("shadow: { to: claude, share: 5% }", "price: anthropic/claude-haiku-4-5");

        var spend = Assert.Single(ApiSpend.Of(plan, plan.Start));

        // 730 h ÷ 24 = 30.41667 days: 6,083.333 M input and 1,520.833 M output tokens; of them 5 % for $1 and $5 a million.
        const decimal days = 730m / 24;
        var byHand = days * 0.05m * ((200 * 1m) + (50 * 5m));
        Assert.Equal(new Usd(684.38m), new Usd(byHand).ToCents());
        Assert.Equal(byHand, spend.Monthly!.Value.Amount, 2);
        Assert.Equal(("assistant", "shadow", "claude"), (spend.Serving, spend.Use, spend.Api.Name));
        Assert.Equal(1e6 * 730 / 24 * 0.05, spend.Tokens.Requests, 1e-3);
        Assert.Equal(spend.Monthly, ApiSpend.Total([spend]));
    }

    [Fact]
    public void A_cascade_costs_what_escalates_and_one_without_a_price_is_said_to_have_none()
    {
        const string cascade = "cascade: { to: claude, escalates: 20%, guardrail: { url: \"https://g.example.com/\", onFailure: accept } }";
        var plan = Plan(cascade, "price: anthropic/claude-haiku-4-5");
        Assert.Equal(730m / 24 * 0.2m * 450, Assert.Single(ApiSpend.Of(plan, plan.Start)).Monthly!.Value.Amount, 2);

        var unpriced = Plan(cascade, "path: /x");
        var spend = ApiSpend.Of(unpriced, unpriced.Start);
        Assert.Null(Assert.Single(spend).Monthly);
        Assert.Equal(default, ApiSpend.Total(spend));
        Assert.Empty(ApiSpend.Of(Plan("strategy: balanced", "path: /x"), plan.Start));
    }

    [Fact]
    public void Three_years_bear_it_month_by_month_rented_or_bought()
    {
        var plan = A.Plan() with { HorizonMonths = 12 };
        var api = new ApiBackend("claude", "a.com", "", "us", "s", 5) { Dialect = ApiDialect.Anthropic, Model = "m", Price = ApiPrice.Find("anthropic/claude-haiku-4-5") };
        var fleet = Planner.Plan(
            plan with { Router = new RouterPlan { IsDeployed = true, Apis = [api], Routes = [new ServingRoute(plan.Servings[0].Name) { Shadow = new ShadowRoute("claude", Share.FromPercent(5), false) }] } }, "prod", A.Catalog);

        var total = TotalCost.Of(fleet, A.Catalog, Assumptions.Default);

        var year = Enumerable.Range(0, 12).Sum(month => ApiSpend.Total(ApiSpend.Of(fleet.Plan, fleet.Plan.Start.Plus(month))).Amount);
        Assert.True(year > 0);
        Assert.Equal(new Usd(year), total.Rent.Lines.Single(line => line.Name == "APIs").Years[0]);
        Assert.Equal(total.Rent.Lines.Single(line => line.Name == "APIs").Total, total.Buy.Lines.Single(line => line.Name == "APIs").Total);
        Assert.DoesNotContain(TotalCost.Of(Planner.Plan(plan, "prod", A.Catalog), A.Catalog, Assumptions.Default).Rent.Lines, line => line.Name == "APIs");
    }

    private static CapacityPlan Plan(string route, string more) => PlanYaml.Read(PlanYaml.With("{ profile: azure-conv-2023, scale: 4 }", Daily) + $$"""
        router:
          apis: [{ name: claude, dialect: anthropic, model: m, host: a.com, region: us, secret: s, requestsPerSecond: 5, {{more}} }]
          routes: { assistant: { {{route}} } }

        """);
}
