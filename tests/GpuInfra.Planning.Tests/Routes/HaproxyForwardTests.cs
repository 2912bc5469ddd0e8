using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Routes;

/// <summary>What arrives at an engine and at who asked, through HAProxy itself.</summary>
[Collection("runs alone")]
public sealed class HaproxyForwardTests : IDisposable
{
    private readonly Haproxy _haproxy = new();
    private readonly FakeEngine _engine = new("llama");

    [SkippableFact]
    public async Task An_engine_gets_the_path_the_query_and_the_body_as_they_were_sent()
    {
        Run(new RouterPlan { IsDeployed = true });
        var body = $"{{\"model\":\"llama-3.1-8b\",\"prompt\":\"{string.Concat(Enumerable.Repeat("Grüße, 世界 ", 2_000))}\"}}"; // Longer than a buffer.

        Assert.Equal("llama", await _haproxy.WhoAsync(body, "/v1/completions?echo=a%2Fb&n=2"));
        Assert.Equal("/v1/completions?echo=a%2Fb&n=2", _engine.Last.Path);
        Assert.Equal(("POST", "application/json; charset=utf-8"), (_engine.LastSent.Method, _engine.LastSent.Type));
        Assert.Equal(body, _engine.LastSent.Body);

        // The name of the serving in the path is the router's, and the rest the engine's.
        Assert.Equal("llama", await _haproxy.WhoAsync(body, "/servings/assistant/v1/completions?n=3"));
        Assert.Equal("/v1/completions?n=3", _engine.Last.Path);
        Assert.Equal(body, _engine.LastSent.Body);
    }

    [SkippableFact]
    public async Task A_streams_pieces_arrive_one_by_one_as_they_are_made()
    {
        var pieces = Channel.CreateUnbounded<string>();
        _engine.Pieces = pieces.Reader;
        Run(new RouterPlan { IsDeployed = true });

        var asked = _haproxy.PostAsync("{\"model\":\"llama-3.1-8b\",\"stream\":true}");
        await Send("data: one\n\n");
        using var answer = await asked.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        await using var stream = await answer.Content.ReadAsStreamAsync();
        Assert.Equal("data: one\n\n", await Read(11)); // It is here before the next is made.
        await Send("data: two\n\n");
        Assert.Equal("data: two\n\n", await Read(11));
        pieces.Writer.Complete();
        Assert.Equal("", await Read(1));

        async Task Send(string piece) => await pieces.Writer.WriteAsync(piece);

        async Task<string> Read(int length)
        {
            var buffer = new byte[length];
            using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            return Encoding.UTF8.GetString(buffer, 0, await stream.ReadAtLeastAsync(buffer, length, throwOnEndOfStream: false, late.Token));
        }
    }

    [SkippableFact]
    public async Task With_a_certificate_it_answers_over_TLS_by_that_certificate_and_not_without()
    {
        Run(new RouterPlan { IsDeployed = true, Certificate = "router-certificate" });

        Assert.Equal("llama", await _haproxy.WhoAsync("{\"model\":\"llama-3.1-8b\"}")); // Only the certificate that it was given is taken.
        using var plain = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => plain.PostAsync(new Uri($"http://127.0.0.1:{_haproxy.Port}/v1/completions"), null));
    }

    [SkippableFact]
    public async Task Who_is_refused_is_told_when_to_come_again()
    {
        var keys = new RouterPlan { IsDeployed = true, Keys = [new RouterKey("support", "router-support") { Priority = RoutePriority.Low }] };
        Skip.IfNot(Haproxy.IsThere, "haproxy is not installed");
        _haproxy.WriteKeys($"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("support")))} support\n");
        Run(keys, most: 1);
        _engine.Hold();
        var running = Ask();
        await _engine.HasAsync(1);

        using var refused = await Ask();

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(2), refused.Headers.RetryAfter?.Delta);
        Assert.Contains("\"type\":\"overloaded\"", await refused.Content.ReadAsStringAsync());
        _engine.LetGo();
        using var answered = await running;
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);

        Task<HttpResponseMessage> Ask() => _haproxy.PostAsync("{\"model\":\"llama-3.1-8b\"}", headers: ("authorization", "Bearer support"));
    }

    public void Dispose()
    {
        _haproxy.Dispose();
        _engine.Dispose();
    }

    private void Run(RouterPlan router, int most = 8)
    {
        Skip.IfNot(Haproxy.IsThere, "haproxy is not installed");
        _haproxy.Run(HaproxyConfigTests.Entry(router), ("assistant.0/r1", _engine, most));
        _haproxy.StopChecks("assistant.0/r1");
    }
}
