using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Tests.Optimization;

public class BranchAndBoundTests
{
    private static readonly SearchLimits Limits = new() { Nodes = 20_000 };

    [SkippableFact]
    public void On_300_random_programs_the_cost_is_the_one_that_CBC_finds()
    {
        Cbc.Require();
        Parallel.For(0, 300, seed =>
        {
            var program = RandomPrograms.Of(seed, 4 + seed % 11, 1 + seed % 8, 1 + seed % 12);
            var found = BranchAndBound.Solve(program, Limits);

            var expected = Cbc.LeastCost(program);
            Assert.True(expected is null == !found.IsSolved, $"program {seed}: CBC says {expected}, we say {found.Status}");
            Assert.True(expected is null || Math.Abs(expected.Value - found.Objective) < 0.005m, $"program {seed}: CBC says {expected}, we say {found}");
        });
    }

    [Fact]
    public void On_100_small_programs_the_cost_is_the_least_of_all_points()
    {
        for (var seed = 1_000; seed < 1_100; seed++)
        {
            var program = RandomPrograms.Of(seed, 2 + seed % 4, 1 + seed % 5, 5, whole: true);
            var found = BranchAndBound.Solve(program, Limits);

            Assert.NotEqual(SolutionStatus.NodeLimit, found.Status);
            Assert.Equal(RandomPrograms.LeastCostByBruteForce(program), found.IsSolved ? found.Objective : null);
        }
    }

    [Fact]
    public void A_solution_keeps_every_row_and_a_proven_one_costs_its_bound() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
        {
            var program = RandomPrograms.Of(seed, 8, 4, 6);
            var found = BranchAndBound.Solve(program, Limits);
            return !found.IsSolved
                || (program.Holds(found.Values.AsSpan()) && found.Objective == program.Cost(found.Values) && found.Bound == found.Objective && found.Gap == 0);
        }));

    [Fact]
    public void A_search_that_the_node_limit_ends_says_a_bound_that_the_optimum_keeps()
    {
        var ended = 0;
        for (var seed = 0; seed < 100; seed++)
        {
            var program = RandomPrograms.Of(seed, 12, 5, 12);
            var optimum = BranchAndBound.Solve(program, Limits);
            var cut = BranchAndBound.Solve(program, Limits with { Nodes = 3 });
            if (cut.Status == SolutionStatus.NodeLimit)
            {
                ended++;
                Assert.True(cut.Bound <= optimum.Objective + 0.001m, $"program {seed}: {cut.Bound} is not a bound of {optimum.Objective}");
                Assert.True(!cut.IsSolved || (cut.Objective >= optimum.Objective - 0.001m && cut.Gap >= 0));
            }
        }

        Assert.True(ended > 10, $"only {ended} searches were ended");
    }

    [Fact]
    public void The_same_program_gives_the_same_solution_and_node_count() =>
        Assert.Equivalent(BranchAndBound.Solve(RandomPrograms.Of(7, 14, 8, 9), Limits), BranchAndBound.Solve(RandomPrograms.Of(7, 14, 8, 9), Limits), strict: true);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2.4, 3)]
    [InlineData(3, 3)]
    [InlineData(9.999_999_99, 10)]
    public void A_cover_by_one_kind_takes_the_demand_rounded_up(double demand, int expected)
    {
        var program = new IntegerProgram();
        var machines = program.Add(new Variable("machines", 0, 20, 7, true));
        program.Add(new Row("demand", [new Term(machines, 1)], Sense.AtLeast, demand));

        Assert.Equal(expected, BranchAndBound.Solve(program, Limits).Count(machines));
    }

    [Fact]
    public void Of_two_solutions_that_cost_the_same_the_one_with_fewer_machines_is_taken()
    {
        var program = new IntegerProgram();
        program.Add(new Variable("small", 0, 8, 1, true));
        program.Add(new Variable("large", 0, 8, 4, true));
        program.Add(new Row("demand", [new Term(0, 1), new Term(1, 4)], Sense.AtLeast, 8));

        Assert.Equal<double>([0, 2], BranchAndBound.Solve(program, Limits).Values);
    }

    [Fact]
    public void A_program_without_rows_takes_each_variable_at_its_cheaper_bound()
    {
        var program = new IntegerProgram();
        program.Add(new Variable("cost", 1.5, 4, 2, true));
        program.Add(new Variable("gain", -3, 4.5, -1, false));

        Assert.Equal<double>([2, 4.5], BranchAndBound.Solve(program, Limits).Values);
    }
}
