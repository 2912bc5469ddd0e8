using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Routes;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Routes;

/// <summary>What HAProxy does in a cluster, where it finds replicas by the names of their pools' Services.</summary>
[Collection("runs alone")]
public sealed class HaproxyClusterTests : IDisposable
{
    private const string Assistant = "{\"model\":\"llama-3.1-8b\",\"messages\":[]}";

    private readonly FakeNames _names = new();
    private readonly List<AddressedEngine> _engines = [];
    private Haproxy? _haproxy;

    [Fact]
    public void The_configuration_of_everything_in_a_cluster_is_as_recorded() => Golden.AssertFile(
        "tests/GpuInfra.Planning.Tests/Routes/cluster.cfg",
        HaproxyConfig.Of(HaproxyConfigTests.Entry(HaproxyConfigTests.Everything), RouterSite.InCluster("serving.svc.cluster.local")));

    [Fact]
    public void What_it_starts_with_is_what_the_agent_would_tell_it()
    {
        var entry = HaproxyConfigTests.Entry(HaproxyConfigTests.Everything);
        var maps = ServingTargets.Maps(entry);
        var told = entry.Table.Routes.ToDictionary(route => route.Serving.Name, route => ServingTargets.Of(entry, route, Fleet().Pools, name => name).Split('\n'));

        Assert.Equal("ready 1\n", maps["state.map"]);
        Assert.All(told, serving => Assert.Contains($"{serving.Key} {serving.Value.Single(line => line.StartsWith("answer ", StringComparison.Ordinal))["answer ".Length..]}\n", maps["answer.map"], StringComparison.Ordinal));
        Assert.All(told, serving => Assert.Contains($"{serving.Key} {serving.Value.Single(line => line.StartsWith("places ", StringComparison.Ordinal))["places ".Length..]}\n", maps["places.map"], StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Replicas_are_those_that_a_pools_name_leads_to_now()
    {
        var pool = Start(new RouterPlan { IsDeployed = true });
        await Until("503", Assistant);

        Engine("one", "127.0.0.2");
        Engine("two", "127.0.0.3");
        _names.Known[pool] = ["127.0.0.2"];
        await Until("one", Assistant);
        _names.Known[pool] = ["127.0.0.3"];
        await Until("two", Assistant);
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _haproxy!.WhoAsync(Assistant))), who => Assert.Equal("two", who));
    }

    [SkippableFact]
    public async Task Who_asks_is_whom_the_gateway_names_last()
    {
        var router = new RouterPlan { IsDeployed = true, Routes = [new ServingRoute("assistant") { Canary = new RouteSplit("canary", "coder", Share.FromPercent(50)) }] };
        var pool = Start(router);
        Engine("stable", "127.0.0.2");
        Engine("canary", "127.0.0.3");
        _names.Known[Name(router, "coder")] = ["127.0.0.3"];
        _names.Known[pool] = ["127.0.0.2"];
        await Until("canary", "{\"model\":\"mixtral-8x7b\"}");
        for (var i = 0; i < 300 && await _haproxy!.WhoAsync(Assistant, headers: ("x-user", $"user-{i}")) != "stable"; i++)
        {
            await Task.Delay(50);
        }

        var first = await ByAddressAsync();
        Assert.Equal(first, await ByAddressAsync());
        Assert.InRange(first.Count(who => who == "canary"), 60, 140);

        async Task<List<string>> ByAddressAsync()
        {
            var who = new List<string>();
            for (var i = 0; i < 200; i++)
            {
                who.Add(await _haproxy!.WhoAsync(Assistant, headers: ("x-forwarded-for", $"203.0.113.9, 10.1.{i}.7")));
            }

            return who;
        }
    }

    [SkippableFact]
    public async Task A_canary_is_stopped_while_routers_run_in_a_cluster_too()
    {
        var router = new RouterPlan { IsDeployed = true, Routes = [new ServingRoute("assistant") { Canary = new RouteSplit("canary", "coder", Share.FromPercent(100)) { Stops = true } }] };
        var pool = Start(router);
        Engine("stable", "127.0.0.2");
        Engine("canary", "127.0.0.3");
        _names.Known[Name(router, "coder")] = ["127.0.0.3"];
        _names.Known[pool] = ["127.0.0.2"];
        await Until("canary", Assistant);
        _haproxy!.SetMap("stopped", "coder", 1);
        await Until("canary", Assistant);
        _haproxy.SetMap("stopped", "assistant", 1);
        await Until("stable", Assistant);
        Assert.Equal("canary", await _haproxy.WhoAsync("{\"model\":\"mixtral-8x7b\"}"));
    }

