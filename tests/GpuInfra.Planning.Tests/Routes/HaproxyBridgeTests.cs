using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Routes;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Routes;

/// <summary>What comes of a request that HAProxy gives to the bridge, both running, between engines and a provider that only pretend.</summary>
[Collection("runs alone")]
public sealed class HaproxyBridgeTests : IDisposable
{
    private const string Path = "/v1/chat/completions";

    private static readonly ApiBackend Claude = new("claude", "api.anthropic.com", "", "us", "router-claude", 1000) { Dialect = ApiDialect.Anthropic, Model = "claude-haiku-4-5" };

    private readonly Haproxy _haproxy = new();
    private readonly FakeEngine _engine = new("engine") { Answers = (_, _) => (200, "application/json", OpenAi("small")) };
    private readonly FakeEngine _coder = new("coder") { Answers = (_, _) => (200, "application/json", OpenAi("large")) };
    private readonly FakeEngine _provider = new("provider") { Answers = (_, _) => (200, "application/json", Anthropic("theirs")) };
    private readonly FakeEngine _guardrail = new("guardrail") { Answers = (_, body) => (200, "application/json", Accepts(body)) };

    public static TheoryData<string> Places { get; } = ["machine", "cluster"];

    [SkippableTheory]
    [MemberData(nameof(Places))]
    public void HAProxy_takes_a_configuration_with_all_three_without_a_warning(string place)
    {
        Skip.IfNot(Haproxy.IsThere, "haproxy is not installed");
        using var haproxy = new Haproxy { InCluster = place == "cluster" ? ("127.0.0.1:53", 8000) : null };
        Assert.Equal("", haproxy.Check(Entry(Everything)));
    }

    [Fact]
    public void The_configurations_of_all_three_are_as_recorded()
    {
        Golden.AssertFile("tests/GpuInfra.Planning.Tests/Routes/bridge.cfg", HaproxyConfig.Of(Entry(Everything), RouterSite.Deployed));
        Golden.AssertFile("tests/GpuInfra.Planning.Tests/Routes/bridge.json", BridgeConfig.Of(Entry(Everything), RouterSite.Deployed) + "\n");
    }

    [Fact]
    public void Without_a_way_out_or_on_the_other_cloud_nobody_is_asked_whom_the_routers_cannot_reach()
    {
        Assert.False(HaproxyConfigTests.Entry(Everything).HasBridge);
        var google = Entry(Everything);
        var amazon = google with { Cloud = CloudProvider.Aws };
        Assert.Equal(["vertex"], google.OwnApis.Select(api => api.Name));
        Assert.Equal(["nova-too"], amazon.OwnApis.Select(api => api.Name));
        Assert.DoesNotContain("nova-too", BridgeConfig.Of(google, RouterSite.Deployed), StringComparison.Ordinal);
        Assert.Equal(["router-claude", "router-guard"], google.ApiSecrets.AsEnumerable());
    }

