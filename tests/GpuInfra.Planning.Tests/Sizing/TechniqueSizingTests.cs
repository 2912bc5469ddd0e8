using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Sizing;

/// <summary>What the plan's techniques do to demand and to a replica.</summary>
public class TechniqueSizingTests
{
    private static readonly RequestMix Conversation = new(1155, 211, 4142);

    [Fact]
    public void A_response_cache_takes_requests_away_before_the_replicas()
    {
        var plan = A.Plan();
        var cached = plan with { Servings = [A.Serving() with { Techniques = new ServingTechniques { CacheHitRate = Share.FromPercent(25) } }] };
        Assert.Equal(0.75 * Rate(plan), Rate(cached), 9);

        static double Rate(CapacityPlan plan) => new DemandForecast(plan).OfServing(plan.Servings[0], plan.Start).RequestsPerSecond;
    }

    [Fact]
    public void Prefix_hits_spare_reading_only_where_routing_finds_them()
    {
        var hits = new ServingTechniques { PrefixCacheHitRate = Share.FromPercent(50) };
        var (plain, unrouted, routed) = (Size(ServingTechniques.None), Size(hits), Size(hits with { Routing = Routing.PrefixAware }));
        Assert.Equal(plain.RequestsPerSecond, unrouted.RequestsPerSecond);
        Assert.InRange(routed.RequestsPerSecond / plain.RequestsPerSecond, 1.05, 2);

        // Half the tokens are read, in as many steps.
        Assert.InRange(routed.PrefillSecondsPerToken / plain.PrefillSecondsPerToken, 0.5, 0.7);
    }

    [Fact]
    public void Accepted_tokens_shorten_the_time_per_token_of_small_batches()
    {
        var (plain, drafted) = (Size(ServingTechniques.None, 20), Size(new ServingTechniques { AcceptedTokens = 2 }, 20));
        Assert.True(drafted.Batch > plain.Batch);
        Assert.True(drafted.RequestsPerSecond > plain.RequestsPerSecond);
    }

    [Fact]
    public void Adapters_take_the_places_that_may_be_loaded()
    {
        var adapters = new LoraAdapters(100, 8, 16, "hf://acme/adapters");
        var sizing = ReplicaSizer.Size(A.Serving() with { Adapters = adapters }, Conversation, A.Gpu("l40s"), 1).Sizing!;
        Assert.Equal(ByteSize.FromBytes(8 * 41_943_040.0 * 2), sizing.Memory.Adapters);
        Assert.Equal(Size(ServingTechniques.None, gpu: "l40s").Memory.Cache, sizing.Memory.Cache + sizing.Memory.Adapters);
    }

    private static ReplicaSizing Size(ServingTechniques techniques, int milliseconds = 50, string gpu = "h100-80gb")
    {
        var latency = new LatencyTarget(TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(milliseconds), 95);
        var (sizing, unfit) = ReplicaSizer.Size(A.Serving() with { Techniques = techniques, Latency = latency }, Conversation, A.Gpu(gpu), 1);
        Assert.Null(unfit);
        return sizing!;
    }
}
