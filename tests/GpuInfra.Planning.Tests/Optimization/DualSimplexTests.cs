using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Tests.Optimization;

public class DualSimplexTests
{
    [Fact]
    public void The_bound_of_the_duals_is_the_optimum_and_is_kept_after_every_change_of_bounds() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
        {
            var program = RandomPrograms.Of(seed, 12, 8, 10);
            var simplex = Relaxation(program);
            var random = new Random(seed);
            for (var change = 0; change < 6; change++)
            {
                if (simplex.Solve(double.PositiveInfinity) == SimplexStatus.Optimal && Math.Abs(simplex.SafeBound() - simplex.Objective()) > 1e-6)
                {
                    return false;
                }

                var variable = random.Next(12);
                simplex.Upper[variable] = Math.Max(simplex.Lower[variable], Math.Floor(simplex.Values[variable]));
            }

            return true;
        }));

    [Fact]
    public void A_probe_leaves_everything_as_it_was()
    {
        var simplex = Relaxation(RandomPrograms.Of(5, 12, 4, 10));
        Assert.Equal(SimplexStatus.Optimal, simplex.Solve(double.PositiveInfinity));
        var (values, reduced, basis) = (simplex.Values.ToArray(), simplex.Reduced.ToArray(), simplex.SaveBasis());

        Assert.True(simplex.Probe(0, simplex.Lower[0], simplex.Lower[0], double.PositiveInfinity) >= simplex.Objective() - 1e-9);

        Assert.Equal(values, simplex.Values.ToArray());
        Assert.Equal(reduced, simplex.Reduced.ToArray());
        Assert.Equal(basis, simplex.SaveBasis());
    }

    [Fact]
    public void A_mix_of_two_machines_meets_both_needs_at_the_corner()
    {
        // min 3x + 2y, 2x + y ≥ 8, x + 3y ≥ 9: the corner is (3, 2).
        var program = new IntegerProgram();
        program.Add(new Variable("x", 0, 100, 3, false));
        program.Add(new Variable("y", 0, 100, 2, false));
        program.Add(new Row("first", [new Term(0, 2), new Term(1, 1)], Sense.AtLeast, 8));
        program.Add(new Row("second", [new Term(0, 1), new Term(1, 3)], Sense.AtLeast, 9));
        var simplex = Relaxation(program);

        Assert.Equal(SimplexStatus.Optimal, simplex.Solve(double.PositiveInfinity));
        Assert.Equal(13, simplex.Objective(), 9);
        Assert.Equal(3, simplex.Values[0], 9);

        // Duals: 3 = 2u + v, 2 = u + 3v.
        Assert.Equal(1.4, simplex.Reduced[2], 9);
        Assert.Equal(0.2, simplex.Reduced[3], 9);
    }

    private static DualSimplex Relaxation(IntegerProgram program) => new(
        new SparseMatrix(program.Variables.Count, program.Rows),
        [.. program.Variables.Select(variable => (double)variable.Cost)],
        [.. program.Variables.Select(variable => variable.Lower), .. program.Rows.Select(row => row.Lower)],
        [.. program.Variables.Select(variable => variable.Upper), .. program.Rows.Select(row => row.Upper)]);
}