    [SkippableFact]
    public async Task An_API_of_another_dialect_takes_what_pools_cannot_in_our_own()
    {
        Run(Overflow, most: 1);
        _engine.Hold();
        var waits = Ask("u");
        await _engine.HasAsync(1);

        Assert.Equal("theirs", await ContentAsync(await Ask("u")));
        Assert.Equal(("/v1/messages", null), _provider.Last);
        Assert.Equal("claude-haiku-4-5", JsonDocument.Parse(_provider.LastSent.Body).RootElement.GetProperty("model").GetString());

        _provider.Answers = (_, _) => (200, "text/event-stream", Stream("the", "irs"));
        var streamed = await (await Ask("u", more: ",\"stream\":true")).Content.ReadAsStringAsync();
        Assert.Contains("\"content\":\"the\"", streamed, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", streamed, StringComparison.Ordinal);

        (_provider.Answers, _provider.Header) = ((_, _) => (429, "application/json", "{}"), ("Retry-After", "17"));
        using var limited = await Ask("u");
        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(17)), (limited.StatusCode, limited.Headers.RetryAfter!.Delta));
        _engine.LetGo();
        Assert.Equal("small", await ContentAsync(await waits));
    }

    [SkippableFact]
    public async Task An_API_that_fails_leaves_its_requests_to_the_fleet_and_is_left_alone_after_five()
    {
        Run(Overflow, most: 1);
        _haproxy.SetMap("places", "assistant", 20_000);
        _provider.Answers = (_, _) => (529, "application/json", "{}");
        for (var i = 0; i < 5; i++)
        {
            _engine.Hold();
            var first = Ask("u");
            await _engine.HasAsync(1);
            var second = Ask("u");
            await _haproxy.WaitForQueueAsync("assistant.0", 1); // The API has failed, and the request waits for the engine.
            _engine.LetGo();
            Assert.Equal(("small", "small"), (await ContentAsync(await first), await ContentAsync(await second)));
        }

        _haproxy.WaitFor("assistant.api.claude/bridge", "DOWN");
        Assert.Equal(5, _provider.Answered);
    }

    [SkippableFact]
    public async Task The_same_users_requests_are_copied_every_time_and_everybody_gets_the_engines_answer()
    {
        Run(Shadow(30));
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 200; i++)
            {
                Assert.Equal("small", await ContentAsync(await Ask($"user-{i}")));
            }
        }

        await WaitAsync(async () => (await FiguresAsync()).Contains("why=\"shadow\",result=\"answered\"} " + _provider.Answered, StringComparison.Ordinal));
        Assert.Equal(400, _engine.Answered);
        Assert.InRange(_provider.Answered, 80, 160); // Of 200 users 30 %, twice; four standard deviations about it.
        Assert.Equal(0, _provider.Answered % 2);
        Assert.Contains("gpuinfra_bridge_tokens_total{serving=\"assistant\",api=\"claude\",why=\"shadow\",kind=\"input\"}", await FiguresAsync(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_cascade_gives_the_small_answer_where_the_guardrail_takes_it_and_else_asks_the_larger_model()
    {
        Run(Cascade("claude", isApi: true));
        Assert.Equal("small", await ContentAsync(await Ask("easy")));
        Assert.Equal(0, _provider.Answered);
        Assert.Equal("theirs", await ContentAsync(await Ask("hard")));
        Assert.Contains("small", _guardrail.LastSent.Body, StringComparison.Ordinal);
        var burst = await (await Ask("easy", more: ",\"stream\":true")).Content.ReadAsStringAsync();
        Assert.Contains("\"content\":\"small\"", burst, StringComparison.Ordinal);
        Assert.DoesNotContain("stream", _engine.LastSent.Body, StringComparison.Ordinal);
        _provider.Answers = (_, _) => (500, "application/json", "{}");
        Assert.Equal("small", await ContentAsync(await Ask("hard")));
        Assert.Contains("verdict=\"kept\"} 1", await FiguresAsync(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_cascade_to_a_serving_goes_through_HAProxy_again_and_not_in_a_circle()
    {
        Run(Cascade("coder", isApi: false));
        Assert.Equal("large", await ContentAsync(await Ask("hard")));
        Assert.Equal((1, 1), (_engine.Answered, _coder.Answered));
        Assert.Equal(Path, _coder.Last.Path);
    }

    [SkippableFact]
    public async Task Nobodys_key_goes_where_it_does_not_belong_and_no_word_of_a_request_is_written_down()
    {
        var router = Cascade("claude", isApi: true) with { Keys = [new RouterKey("support", "router-support")] };
        Skip.IfNot(Haproxy.IsThere, "haproxy is not installed");
        _haproxy.WriteKeys($"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("team-key")))} support\n");
        Run(router);

        Assert.Equal(HttpStatusCode.Unauthorized, (await Ask("hard")).StatusCode);
        Assert.Equal("theirs", await ContentAsync(await Ask("hard", headers: ("authorization", "Bearer team-key"))));
        Assert.Equal((null, null, null), (_engine.Last.Authorization, _provider.Last.Authorization, _guardrail.Last.Authorization));
        _provider.Answers = (_, _) => (200, "application/json", "hard words");
        Assert.Equal("small", await ContentAsync(await Ask("hard", headers: ("authorization", "Bearer team-key"))));
        var figures = await FiguresAsync();
        _haproxy.KillBridge();
        Assert.All(["hard", "small", "theirs", "team-key", "claude-key"], word => Assert.DoesNotContain(word, _haproxy.Said + figures, StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Where_the_bridge_is_killed_requests_go_on_without_it()
    {
        var router = Cascade("claude", isApi: true) with { Routes = [Cascade("claude", isApi: true).Routes[0], new ServingRoute("coder") { Shadow = new ShadowRoute("claude", Share.FromPercent(100), false), Overflow = [Claude with { Name = "other" }] }] };
        Run(router);
        Assert.Equal("theirs", await ContentAsync(await Ask("hard")));
        _haproxy.KillBridge();

        // At once, before HAProxy has looked again, and ever after.
        Assert.Equal("small", await ContentAsync(await Ask("hard")));
        Assert.Equal("large", await ContentAsync(await Ask("hard", model: "mixtral-8x7b")));
        _haproxy.WaitForBridge("DOWN");
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("small", await ContentAsync(await Ask("hard")));
            Assert.Equal("large", await ContentAsync(await Ask("hard", model: "mixtral-8x7b")));
        }

        Assert.Equal(1, _provider.Answered);
    }

    [SkippableFact]
    public async Task A_client_cannot_say_which_APIs_have_failed_and_what_is_no_chat_passes_no_bridge()
    {
        Run(Overflow, most: 1);
        _engine.Hold();
        var waits = Ask("u");
        await _engine.HasAsync(1);
        Assert.Equal("theirs", await ContentAsync(await Ask("u", headers: ("x-gpuinfra-asked", "claude"))));
        using var completion = await _haproxy.PostAsync("{\"model\":\"llama-3.1-8b\",\"prompt\":\"x\"}", "/v1/completions");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, completion.StatusCode); // It waited for the engine and no API was asked.
        Assert.Equal(1, _provider.Answered);
        _engine.LetGo();
        await waits;
    }

    public void Dispose()
    {
        _haproxy.Dispose();
        foreach (var server in new[] { _engine, _coder, _provider, _guardrail })
        {
            server.Dispose();
        }
    }

    private static RouterPlan Overflow => new() { IsDeployed = true, Routes = [new ServingRoute("assistant") { Overflow = [Claude] }] };

    private static RouterPlan Shadow(int percent) =>
        new() { IsDeployed = true, Apis = [Claude], Routes = [new ServingRoute("assistant") { Shadow = new ShadowRoute("claude", Share.FromPercent(percent), false) }] };

    private static RouterPlan Cascade(string to, bool isApi) => new()
    {
        IsDeployed = true,
        Apis = [Claude],
        Routes = [new ServingRoute("assistant") { Cascade = new CascadeRoute(to, isApi, Share.FromPercent(20), new Guardrail("https://guard.example.com/check", TimeSpan.FromSeconds(5), true, "router-guard")) }],
    };

    private static RouterPlan Everything => HaproxyConfigTests.Everything with
    {
        Apis = [Claude, new ApiBackend("nova", "bedrock-runtime.us-east-1.amazonaws.com", "", "us-east-1", null, 5) { Dialect = ApiDialect.Bedrock, Model = "us.amazon.nova-lite-v1:0" }],
        Routes =
        [
            Cascade("claude", isApi: true).Routes[0] with { Overflow = [new ApiBackend("vertex", "us-central1-aiplatform.googleapis.com", "", "us-central1", null, 9) { Dialect = ApiDialect.Vertex, Model = "gemini-2.5-flash" }] },
            new ServingRoute("coder") { Strategy = RouteStrategy.RateLimitAware, Shadow = new ShadowRoute("claude", Share.FromPercent(5), false), Overflow = [new ApiBackend("nova-too", "bedrock-runtime.us-east-1.amazonaws.com", "", "us-east-1", null, 5) { Dialect = ApiDialect.Bedrock, Model = "us.amazon.nova-lite-v1:0" }] },
        ],
    };

    private static RouterEntry Entry(RouterPlan router) => HaproxyConfigTests.Entry(router) with { Cloud = CloudProvider.Gcp, HasWayOut = true, Project = "acme-prod" };

    private static string OpenAi(string text) =>
        $$$"""{"id":"x","object":"chat.completion","created":1,"model":"llama-3.1-8b","choices":[{"index":0,"message":{"role":"assistant","content":"{{{text}}}"},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}""";

    private static string Anthropic(string text) =>
        $$$"""{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"text","text":"{{{text}}}"}],"stop_reason":"end_turn","usage":{"input_tokens":7,"output_tokens":3}}""";

    private static string Stream(params string[] texts) =>
        "data: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":7,\"output_tokens\":1}}}\n\n"
        + string.Concat(texts.Select(text => $"data: {{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{{\"type\":\"text_delta\",\"text\":\"{text}\"}}}}\n\n"))
        + "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":3}}\n\n";

    private static string Accepts(string body) => body.Contains("hard", StringComparison.Ordinal) ? "{\"accept\":false}" : "{\"accept\":true}";

    private void Run(RouterPlan router, int most = 64)
    {
        Skip.IfNot(Haproxy.IsThere, "haproxy is not installed");
        var entry = Entry(router);
        _haproxy.Run(entry, ("assistant.0/r1", _engine, most), ("coder.0/r1", _coder, 64));
        _haproxy.StopChecks("assistant.0/r1");
        _haproxy.StopChecks("coder.0/r1");
        _haproxy.Bridge(entry, ("api.anthropic.com", _provider), ("guard.example.com", _guardrail));
    }

    private Task<HttpResponseMessage> Ask(string words, string model = "llama-3.1-8b", string more = "", params (string Name, string Value)[] headers) =>
        _haproxy.PostAsync($"{{\"model\":\"{model}\",\"user\":\"{words}\",\"messages\":[{{\"role\":\"user\",\"content\":\"{words}\"}}]{more}}}", Path, headers);

    private static async Task<string?> ContentAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode} {text}");
            return JsonDocument.Parse(text).RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString();
        }
    }

    private async Task<string> FiguresAsync()
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri($"http://127.0.0.1:{_haproxy.HealthPort}{RouterEntry.BridgeFigures}"));
    }

    private static async Task WaitAsync(Func<Task<bool>> isTrue)
    {
        for (var i = 0; i < 200; i++)
        {
            if (await isTrue())
            {
                return;
            }

            await Task.Delay(50);
        }

        Assert.Fail("it did not come to it");
    }
}
