using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Fleets;

public class DeadlineChoiceTests
{
    [Fact]
    public void The_hours_chosen_cost_least_of_all_up_to_the_deadline()
    {
        var fleet = Planner.Plan(Plan(TimeSpan.FromHours(8)), "test", A.Catalog);
        var choice = Assert.Single(fleet.Windows);
        Assert.Equal(Enumerable.Range(1, 8).Select(hours => TimeSpan.FromHours(hours)), choice.Options.Select(option => option.Length));
        Assert.Equal(choice.Options.Min(option => option.Monthly?.Amount), fleet.Cost.Monthly.Amount);
        Assert.All(fleet.Pools, pool => Assert.Equal(choice.Window, pool.Window));

        // Each option is what a window of that length costs, with the work done in what starting leaves of it.
        foreach (var option in choice.Options.Where(option => option.Monthly is not null))
        {
            var window = new RunWindow(DayRange.EveryDay, new TimeOnly(1, 0), new TimeOnly(1, 0).Add(option.Length), "Etc/UTC");
            var without = Planner.Plan(WithWindow(Plan(null), window), "test", A.Catalog);
            Assert.True(option.Monthly!.Value.Amount >= without.Cost.Monthly.Amount, $"{option.Length} costs less with its start than without");
        }
    }

    [Fact]
    public void The_work_is_done_in_time()
    {
        var fleet = Planner.Plan(Plan(TimeSpan.FromHours(6)), "test", A.Catalog);
        var (choice, pools) = (fleet.Windows[0], fleet.Pools);
        var seconds = (choice.Length - choice.StartUp).TotalSeconds;
        Assert.True(pools.Sum(pool => pool.RequestsPerSecond) * seconds >= 1.5e7, "texts of a night");
        Assert.True(choice.StartUp > TimeSpan.FromMinutes(1));
        Assert.All(pools, pool => Assert.True(PoolStart.Of(A.Catalog, A.Serving("embedder", "bge-large", ServingKind.Embedding), pool).Total <= choice.StartUp));
    }

    [Fact]
    public void More_time_never_costs_more() => Assert.True(
        Planner.Plan(Plan(TimeSpan.FromHours(8)), "test", A.Catalog).Cost.Monthly.Amount <= Planner.Plan(Plan(TimeSpan.FromHours(3)), "test", A.Catalog).Cost.Monthly.Amount);

    [Fact]
    public void Workloads_of_one_serving_have_one_deadline()
    {
        var plan = Plan(TimeSpan.FromHours(8));
        var problem = Assert.Throws<PlanException>(() => Planner.Plan(
            plan with { Workloads = [.. plan.Workloads, plan.Workloads[0] with { Name = "weekly", Demand = plan.Workloads[0].Demand with { Deadline = null } }] }, "test", A.Catalog));
        Assert.Contains("give all of them the same deadline and window", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deadline: 5h", "is longer than the window of 4 h")]
    [InlineData("deadline: 25h", "is outside the range from 1h to 24h")]
    public void A_slip_is_told(string key, string message)
    {
        var yaml = Plans.PlanYaml.With("{ inputTokensPerDay: 6B, requestsPerDay: 15M", $"{{ inputTokensPerDay: 6B, requestsPerDay: 15M, window: {{ from: \"01:00\", to: \"05:00\" }}, {key}");
        Assert.Contains(message, Assert.Throws<PlanException>(() => Plans.PlanYaml.Read(yaml)).Message, StringComparison.Ordinal);
    }

    private static CapacityPlan Plan(TimeSpan? deadline)
    {
        var index = A.NightlyIndex();
        return A.Plan() with
        {
            Servings = [A.Serving("embedder", "bge-large", ServingKind.Embedding) with { MaxContextTokens = 512 }],
            Workloads =
            [
                index with
                {
                    Team = A.Team,
                    Demand = index.Demand with { Deadline = deadline, Window = new RunWindow(DayRange.EveryDay, new TimeOnly(1, 0), new TimeOnly(9, 0), "Etc/UTC") },
                },
            ],
        };
    }

    private static CapacityPlan WithWindow(CapacityPlan plan, RunWindow window) => plan with
    {
        Workloads = [.. plan.Workloads.Select(workload => workload with { Demand = workload.Demand with { Window = window } })],
    };
}
