using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Sizing;

namespace GpuInfra.Planning.Tests.Sizing;

public class CompoundSumTests
{
    private const int Cells = 40;

    [Fact]
    public void A_Poisson_sum_is_the_series_of_convolutions() =>
        Prop.ForAll(Gen.Choose(0, 80).ToArbitrary(), Parts().ToArbitrary(), (tenths, parts) =>
        {
            var (mean, sum) = (tenths / 10.0, new double[Cells + 1]);
            CompoundSum.Poisson(mean, parts, sum);
            var term = Math.Exp(-mean);
            return Agrees(sum, parts, number => number == 0 ? term : term *= mean / number);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_geometric_sum_is_the_series_of_convolutions() =>
        Prop.ForAll(Gen.Choose(0, 80).ToArbitrary(), Parts().ToArbitrary(), (hundredths, parts) =>
        {
            var (again, sum) = (hundredths / 100.0, new double[Cells + 1]);
            CompoundSum.Geometric(again, parts, sum);
            return Agrees(sum, parts, number => (1 - again) * Math.Pow(again, number));
        }).QuickCheckThrowOnFailure();

    private static Gen<double[]> Parts() => Gen.Choose(0, 9).ArrayOf(Cells + 1).Select(weights =>
    {
        var total = Math.Max(1, weights.Sum() + 5);
        return weights.Select(weight => (double)weight / total).ToArray();
    });

    /// <summary>Against Σ p(n)·f*ⁿ, summed until nothing comes.</summary>
    private static bool Agrees(double[] sum, double[] parts, Func<int, double> probability)
    {
        var (power, expected) = (new double[Cells + 1], new double[Cells + 1]);
        power[0] = 1;
        for (var number = 0; number < 400; number++)
        {
            var weight = probability(number);
            var next = new double[Cells + 1];
            for (var cell = 0; cell <= Cells; cell++)
            {
                expected[cell] += weight * power[cell];
                for (var part = 0; part <= cell; part++)
                {
                    next[cell] += parts[part] * power[cell - part];
                }
            }

            power = next;
        }

        return sum.Zip(expected).All(pair => Math.Abs(pair.First - pair.Second) < 1e-9);
    }
}
