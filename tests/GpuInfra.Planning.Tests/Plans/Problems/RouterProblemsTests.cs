using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Plans.Problems;

/// <summary>What an author reads after a slip in the router: what was written below it, and the whole message.</summary>
public class RouterProblemsTests
{
    private const string Claude = "router: { apis: [{ name: claude, dialect: anthropic, model: m, host: a.com, region: eu-west, secret: s, requestsPerSecond: 5 }], ";

    private const string Guard = "guardrail: { url: \"https://g.com/\", onFailure: accept }";

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
    [InlineData(
        "router: { routes: { assistant: { overflow: [{ name: a, dialect: antropic, host: a.com, region: us, secret: s, requestsPerSecond: 5 }] } } }",
        "router.routes.assistant.overflow.a.dialect: \"antropic\" is ")]
    [InlineData(
        "router: { routes: { assistant: { overflow: [{ name: a, dialect: anthropic, host: a.com, region: us, secret: s, requestsPerSecond: 5 }] } } }",
        "router.routes.assistant.overflow.a: model is missing: anthropic does not know the client's name of it")]
    [InlineData(
        "router: { routes: { assistant: { overflow: [{ name: a, region: us, requestsPerSecond: 5 }] } } }",
        "router.routes.assistant.overflow.a: secret is missing: ")]
    [InlineData(
        "router: { routes: { assistant: { overflow: [{ name: a, dialect: bedrock, model: m, region: us-east-1, secret: s, requestsPerSecond: 5 }] } } }",
        "router.routes.assistant.overflow.a.secret: bedrock is asked by the routers' own identity: leave secret out")]
    [InlineData(
        "router: { routes: { assistant: { overflow: [{ name: a, dialect: vertex, model: m, host: a.com, region: us-central1, requestsPerSecond: 5 }] } } }",
        "router.routes.assistant.overflow.a.host: vertex has its host by its region: leave host out")]
    [InlineData(
        "router: { routes: { assistant: { overflow: [{ name: a, dialect: bedrock, model: \"arn:aws:x/y\", region: us-east-1, requestsPerSecond: 5 }] } } }",
        "router.routes.assistant.overflow.a.model: \"arn:aws:x/y\" is a path: write the model's id, or that of an inference profile")]
    [InlineData(Claude + "routes: { assistant: { shadow: { to: clude, share: 5% } } } }", "router.routes.assistant.shadow: unknown API \"clude\" (did you mean \"claude\"?): name one of overflow or router.apis")]
    [InlineData(Claude + "routes: { assistant: { shadow: { to: claude, share: 101% } } } }", "router.routes.assistant.shadow.share: \"101%\" is outside the range from 0.01% to 100%")]
    [InlineData(Claude + "routes: { index: { shadow: { to: claude, share: 5% } } } }", "router.routes.index.shadow: index is of kind embedding, whose requests are no chat completions: leave shadow out")]
    [InlineData("residency: { allow: [us-*] }\n" + Claude + "routes: { assistant: { shadow: { to: claude, share: 5% } } } }", "router.routes.assistant.shadow: claude processes data in eu-west, and residency of assistant allows us-* only")]
    [InlineData(
        "residency: { allow: [us-*, eu-*] }\n" + Claude + "routes: { assistant: { shadow: { to: claude, share: 5% } } } }",
        "router.routes.assistant.shadow: residency binds assistant to eu-*, us-*, and claude would keep copies of its requests: write copiesResidentData: true if it may, or leave shadow out")]
    [InlineData(Claude + "routes: { assistant: { cascade: { to: nobody, escalates: 20%, " + Guard + " } } } }", "router.routes.assistant.cascade: unknown API or serving \"nobody\"")]
    [InlineData(Claude + "routes: { assistant: { cascade: { to: assistant, escalates: 20%, " + Guard + " } } } }", "router.routes.assistant.cascade: \"assistant\" is the serving itself: name another")]
    [InlineData(Claude + "routes: { assistant: { cascade: { to: index, escalates: 20%, " + Guard + " } } } }", "router.routes.assistant.cascade: index is of kind embedding, which cannot answer for assistant")]
    [InlineData(
        Claude + "routes: { assistant: { shadow: { to: claude, share: 5% }, cascade: { to: claude, escalates: 20%, " + Guard + " } } } }",
        "router.routes.assistant.shadow: a cascade's requests are not copied: leave one of the two out")]
    [InlineData(Claude + "routes: { assistant: { cascade: { to: claude, escalates: 20%, guardrail: { url: \"https://g.com:8443/\", onFailure: accept } } } } }", "cascade.guardrail.url: routers call nobody but by HTTPS at port 443: leave the port out")]
    [InlineData(Claude + "routes: { assistant: { cascade: { to: claude, escalates: 20%, guardrail: { url: \"https://g.com/\" } } } } }", "router.routes.assistant.cascade.guardrail: onFailure is missing: ")]
    [InlineData(Claude + "routes: { assistant: { overflow: [{ name: claude, host: a.com, region: us, secret: s, requestsPerSecond: 5 }] } } }", "router.routes.assistant.overflow: router.apis has an API \"claude\" too: give one of them another name")]
    public void A_slip_is_told_where_it_is_and_with_what_is_allowed(string written, string says) =>
        Assert.Contains(says, PlanYaml.Problems(PlanYaml.Plus(written)), StringComparison.Ordinal);

