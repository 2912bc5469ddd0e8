using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Units;

public class CentsTests
{
    [Fact]
    public void Parts_add_up_to_their_sum_and_none_moves_by_a_cent()
    {
        var random = new Random(11);
        for (var round = 0; round < 1000; round++)
        {
            decimal[] parts = [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => (decimal)((random.NextDouble() - 0.4) * 1000))];
            var cents = Cents.Round(parts);
            Assert.Equal(new Usd(parts.Sum()).ToCents().Amount, cents.Sum(part => part.Amount));
            Assert.All(parts.Zip(cents), part => Assert.True(Math.Abs(part.First - part.Second.Amount) < 0.01m));
        }
    }

    [Fact]
    public void A_cent_that_is_left_goes_to_the_largest_remainder_and_a_tie_to_the_first()
    {
        Assert.Equal([33.34m, 33.33m, 33.33m], Cents.Deal(new Usd(100), [1, 1, 1]).Select(part => part.Amount));
        Assert.Equal([0.01m, 0.02m], Cents.Round([0.014m, 0.016m]).Select(part => part.Amount));
        Assert.Equal([-33.33m, -33.33m, -33.34m], Cents.Deal(new Usd(-100), [1, 1, 1]).Select(part => part.Amount).OrderDescending());
    }

    [Fact]
    public void What_has_no_weight_is_dealt_evenly() => Assert.Equal([0.5m, 0.5m], Cents.Deal(new Usd(1), [0, 0]).Select(part => part.Amount));

    [Fact]
    public void Parts_can_be_held_to_a_sum_that_was_rounded_elsewhere() =>
        Assert.Equal(10.02m, Cents.Round([3.333m, 3.333m, 3.334m], new Usd(10.02m)).Sum(part => part.Amount));
}
