using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Sizing;

namespace GpuInfra.Planning.Tests.Sizing;

public class PerformanceModelTests
{
    [Fact]
    public void What_does_not_fit_says_why_instead_of_a_rate()
    {
        var setup = new ReplicaSetup(A.Model("llama-3.3-70b"), Precision.Bf16, A.Gpu("h100-80gb"), Parallelism.Split(1));
        var (performance, unfit) = PerformanceModel.Predict(setup, new Load(LoadKind.Concurrency, 1024, 1024, 8));
        Assert.Null(performance);
        Assert.Equal("memory", unfit!.Constraint);
    }

    [Fact]
    public void Requests_beyond_the_cache_wait_for_their_first_token()
    {
        var setup = new ReplicaSetup(A.Model("llama-3.1-8b"), Precision.Bf16, A.Gpu("l4"), Parallelism.Split(1));
        var few = PerformanceModel.Predict(setup, new Load(LoadKind.Concurrency, 4096, 512, 2)).Performance!;
        var many = PerformanceModel.Predict(setup, new Load(LoadKind.Concurrency, 4096, 512, 64)).Performance!;
        Assert.True(many.MaxConcurrency < 64);
        Assert.True(many.TimeToFirstToken > 4 * few.TimeToFirstToken);
    }
}
