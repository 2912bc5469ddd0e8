using System.Net;
using System.Security.Cryptography;
using System.Text;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Routes;

/// <summary>What HAProxy does with the configuration, in front of engines that only pretend.</summary>
[Collection(RunsAlone)]
public sealed class HaproxyRunTests : IDisposable
{
    private const string RunsAlone = "runs alone";

    private const string Assistant = "{\"model\":\"llama-3.1-8b\",\"messages\":[]}";

    private readonly Haproxy _haproxy = new();
    private readonly List<FakeEngine> _engines = [];

    [SkippableFact]
    public async Task The_model_in_the_body_or_the_name_in_the_path_finds_the_serving()
    {
        Run(new RouterPlan { IsDeployed = true }, ("assistant.0/r1", Engine("llama"), 4), ("coder.0/r1", Engine("mixtral"), 4));

        Assert.Equal("llama", await _haproxy.WhoAsync(Assistant));
        Assert.Equal("mixtral", await _haproxy.WhoAsync("{\"model\":\"mixtral-8x7b\"}"));
        Assert.Equal("mixtral", await _haproxy.WhoAsync(Assistant, "/servings/coder/v1/completions"));
        Assert.Equal("/v1/completions", _engines[1].Last.Path);
        Assert.Equal("503", await _haproxy.WhoAsync("{\"model\":\"bge-large\"}")); // No replica of it runs.
        Assert.Equal("404", await _haproxy.WhoAsync("{\"model\":\"gpt\"}"));
        Assert.Equal("404", await _haproxy.WhoAsync(Assistant, "/servings/nobody/v1/completions"));
        Assert.Equal(200, await _haproxy.GetAsync("/v1/models"));
        Assert.Equal(200, await _haproxy.GetAsync("/ready", _haproxy.HealthPort));
        Assert.Equal(200, await _haproxy.GetAsync("/metrics", _haproxy.HealthPort));
    }

