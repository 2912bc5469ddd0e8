using System.Collections.Concurrent;
using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using Xunit.Abstractions;

namespace GpuInfra.Planning.Tests.Plans;

/// <summary>Plans of real size after accidents: each is planned, or refused with the line to look at; never another exception.</summary>
public class MutationTests(ITestOutputHelper output)
{
    private const int Plans = 10_000;
    private const ulong Seed = 20_261_121;

    [Fact]
    public void Ten_thousand_damaged_plans_are_planned_or_refused_with_a_line()
    {
        var clock = Stopwatch.StartNew();
        var faults = new ConcurrentBag<string>();
        var answers = new ConcurrentDictionary<string, int>();
        Parallel.ForEach(DamagedPlans.Any.Sample(Plans, new Rnd(Seed), 10), plan =>
        {
            try
            {
                answers.AddOrUpdate(Answer(plan), 1, (_, count) => count + 1);
            }
            catch (Exception fault)
            {
                faults.Add($"{fault}\n{plan}");
            }
        });

        output.WriteLine($"{string.Join(", ", answers.OrderBy(answer => answer.Key))} in {clock.Elapsed.TotalSeconds:0.0} s");
        Assert.True(faults.IsEmpty, string.Join("\n\n", faults.GroupBy(fault => fault.Split('\n')[0]).Select(kind => $"{kind.Count()} × {kind.First()}")));

        // About 1 % can be read and have no fleet: 105 of these. Any change of what plans may say draws others, and their number then varies by some
        // ten either way, so a bar at 1 % would fall by chance; half of it lies five deviations below.
        Assert.All([("planned", 10), ("refused", 2), ("infeasible", 200)], bar => Assert.True(answers.GetValueOrDefault(bar.Item1) >= Plans / bar.Item2, bar.Item1));
    }

    [Fact]
    public void A_serving_that_nothing_can_run_is_told_at_its_line()
    {
        var plan = PlanYaml.Read(PlanYaml.With("timePerOutputToken: 50ms", "timePerOutputToken: 1ms"));

        var problem = Assert.Single(Assert.Throws<PlanException>(() => Planner.Plan(plan, "prod", Catalog.Embedded)).Problems);

        Assert.StartsWith("x.yaml:9:5 servings.assistant: no offer of aws in us-east-1 can run", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_a_serving_was_written_is_no_part_of_the_plan() => Assert.Equal(
        PlanYaml.Meaning(PlanYaml.Read(PlanYaml.Small)), PlanYaml.Meaning(PlanYaml.Read("\n\n" + PlanYaml.Small)));

    private static string Answer(DamagedPlan damaged)
    {
        var read = false;
        try
        {
            var plan = PlanFile.Parse(damaged.Files, damaged.File, Catalog.Embedded);
            read = true;
            return Planner.Plan(plan, "damaged", Catalog.Embedded).Pools.IsEmpty ? throw new InvalidOperationException("No pools.") : "planned";
        }
        catch (PlanException refusal)
        {
            Assert.NotEmpty(refusal.Problems);
            Assert.All(refusal.Problems, problem => Assert.True(problem is { Line: > 0, Column: > 0, Message.Length: > 0 }, $"no line: {problem}"));
            return read ? "infeasible" : "refused";
        }
    }
}
