using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Replays;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Sizing.Training;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

public class FineTuningFleetTests
{
    private const double TokensPerDay = 400e6;
    private static readonly RunWindow Night = new(DayRange.EveryDay, new TimeOnly(20, 0), new TimeOnly(6, 0), "Etc/UTC");

    private static readonly FleetPlan Fleet = Planner.Plan(PlanOf(TrainingMethod.Lora), "prod", A.Catalog);

    [Fact]
    public void Machines_finish_a_days_tokens_in_their_window_by_the_training_plans_own_rate_and_one_less_would_not()
    {
        var pool = Assert.Single(Fleet.Pools);
        var serving = Fleet.Plan.Servings[0];
        var job = new TrainingJob { Model = serving.Model, Method = TrainingMethod.Lora, Rank = 16, SequenceTokens = serving.MaxContextTokens, Tokens = 1 };
        var rate = TrainingPlan.On(job, A.Catalog.FindGpu(pool.Gpu)!, pool.GpusPerInstance, TrainingPlan.UsualUtilization).Plan!.TokensPerSecond
            * new ErrorBand(0.7, 1.075).ReachedWith(Fleet.Plan.Confidence);
        var needed = TokensPerDay / (Night.Length.TotalSeconds * rate) * Fleet.Plan.CapacityOverPeak(serving);
        Assert.Equal(Math.Max(1, (int)Math.Ceiling(needed - 1e-9)), pool.Instances.Desired);
    }

    [Fact]
    public void A_machine_is_one_replica_with_all_its_GPUs_and_is_priced_for_the_hours_that_it_runs()
    {
        var pool = Assert.Single(Fleet.Pools);
        Assert.Equal((1, pool.GpusPerInstance, (ExpectedLatency?)null), (pool.ReplicasPerInstance, pool.Engine.TensorParallel, pool.Latency));
        Assert.Equal(Night, pool.Window);
        Assert.Equal((pool.Hourly * Night.HoursPerMonth).ToCents(), pool.Monthly);
    }

    [Fact]
    public void What_a_GPU_cannot_hold_is_rejected_with_its_memory()
    {
        var whole = Planner.Plan(PlanOf(TrainingMethod.Full), "prod", A.Catalog);
        Assert.Contains(whole.Servings[0].Rejections, rejection => rejection.Constraint == "memory" && rejection.Detail.Contains("optimizer", StringComparison.Ordinal));
        Assert.True(whole.Cost.Monthly.Amount >= Fleet.Cost.Monthly.Amount);
    }

    [Fact]
    public void Nothing_of_it_is_promised_after_a_loss_or_replayed()
    {
        Assert.Equal(Survival.None, Fleet.Plan.Servings[0].Survive);
        Assert.Empty(Replayer.Replay(Fleet, A.Catalog, new ReplayLoad.Minute(95), new ReplayOptions()).Servings);
        Assert.NotEmpty(SurvivalProof.Of(Fleet, A.Catalog).Losses);
    }

    [Fact]
    public void More_tokens_a_day_change_sizes_alone()
    {
        var more = Planner.Plan(PlanOf(TrainingMethod.Lora, 40), "prod", A.Catalog);
        Assert.Equal(Fleet.Pools.Select(pool => pool.Id), more.Pools.Select(pool => pool.Id));
        Assert.True(more.Pools[0].Instances.Desired > Fleet.Pools[0].Instances.Desired);
    }

    private static CapacityPlan PlanOf(TrainingMethod method, double times = 1) => A.Plan() with
    {
        Servings =
        [
            A.Serving() with
            {
                Kind = ServingKind.FineTuning,
                Latency = null,
                Survive = Survival.None,
                MaxContextTokens = 4096,
                Queue = new JobQueue(1, TimeSpan.FromMinutes(15)),
                FineTuning = new FineTuning(method, 16, []),
            },
        ],
        Workloads = [A.Workload() with { Demand = new DemandSource.Daily(TokensPerDay * times, 0, TokensPerDay * times / 2000) { PeakToMean = 1, Window = Night } }],
    };
}