    [SkippableFact]
    public async Task Requests_go_where_the_fewest_are_outstanding()
    {
        var (slow, fast) = (Engine("slow", 1000), Engine("fast", 50));
        Run(new RouterPlan { IsDeployed = true }, ("assistant.0/r1", slow, 32), ("assistant.0/r2", fast, 32));

        // Four at a time, sixty in all.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            for (var i = 0; i < 15; i++)
            {
                await _haproxy.WhoAsync(Assistant);
            }
        }));

        Assert.Equal(60, slow.Answered + fast.Answered);
        Assert.True(fast.Answered > 3 * slow.Answered, $"{fast.Answered} and {slow.Answered}");
    }

    [SkippableFact]
    public async Task An_engine_never_has_more_than_sizing_gives_it_and_the_rest_is_refused_by_priority()
    {
        var engine = Engine("llama");
        engine.Hold();
        Run(new RouterPlan { IsDeployed = true, Keys = [Key("low", RoutePriority.Low), Key("normal", RoutePriority.Normal), Key("high", RoutePriority.High)] }, ("assistant.0/r1", engine, 2));
        _haproxy.SetMap("places", "assistant", 2000); // Two may wait for the one replica.

        var first = Many(2, "normal");
        await engine.HasAsync(2);
        using (var refused = await AskAsync("low"))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(2), refused.Headers.RetryAfter!.Delta);
        }

        var waiting = Many(1, "normal"); // Half of the queue.
        await _haproxy.WaitForQueueAsync("assistant.0", 1);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await AskAsync("normal")).StatusCode);
        var high = Many(1, "high"); // Its end.
        await _haproxy.WaitForQueueAsync("assistant.0", 2);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await AskAsync("high")).StatusCode);
        engine.LetGo();

        Assert.All([.. await first, .. await waiting, .. await high], status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(2, engine.MostAtOnce);
    }

    [SkippableFact]
    public async Task Who_waits_longer_than_the_first_token_may_take_is_told_to_come_again()
    {
        var engine = Engine("llama");
        engine.Hold();
        Run(new RouterPlan { IsDeployed = true }, ("assistant.0/r1", engine, 1));
        _haproxy.SetMap("places", "assistant", 9000);

        var first = _haproxy.PostAsync(Assistant);
        await engine.HasAsync(1);
        using var second = await _haproxy.PostAsync(Assistant);
        engine.LetGo();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
        Assert.NotNull(second.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
    }

    [SkippableFact]
    public async Task A_team_is_known_by_its_key_and_sends_no_more_than_its_part()
    {
        var engine = Engine("llama");
        Run(new RouterPlan { IsDeployed = true, Keys = [Key("support", RoutePriority.Normal) with { RequestsPerMinute = 20, MayOverride = true }] }, ("assistant.0/r1", engine, 4), ("coder.0/r1", Engine("mixtral"), 4));

        Assert.Equal("401", await _haproxy.WhoAsync(Assistant));
        Assert.Equal("401", await _haproxy.WhoAsync(Assistant, headers: ("authorization", "Bearer other")));
        Assert.Equal("mixtral", await _haproxy.WhoAsync(Assistant, headers: [("authorization", "Bearer support"), ("x-serving", "coder")]));
        var answers = new List<string>();
        for (var i = 0; i < 12; i++)
        {
            answers.Add(await _haproxy.WhoAsync(Assistant, headers: ("authorization", "Bearer support")));
        }

        // Ten a minute on each of two machines, of which one has gone to the other serving.
        Assert.Equal([.. Enumerable.Repeat("llama", 9), "429", "429", "429"], answers);
        Assert.Null(engine.Last.Authorization);
    }

    [SkippableFact]
    public async Task A_canary_that_is_stopped_gets_nobody_and_leaves_all_others_where_they_were()
    {
        var router = new RouterPlan
        {
            IsDeployed = true,
            Routes = [new ServingRoute("assistant") { Canary = new RouteSplit("canary", "coder", Share.FromPercent(50)) { Stops = true }, Experiments = [new RouteSplit("long-answers", "embedder", Share.FromPercent(40))] }],
        };
        Run(router, ("assistant.0/r1", Engine("stable"), 64), ("coder.0/r1", Engine("canary"), 64), ("embedder.0/r1", Engine("experiment"), 64));

        var before = await ByUserAsync();
        Assert.InRange(before.Count(who => who == "canary"), 60, 140);
        _haproxy.SetMap("stopped", "other", 1);
        Assert.Equal(before, await ByUserAsync());

        _haproxy.SetMap("stopped", "assistant", 1);
        var after = await ByUserAsync();
        Assert.DoesNotContain("canary", after);
        Assert.All(before.Zip(after).Where(pair => pair.First != "canary"), pair => Assert.Equal(pair.First, pair.Second));
        Assert.Equal("canary", await _haproxy.WhoAsync("{\"model\":\"mixtral-8x7b\"}")); // Who asks for it by name still gets it.

        async Task<List<string>> ByUserAsync()
        {
            var who = new List<string>();
            for (var i = 0; i < 200; i++)
            {
                who.Add(await _haproxy.WhoAsync(Assistant, headers: ("x-user", $"user-{i}")));
            }

            return who;
        }
    }

    [SkippableFact]
    public async Task The_same_users_try_the_canary_every_time_and_experiments_choose_others()
    {
        var router = new RouterPlan
        {
            IsDeployed = true,
            Routes = [new ServingRoute("assistant") { Canary = new RouteSplit("canary", "coder", Share.FromPercent(20)), Experiments = [new RouteSplit("long-answers", "embedder", Share.FromPercent(50))] }],
        };
        Run(router, ("assistant.0/r1", Engine("stable"), 64), ("coder.0/r1", Engine("canary"), 64), ("embedder.0/r1", Engine("experiment"), 64));

        var first = await ByUserAsync(x => ("x-user", $"user-{x}"));
        Assert.Equal(first, await ByUserAsync(x => ("x-user", $"user-{x}")));

        // Of 1,000 users 20 %, and half of the others; four standard deviations about it.
        Assert.InRange(first.Count(who => who == "canary"), 150, 250);
        Assert.InRange(first.Count(who => who == "experiment"), 340, 460);
        Assert.Equal(first[7], await _haproxy.WhoAsync("{\"model\":\"llama-3.1-8b\",\"user\":\"user-7\"}"));

        async Task<List<string>> ByUserAsync(Func<int, (string, string)> header)
        {
            var who = new List<string>();
            for (var i = 0; i < 1000; i++)
            {
                who.Add(await _haproxy.WhoAsync(Assistant, headers: header(i)));
            }

            return who;
        }
    }

    [SkippableFact]
    public async Task A_failing_engine_is_left_out_and_a_draining_one_answers_what_it_has()
    {
        var (good, bad, leaving) = (Engine("good"), Engine("bad"), Engine("leaving", 2000));
        RunChecked(new RouterPlan { IsDeployed = true }, ("assistant.0/r1", good, 8), ("assistant.0/r2", bad, 8), ("assistant.0/r3", leaving, 8));

        bad.Status = 503;
        _haproxy.WaitFor("assistant.0/r2", "DOWN");
        var running = Enumerable.Range(0, 4).Select(_ => _haproxy.WhoAsync(Assistant)).ToList();
        await Task.Delay(300);
        _haproxy.Ask("set server assistant.0/r3 state drain");
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("good", await _haproxy.WhoAsync(Assistant));
        }

        Assert.Contains("leaving", await Task.WhenAll(running));
        bad.Status = 200;
        _haproxy.WaitFor("assistant.0/r2", "UP");
    }

    [SkippableFact]
    public async Task The_next_rank_answers_when_the_first_is_full_and_pools_on_their_way_out_come_last()
    {
        Run(
            new RouterPlan { IsDeployed = true },
            ("assistant.0/r1", Engine("first"), 1), ("assistant.1/r1", Engine("second"), 1), ("assistant.3/r1", Engine("leaving"), 1));
        _engines.ForEach(engine => engine.Hold());

        var answers = new List<Task<string>>();
        foreach (var engine in _engines)
        {
            answers.Add(_haproxy.WhoAsync(Assistant));
            await engine.HasAsync(1);
        }

        _engines.ForEach(engine => engine.LetGo());
        Assert.Equal(["first", "second", "leaving"], await Task.WhenAll(answers));
    }

    [SkippableFact]
    public async Task Point_15_an_answer_may_take_as_long_as_was_computed_and_no_longer()
    {
        Run(new RouterPlan { IsDeployed = true }, ("assistant.0/r1", Engine("llama", 3000), 8));

        Assert.Equal("llama", await _haproxy.WhoAsync(Assistant));
        _haproxy.SetMap("answer", "assistant", 1000);
        Assert.Equal("504", await _haproxy.WhoAsync(Assistant));
    }

    [SkippableFact]
    public async Task An_entry_says_whether_a_place_is_free()
    {
        var engine = Engine("llama");
        Run(new RouterPlan { IsDeployed = true }, ("assistant.0/r1", engine, 1));

        Assert.Equal(200, await _haproxy.GetAsync("/ready/assistant"));
        engine.Hold();
        var running = _haproxy.WhoAsync(Assistant);
        await engine.HasAsync(1);
        Assert.Equal(503, await _haproxy.GetAsync("/ready/assistant"));
        Assert.Equal(503, await _haproxy.GetAsync("/ready/coder"));
        engine.LetGo();
        Assert.Equal("llama", await running);
    }

    public void Dispose()
    {
        _haproxy.Dispose();
        _engines.ForEach(engine => engine.Dispose());
    }

    private static RouterKey Key(string team, RoutePriority priority) => new(team, $"router-{team}") { Priority = priority };

    private FakeEngine Engine(string name, int milliseconds = 0)
    {
        _engines.Add(new FakeEngine(name, milliseconds));
        return _engines[^1];
    }

    private void Run(RouterPlan router, params (string Place, FakeEngine Engine, int Most)[] engines)
    {
        RunChecked(router, engines);
        foreach (var (place, _, _) in engines)
        {
            _haproxy.StopChecks(place);
        }
    }

    /// <summary>The same, with engines asked for their health all the time.</summary>
    private void RunChecked(RouterPlan router, params (string Place, FakeEngine Engine, int Most)[] engines)
    {
        Skip.IfNot(Haproxy.IsThere, "haproxy is not installed");
        _haproxy.WriteKeys(string.Concat(router.Keys.Select(key => $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key.Team)))} {key.Team}\n")));
        _haproxy.Run(HaproxyConfigTests.Entry(router), engines);
    }

    private Task<HttpResponseMessage> AskAsync(string team) => _haproxy.PostAsync(Assistant, headers: ("authorization", $"Bearer {team}"));

    private Task<HttpStatusCode[]> Many(int count, string team) => Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
    {
        using var answer = await AskAsync(team);
        return answer.StatusCode;
    }));

    /// <summary>Tests beside it that compute on all cores would hold up the engines' answers to health checks.</summary>
    [CollectionDefinition(RunsAlone, DisableParallelization = true)]
    public sealed class Alone;
}