    [SkippableFact]
    public async Task Point_20_a_conversation_comes_back_to_the_replica_that_knows_its_beginning()
    {
        var prefixes = A.ProdPlan() with
        {
            Servings = [.. A.ProdPlan().Servings.Select(serving => serving.Name == "assistant" ? serving with { Techniques = new ServingTechniques { Routing = Routing.PrefixAware, PrefixCacheHitRate = Share.FromPercent(40) } } : serving)],
        };
        var pool = Start(new RouterPlan { IsDeployed = true }, Planner.Plan(prefixes, "prod", A.Catalog));
        string[] addresses = ["127.0.0.2", "127.0.0.3", "127.0.0.4"];
        foreach (var address in addresses)
        {
            Engine(address, address);
        }

        _names.Known[pool] = addresses;
        await UntilAllAsync(addresses);

        var replicas = new HashSet<string>();
        for (var user = 0; user < 30; user++)
        {
            var first = await _haproxy!.WhoAsync(Conversation(user, "and then?"));
            replicas.Add(first);
            Assert.Equal(first, await _haproxy.WhoAsync(Conversation(user, "and then?\"},{\"role\":\"user\",\"content\":\"why?")));
        }

        Assert.Equal(addresses, replicas.Order());

        static string Conversation(int user, string rest) =>
            $$"""{"model":"llama-3.1-8b","messages":[{"role":"system","content":"You help."},{"role":"user","content":"Question {{user}}"},{"role":"assistant","content":"{{rest}}"}]}""";

        async Task UntilAllAsync(string[] all)
        {
            var seen = new HashSet<string>();
            for (var i = 0; i < 600 && seen.Count < all.Length; i++)
            {
                seen.Add(await _haproxy!.WhoAsync(Conversation(1000 + i, "")));
                await Task.Delay(20);
            }
        }
    }

    [SkippableFact]
    public void HAProxy_takes_the_configuration_of_everything_without_a_warning()
    {
        Skip.IfNot(Haproxy.IsThere, "haproxy is not installed");
        _haproxy = new() { InCluster = (_names.Address, 8000) };
        Assert.Equal("", _haproxy.Check(HaproxyConfigTests.Entry(HaproxyConfigTests.Everything)));
    }

    public void Dispose()
    {
        _haproxy?.Dispose();
        _engines.ForEach(engine => engine.Dispose());
        _names.Dispose();
    }

    private static FleetPlan Fleet() => Planner.Plan(A.ProdPlan(), "prod", A.Catalog);

    /// <summary>The name of a serving's first pool in the entry's region.</summary>
    private static string Name(RouterPlan router, string serving, FleetPlan? fleet = null)
    {
        var entry = HaproxyConfigTests.Entry(router, fleet: fleet);
        return $"{entry.PoolsOf(entry.Table.Find(serving)!).Select(backend => backend.Name).Order(StringComparer.Ordinal).First()}.serving.test";
    }

    private string Start(RouterPlan router, FleetPlan? fleet = null)
    {
        Skip.IfNot(Haproxy.IsThere, "haproxy is not installed");
        _port = FreePort.Next();
        _haproxy = new() { InCluster = (_names.Address, _port) };
        _haproxy.Begin(HaproxyConfigTests.Entry(router, fleet: fleet));
        return Name(router, "assistant", fleet);
    }

    private int _port;

    private void Engine(string name, string address) => _engines.Add(new AddressedEngine(name, address, _port));

    private async Task Until(string who, string body)
    {
        var last = "";
        for (var i = 0; i < 300 && last != who; i++)
        {
            last = await _haproxy!.WhoAsync(body);
            await Task.Delay(50);
        }

        Assert.Equal(who, last);
    }
}
