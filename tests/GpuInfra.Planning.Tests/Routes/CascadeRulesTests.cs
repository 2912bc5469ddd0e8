using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Routes;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Routes;

/// <summary>What a fleet must have for a cascade, found when it is planned.</summary>
public class CascadeRulesTests
{
    private static readonly FleetPlan Fleet = Planner.Plan(A.ProdPlan(), "prod", A.Catalog);

    private static readonly ApiBackend Claude = new("claude", "api.anthropic.com", "", "us", "router-claude", 1000) { Dialect = ApiDialect.Anthropic, Model = "m" };

    [Fact]
    public void The_first_token_comes_after_the_whole_small_answer_and_the_guardrail()
    {
        var answer = Serving("assistant") with { Latency = new ExpectedLatency(TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(20), null) };
        answer = answer with { Demand = answer.Demand with { OutputTokens = 201 } };

        // 300 ms, 200 further tokens of 20 ms, half a second.
        Assert.Equal(TimeSpan.FromMilliseconds(300 + 4000 + 500), CascadeRules.FirstToken(answer, Cascade("claude", true)));
        Assert.Null(CascadeRules.FirstToken(answer with { Latency = null }, Cascade("claude", true)));
    }

    [Fact]
    public void A_promise_that_the_whole_answer_breaks_is_refused_with_one_that_it_keeps()
    {
        var first = CascadeRules.FirstToken(Serving("assistant"), Cascade("claude", true))!.Value;
        var problem = Refusal(new ServingRoute("assistant") { Cascade = Cascade("claude", true) }, Google(Serving("assistant")));

        Assert.Contains(FormattableString.Invariant($"router.routes.assistant.cascade: the first token comes after the whole small answer and the guardrail, {first.TotalSeconds:0.0} s, and 2 s are promised"), problem, StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"write latency.timeToFirstToken: {Math.Ceiling(first.TotalSeconds):0}s for assistant"), problem, StringComparison.Ordinal);
        Assert.Null(Refusal(new ServingRoute("assistant") { Cascade = Cascade("claude", true) }, Google(Patient(Serving("assistant")))));
    }

    [Fact]
    public void A_region_without_a_way_out_has_no_guardrail() => Assert.Contains(
        "assistant runs in us-east-1, whose network has no way out to a guardrail: name a network that has one in clouds.aws, or leave cascade out",
        Refusal(new ServingRoute("assistant") { Cascade = Cascade("claude", true) }, Fleet with { Servings = [Patient(Serving("assistant"))] }), StringComparison.Ordinal);

    [Fact]
    public void An_API_of_one_cloud_is_no_larger_model_for_the_other()
    {
        var nova = new ApiBackend("nova", "h", "", "us-east-1", null, 5) { Dialect = ApiDialect.Bedrock, Model = "m" };
        Assert.Contains(
            "nova speaks bedrock, which routers on aws alone may ask, and assistant runs on gcp too: take another API, or keep assistant on aws",
            Refusal(new ServingRoute("assistant") { Cascade = Cascade("nova", true), Overflow = [nova] }, Google(Patient(Serving("assistant")))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_larger_serving_must_be_planned_for_what_comes_to_it()
    {
        var (small, large) = (Patient(Serving("assistant")), Serving("coder"));
        var route = new ServingRoute("assistant") { Cascade = Cascade("coder", false) };
        var comes = small.Demand.RequestsPerSecond / 5;
        Assert.Null(Refusal(route, Google(small, large with { Demand = large.Demand with { RequestsPerSecond = comes } })));
        Assert.Contains(
            "and coder is planned for 0.1 in all: give coder a workload with them, which is what they cost",
            Refusal(route, Google(small, large with { Demand = large.Demand with { RequestsPerSecond = 0.1 } })), StringComparison.Ordinal);
    }

    private static CascadeRoute Cascade(string to, bool isApi) => new(to, isApi, Share.FromPercent(20), new Guardrail("https://g.example.com/", TimeSpan.FromMilliseconds(500), true, null));

    private static ServingFleet Serving(string name) => Fleet.Servings.Single(serving => serving.Serving.Name == name);

    private static ServingFleet Patient(ServingFleet serving) => serving with { Serving = serving.Serving with { Latency = serving.Serving.Latency! with { TimeToFirstToken = TimeSpan.FromMinutes(5) } } };

    /// <summary>The servings with their pools on Google Cloud, which has a way out.</summary>
    private static FleetPlan Google(params ServingFleet[] servings) =>
        Fleet with { Servings = [.. servings], Pools = [.. Fleet.Pools.Select(pool => pool with { Cloud = CloudProvider.Gcp, Region = "us-central1" })] };

    private static string? Refusal(ServingRoute route, FleetPlan fleet)
    {
        var plan = fleet.Plan with { Router = new RouterPlan { IsDeployed = true, Apis = [Claude], Routes = [route] } };
        return Record.Exception(() => RoutingRules.Require(plan, fleet.Pools, fleet.Servings))?.Message;
    }
}
