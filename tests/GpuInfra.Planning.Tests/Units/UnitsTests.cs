using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Units;

public class UnitsTests
{
    [Fact]
    public void A_gibibyte_is_7_percent_more_than_a_gigabyte()
    {
        Assert.Equal(1_073_741_824, ByteSize.FromGib(1).TotalBytes);
        Assert.Equal(1_000_000_000, ByteSize.FromGb(1).TotalBytes);
        Assert.Equal(1.073741824, ByteSize.FromGib(1).TotalGb, 12);
    }

    [Fact]
    public void A_size_is_never_negative()
    {
        Assert.Equal(default, ByteSize.FromGib(1) - ByteSize.FromGib(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => ByteSize.FromBytes(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ByteSize.FromBytes(double.NaN));
    }

    [Theory]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void No_rate_or_share_is_negative_or_endless(double value)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TokenRate.FromPerSecond(value));
        Assert.Throws<ArgumentOutOfRangeException>(() => ByteRate.FromGbPerSecond(value));
        Assert.Throws<ArgumentOutOfRangeException>(() => FlopRate.FromTera(value));
        Assert.Throws<ArgumentOutOfRangeException>(() => Share.FromPercent(value));
    }

    [Fact]
    public void Tokens_per_day_and_per_second_are_the_same_rate() =>
        Prop.ForAll(Gen.Choose(0, 1_000_000_000).ToArbitrary(), tokens =>
            Math.Abs(TokenRate.FromPerDay(tokens).PerDay - tokens) <= 1e-6 * Math.Max(1, tokens)).QuickCheckThrowOnFailure();

    [Fact]
    public void A_month_comes_back_from_its_text_and_from_going_forth_and_back() =>
        Prop.ForAll(Gen.Choose(1990, 2090).ToArbitrary(), Gen.Choose(1, 12).ToArbitrary(), Gen.Choose(-500, 500).ToArbitrary(), (year, number, step) =>
        {
            var month = new Month(year, number);
            return Month.TryParse(month.ToString(), out var parsed)
                && parsed == month
                && month.Plus(step).Plus(-step) == month
                && month.Plus(step).MonthsSince(month) == step;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("2026-13")]
    [InlineData("2026-1")]
    [InlineData("26-01")]
    [InlineData("")]
    public void What_is_not_a_month_is_refused(string text) => Assert.False(Month.TryParse(text, out _));

    [Fact]
    public void A_price_times_the_hours_of_a_month_is_exact_money()
    {
        Assert.Equal(new Usd(5022.40m), new UsdPerHour(6.88m) * UsdPerHour.HoursPerMonth);
        Assert.Equal("$40,179.20", (new UsdPerHour(55.04m) * UsdPerHour.HoursPerMonth).ToString());
        Assert.Equal(new Usd(0.13m), new Usd(0.125m).ToCents());
    }
}
