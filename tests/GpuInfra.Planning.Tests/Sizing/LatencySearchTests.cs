using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Sizing;

namespace GpuInfra.Planning.Tests.Sizing;

public class LatencySearchTests
{
    private static readonly ReplicaSetup Setup = new(A.Model("llama-3.1-8b"), Precision.Bf16, A.Gpu("h100-80gb"), new Parallelism(1));

    [Fact]
    public void One_more_request_would_miss_the_bound()
    {
        var bounds = new LatencyBounds(TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(25));
        var (requests, performance, _) = LatencySearch.Largest(Setup, 1000, 200, bounds);

        Assert.InRange(requests, 2, performance!.MaxConcurrency - 1);
        Assert.Equal(SizingLimit.TimePerOutputToken, performance.Limit);
        Assert.Null(bounds.MissedBy(performance));
        Assert.NotNull(bounds.MissedBy(PerformanceModel.Predict(Setup, new Load(LoadKind.Concurrency, 1000, 200, requests + 1)).Performance!));
    }

    [Fact]
    public void A_looser_bound_never_allows_fewer_requests()
    {
        var allowed = new[] { 10, 20, 40, 80, 160 }
            .Select(milliseconds => LatencySearch.Largest(Setup, 1000, 200, new(null, TimeSpan.FromMilliseconds(milliseconds))).Requests)
            .ToList();
        Assert.Equal(allowed.Order(), allowed);
    }

    [Fact]
    public void Without_a_bound_that_binds_the_cache_says_how_many()
    {
        var (requests, performance, _) = LatencySearch.Largest(Setup, 1000, 200, new(TimeSpan.FromHours(1), null));
        Assert.Equal(performance!.MaxConcurrency, requests);
    }

    [Fact]
    public void A_bound_that_one_request_misses_is_told_with_both_figures()
    {
        var (_, performance, unfit) = LatencySearch.Largest(Setup, 1000, 200, new(null, TimeSpan.FromMilliseconds(1)));
        Assert.Null(performance);
        Assert.Equal("timePerOutputToken", unfit!.Constraint);
        Assert.Matches(@"\d+ ms with one request running, 1 ms asked for", unfit.Detail);
    }
}
