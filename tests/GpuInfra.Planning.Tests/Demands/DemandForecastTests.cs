using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Demands;

public class DemandForecastTests
{
    [Fact]
    public void A_profile_is_scaled_in_rate_and_not_in_length()
    {
        var plan = A.Plan() with { Workloads = [A.Workload(scale: 40)] };
        var demand = new DemandForecast(plan).OfServing(plan.Servings[0], plan.Start);

        Assert.Equal(40 * 5.53, demand.RequestsPerSecond, 1);
        Assert.Equal(1154.7, demand.InputTokens, 1);
        Assert.Equal(40 * 5.53042 * 1154.7, demand.Prefill.PerSecond, 1.0);
        Assert.Equal(1.517, demand.Load.Peak, 3);
    }

    [Fact]
    public void Daily_tokens_in_a_window_all_fall_into_the_window()
    {
        var plan = A.Plan() with
        {
            Servings = [A.Serving("embedder", "bge-large", ServingKind.Embedding) with { MaxContextTokens = 512 }],
            Workloads = [A.NightlyIndex()],
        };
        var demand = new DemandForecast(plan).OfServing(plan.Servings[0], plan.Start);

        Assert.Equal(6e9 / (4 * 3600), demand.Prefill.PerSecond, 6);
        Assert.Equal(0, demand.OutputTokens);
        Assert.Equal(1, demand.Load.Peak, 9);
    }

    [Fact]
    public void Workloads_of_a_serving_add_up_in_tokens()
    {
        var plan = A.Plan() with { Workloads = [A.Workload("chat", scale: 4), A.Workload("copilot", scale: 2, profile: "azure-code-2023")] };
        var forecast = new DemandForecast(plan);
        var together = forecast.OfServing(plan.Servings[0], plan.Start);
        var apart = plan.Workloads.Select(workload => forecast.OfWorkload(workload, plan.Start)).ToList();

        Assert.Equal(apart.Sum(demand => demand.Prefill.PerSecond), together.Prefill.PerSecond, 6);
        Assert.Equal(apart.Sum(demand => demand.Decode.PerSecond), together.Decode.PerSecond, 6);
        Assert.Equal(apart.Sum(demand => demand.PeakRequestsPerSecond), together.PeakRequestsPerSecond, 6);
        Assert.Equal(apart.Max(demand => demand.LongInputTokens), together.LongInputTokens);
    }

    [Fact]
    public void A_long_request_is_no_longer_than_the_serving_allows()
    {
        var plan = A.Plan() with { Servings = [A.Serving() with { MaxContextTokens = 1000 }] };
        Assert.Equal(1000, new DemandForecast(plan).OfServing(plan.Servings[0], plan.Start).LongInputTokens);
    }

    [Fact]
    public void A_peak_given_with_a_profile_replaces_the_traces_own()
    {
        var plan = A.Plan() with { Workloads = [A.Workload() with { Demand = new DemandSource.Profiled(A.Profile("azure-conv-2023"), 4) { PeakToMean = 3 } }] };
        Assert.Equal(3, new DemandForecast(plan).OfServing(plan.Servings[0], plan.Start).Load.Peak, 9);
    }
}
