using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Routes;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Routes;

public class HaproxyConfigTests
{
    internal static readonly FleetPlan Fleet = Planner.Plan(A.ProdPlan(), "prod", A.Catalog);

    [SkippableFact]
    public void HAProxy_takes_the_configuration_of_every_entry_without_a_warning()
    {
        Skip.IfNot(Haproxy.IsThere, "haproxy is not installed");
        foreach (var entry in RoutingTable.Of(Fleet).Entries.Select(place => Entry(Everything, place.Cloud, place.Region)))
        {
            using var haproxy = new Haproxy();
            Assert.Equal("", haproxy.Check(entry));
        }
    }

    [Fact]
    public void The_configuration_of_everything_is_as_recorded() =>
        Golden.AssertFile("tests/GpuInfra.Planning.Tests/Routes/entry.cfg", HaproxyConfig.Of(Entry(Everything), RouterSite.Deployed));

    [Fact]
    public void What_the_agent_reads_is_as_recorded()
    {
        var entry = Entry(Everything);
        Golden.AssertFile("tests/GpuInfra.Planning.Tests/Routes/targets.txt", string.Concat(entry.Table.Routes.Select(route =>
            $"# {route.Serving.Name}\n{ServingTargets.Of(entry, route, Fleet.Pools, name => name)}")));
    }

    [Fact]
    public void A_plan_without_the_key_has_no_entry() => Assert.Null(RouterEntry.Of(Fleet, CloudProvider.Aws, "us-east-1"));

    [Fact]
    public void Twice_the_demand_changes_no_configuration()
    {
        var (some, more) = (Planner.Plan(A.Plan(), "prod", A.Catalog), Planner.Plan(A.Plan() with { Workloads = [A.Workload(scale: 8)] }, "prod", A.Catalog));
        Assert.True(more.Pools.Sum(pool => pool.Replicas) > some.Pools.Sum(pool => pool.Replicas));

        Assert.Equal(Text(some), Text(more));

        static string Text(FleetPlan fleet) => HaproxyConfig.Of(Entry(new RouterPlan { IsDeployed = true }, fleet: fleet), RouterSite.Deployed);
    }

    [Fact]
    public void Another_cloud_is_known_by_its_entrys_name_alone()
    {
        var text = HaproxyConfig.Of(Entry(Everything), RouterSite.Deployed);

        Assert.Contains("server gcp-us-central1.gpuinfra.internal gcp-us-central1.gpuinfra.internal:443", text, StringComparison.Ordinal);
        Assert.All(Fleet.Pools, pool => Assert.DoesNotContain(pool.Id, text, StringComparison.Ordinal));
        Assert.DoesNotContain("gcp", HaproxyConfig.Of(Entry(Everything with { Link = CloudLink.None }), RouterSite.Deployed), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_way_out_no_API_is_asked_and_no_key_of_it_is_read()
    {
        var entry = Entry(Everything);

        Assert.False(entry.HasWayOut);
        Assert.DoesNotContain("acme.openai.azure.com", HaproxyConfig.Of(entry, RouterSite.Deployed), StringComparison.Ordinal);
        Assert.Equal(["router-support", "router-tls"], entry.Secrets.AsEnumerable());
        Assert.Equal(["router-azure", "router-support", "router-tls"], Entry(Everything, CloudProvider.Gcp, "us-central1").Secrets.AsEnumerable());
    }

    [Fact]
    public void A_router_on_its_way_out_waits_for_the_longest_answer_that_is_promised_and_an_hour_at_most()
    {
        var entry = Entry(Everything);
        var promised = entry with { Table = entry.Table with { Routes = [.. entry.Table.Routes.Where(route => route.Serving.Latency is not null)] } };

        Assert.Equal(TimeSpan.FromHours(1), entry.Drain);
        Assert.Equal(promised.Table.Routes.Max(route => route.LongestAnswer), promised.Drain);
    }

    internal static RouterPlan Everything { get; } = new()
    {
        IsDeployed = true,
        Link = CloudLink.Existing,
        Certificate = "router-tls",
        Keys =
        [
            new RouterKey("support", "router-support") { RequestsPerMinute = 6000, Priority = RoutePriority.High, Tier = "premium", MayOverride = true },
        ],
        Routes =
        [
            new ServingRoute("assistant")
            {
                Strategy = RouteStrategy.RateLimitAware,
                Canary = new RouteSplit("canary", "coder", Share.FromPercent(5)),
                Experiments = [new RouteSplit("one", "coder", Share.FromPercent(20)), new RouteSplit("two", "coder", Share.FromPercent(30))],
                Tiers = [new TierRoute("premium", "coder")],
                Faster = new FastRoute(TimeSpan.FromMilliseconds(500), "coder"),
                Overflow = [new ApiBackend("azure", "acme.openai.azure.com", "/openai", "us-east", "router-azure", 20)],
            },
        ],
    };

    internal static RouterEntry Entry(RouterPlan router, CloudProvider cloud = CloudProvider.Aws, string region = "us-east-1", FleetPlan? fleet = null)
    {
        var planned = fleet ?? Fleet;
        return RouterEntry.Of(planned with { Plan = planned.Plan with { Router = router } }, cloud, region)!;
    }
}
