using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Plans.Problems;

/// <summary>What an author reads after a slip in the router: what was written below it, and the whole message.</summary>
public class RouterProblemsTests
{
    [Theory]
    [InlineData("router: { strategy: fastest }", "router.strategy: \"fastest\" is ")]
    [InlineData("router: { zone: internal }", "router.zone: \"internal\" is not a DNS name, as llm.example.internal")]
    [InlineData("router: { certificate: \"-----BEGIN\" }", "router.certificate: \"-----BEGIN\" is not the name of a secret")]
    [InlineData("router: { keys: { suport: { secret: s } } }", "router.keys: unknown team \"suport\" (did you mean \"support\"?): a key belongs to a team of this plan")]
    [InlineData("router: { keys: { support: { secret: s, requestsPerMinute: 0 } } }", "router.keys.support.requestsPerMinute: \"0\" is outside the range from 1 to 10000000")]
    [InlineData("router: { routes: { asistant: {} } }", "router.routes: unknown serving \"asistant\" (did you mean \"assistant\"?)")]
    [InlineData("router: { routes: { assistant: { canary: { to: index, share: 120% } } } }", "router.routes.assistant.canary.share: \"120%\" is outside the range from 0.01% to 100%")]
    [InlineData("router: { routes: { assistant: { canary: { to: assistant, share: 5% } } } }", "router.routes.assistant.canary: \"assistant\" is the serving itself: name another")]
    [InlineData("router: { routes: { assistant: { canary: { to: other, share: 5% } } } }", "router.routes.assistant.canary: unknown serving \"other\"")]
    [InlineData("router: { routes: { assistant: { canary: { to: index, share: 5% } } } }", "router.routes.assistant.canary: index is of kind embedding, which cannot answer for assistant")]
    [InlineData("servings: [{ name: other, kind: online, model: llama-3.1-8b, maxContextTokens: 4096, latency: { timeToFirstToken: 2s, timePerOutputToken: 50ms, percentile: 95 } }]\nrouter: { routes: { assistant: { canary: { to: other, share: 5%, stops: true } } } }", "router.routes.assistant.canary: stops needs the quality of other, which nothing tells")]
    [InlineData("router: { routes: { assistant: { experiments: [{ name: a, to: index, share: 5%, stops: true }] } } }", "stops")]
    [InlineData("router: { routes: { assistant: { tiers: { premium: index } } } }", "router.routes.assistant.tiers: no key gives a team the tier \"premium\": write it below router.keys")]
    [InlineData("router: { routes: { assistant: { weights: { a: 60%, b: 30% } } } }", "router.routes.assistant.weights: shares add up to 90%, not 100%")]
    [InlineData(
        "router: { routes: { assistant: { strategy: cost, weights: { a: 100% } } } }",
        "router.routes.assistant.weights: strategy cost fills pools one after the other and knows no shares: leave one of the two out")]
    [InlineData(
        "residency: { allow: [us-*] }\nrouter: { routes: { assistant: { overflow: [{ name: azure, host: a.azure.com, region: eu-west, secret: s, requestsPerSecond: 5 }] } } }",
        "router.routes.assistant.overflow: azure processes data in eu-west, and residency of assistant allows us-* only: take an endpoint there, or leave the overflow out")]
    [InlineData(
        "router: { routes: { assistant: { overflow: [{ name: azure, host: a.azure.com, region: us, secret: \"sk-1 2\", requestsPerSecond: 5 }] } } }",
        "router.routes.assistant.overflow.azure.secret: \"sk-1 2\" is not the name of a secret: 1 to 200 letters, digits, hyphens and underscores (what both clouds' stores take)")]
    [InlineData(
        "router: { routes: { assistant: { overflow: [{ name: azure, host: a.azure.com, region: us, secret: s, requestsPerSecond: 5, price: openai/gpt-4o-mni }] } } }",
        "router.routes.assistant.overflow.azure.price: \"openai/gpt-4o-mni\" has no known price (did you mean \"openai/gpt-4o-mini\"?); gpuinfra breakeven lists all")]
    public void A_slip_is_told_where_it_is_and_with_what_is_allowed(string written, string says) =>
        Assert.Contains(says, PlanYaml.Problems(PlanYaml.Plus(written)), StringComparison.Ordinal);

    [Fact]
    public void What_is_written_is_what_is_read()
    {
        var router = PlanYaml.Read(PlanYaml.Plus("""
            router:
              strategy: failover
              zone: llm.example.internal
              link: existing
              absorb: 70%
              certificate: router-tls
              routes:
                assistant:
                  strategy: rateLimitAware
                  overflow: [{ name: azure, host: acme.openai.azure.com, path: /openai, region: us-east, secret: router-azure, requestsPerSecond: 20, price: openai/gpt-4o-mini }]
              keys:
                support: { secret: router-support, requestsPerMinute: 600, priority: high, tier: premium, mayOverride: true }
            """)).Router;

        Assert.Equal((RouteStrategy.Failover, "llm.example.internal", CloudLink.Existing, 70, "router-tls"), (router.Strategy, router.Zone, router.Link, router.Absorb!.Value.Percent, router.Certificate));
        Assert.Equal(new ApiBackend("azure", "acme.openai.azure.com", "/openai", "us-east", "router-azure", 20) { Price = ApiPrice.Find("openai/gpt-4o-mini") }, Assert.Single(router.RouteOf("assistant").Overflow));
        Assert.Equal(RouteStrategy.RateLimitAware, router.RouteOf("assistant").Strategy);
        Assert.Equal(
            new RouterKey("support", "router-support") { RequestsPerMinute = 600, Priority = RoutePriority.High, Tier = "premium", MayOverride = true },
            Assert.Single(router.Keys));
    }
}
