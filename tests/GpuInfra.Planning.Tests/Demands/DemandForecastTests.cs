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

    [Fact]
    public void Users_and_their_habits_are_the_daily_figures_they_come_to()
    {
        var users = A.Workload() with { Demand = new DemandSource.Users(50_000, 12, 900, 250) { PeakToMean = 3 } };
        var daily = A.Workload() with { Demand = new DemandSource.Daily(540e6, 150e6, 600e3) { PeakToMean = 3 } };
        var (left, right) = (Demand(users), Demand(daily));

        Assert.Equal(50_000 * 12 / 86_400.0, left.RequestsPerSecond, 12);
        Assert.Equal(3, left.Load.Peak, 9);
        Assert.Equal(
            (right.RequestsPerSecond, right.InputTokens, right.OutputTokens, right.LongInputTokens),
            (left.RequestsPerSecond, left.InputTokens, left.OutputTokens, left.LongInputTokens));

        static Demand Demand(Workload workload)
        {
            var plan = A.Plan() with { Workloads = [workload] };
            return new DemandForecast(plan).OfServing(plan.Servings[0], plan.Start);
        }
    }

    [Fact]
    public void Every_step_from_users_to_the_peak_is_told_with_its_figures()
    {
        var workload = A.Workload() with
        {
            Growth = Growth.Middle with { Events = [new GrowthEvent(new DateOnly(2026, 12, 1), new DateOnly(2026, 12, 1), 1.5)] },
            Demand = new DemandSource.Users(50_000, 12, 900, 250) { PeakToMean = 3 },
        };
        var plan = A.Plan() with { Workloads = [workload], HorizonMonths = 12 };
        var steps = DemandSteps.Of(plan, workload, plan.Start);
        Assert.Equal(["users", "tokens", "over the day", "largest day of the month", "mean", "planned peak minute"], steps.Select(step => step.Name));
        Assert.Equal("50,000 × 12 requests a day = 600,000 requests a day", steps[0].Reckoning);
        Assert.Equal("÷ 86,400 s = 6.94 requests/s", steps[2].Reckoning);
        Assert.Equal("× 1.504 for 2026-12: middle, 2 times by the horizon's end; 1 event", steps[3].Reckoning);
        Assert.StartsWith("10.44 requests/s of 900 input and 250 output tokens", steps[4].Reckoning, StringComparison.Ordinal);
    }
}