    [Fact]
    public void A_canary_does_not_stop_by_a_quality_that_nothing_tells() => Assert.Contains(
        "router.routes.assistant.canary: stops needs the quality of other, which nothing tells",
        PlanYaml.Problems(PlanYaml.With("workloads:\n", "  - { name: other, kind: online, model: llama-3.1-8b, maxContextTokens: 4096, latency: { timeToFirstToken: 2s, timePerOutputToken: 50ms } }\nworkloads:\n")
            + "router: { routes: { assistant: { canary: { to: other, share: 5%, stops: true } } } }\n"),
        StringComparison.Ordinal);

    [Fact]
    public void A_cloud_that_the_plan_is_not_on_is_asked_for_nothing() => Assert.Contains(
        "router.apis: nova speaks bedrock, which routers on aws alone may ask, and the plan has no machines there",
        PlanYaml.Problems(PlanYaml.With("aws: { account: \"111122223333\", share: 70%, regions: [us-east-1] }\n", "\n").Replace("share: 30%", "share: 100%", StringComparison.Ordinal)
            + "router: { apis: [{ name: nova, dialect: bedrock, model: m, region: us-east-1, requestsPerSecond: 5 }] }\n"),
        StringComparison.Ordinal);

    [Fact]
    public void Copies_and_cascades_are_read_as_they_are_written()
    {
        var router = PlanYaml.Read(PlanYaml.Plus("""
            router:
              apis:
                - { name: claude, dialect: anthropic, model: claude-haiku-4-5, host: api.anthropic.com, region: us, secret: router-claude, requestsPerSecond: 10, price: anthropic/claude-haiku-4-5 }
                - { name: nova, dialect: bedrock, model: "us.amazon.nova-lite-v1:0", region: us-east-1, requestsPerSecond: 5 }
              routes:
                assistant:
                  overflow: [{ name: gemini, dialect: vertex, model: gemini-2.5-flash, region: us-central1, requestsPerSecond: 5 }]
                  cascade: { to: gemini, escalates: 20%, guardrail: { url: "https://guard.example.com/check", timeout: 500ms, onFailure: escalate, secret: guard } }
            """)).Router;

        var claude = new ApiBackend("claude", "api.anthropic.com", "", "us", "router-claude", 10) { Dialect = ApiDialect.Anthropic, Model = "claude-haiku-4-5", Price = ApiPrice.Find("anthropic/claude-haiku-4-5") };
        Assert.Equal([claude, new ApiBackend("nova", "bedrock-runtime.us-east-1.amazonaws.com", "", "us-east-1", null, 5) { Dialect = ApiDialect.Bedrock, Model = "us.amazon.nova-lite-v1:0" }], router.Apis.AsEnumerable());
        Assert.Equal("us-central1-aiplatform.googleapis.com", router.ApiOf(router.RouteOf("assistant"), "gemini")!.Host);
        Assert.Equal(
            new CascadeRoute("gemini", true, Share.FromPercent(20), new Guardrail("https://guard.example.com/check", TimeSpan.FromMilliseconds(500), false, "guard")), router.RouteOf("assistant").Cascade);
    }

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
