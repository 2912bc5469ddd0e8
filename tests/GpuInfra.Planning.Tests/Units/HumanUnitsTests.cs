using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Units;

public class HumanUnitsTests
{
    private static readonly (string Suffix, double Factor)[] Multiples = [("", 1), ("k", 1e3), ("K", 1e3), ("M", 1e6), ("B", 1e9), ("T", 1e12)];

    [Theory]
    [InlineData("800M", 800e6)]
    [InlineData("1.5k", 1500)]
    [InlineData("2B", 2e9)]
    [InlineData("0.1", 0.1)]
    [InlineData("1e3", 1000)]
    [InlineData("6 B", 6e9)]
    public void Numbers_are_read_as_people_write_them(string text, double value) => Assert.Equal(value, HumanUnits.Number(text).Value);

    [Theory]
    [InlineData("50ms", 0.05)]
    [InlineData("2s", 2)]
    [InlineData("30m", 1800)]
    [InlineData("12h", 43200)]
    [InlineData("1.5 s", 1.5)]
    public void Durations_are_read_with_their_unit(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), HumanUnits.Duration(text).Value);

    [Theory]
    [InlineData("$150k", 150_000)]
    [InlineData("$0.35", 0.35)]
    [InlineData("$1.25M", 1_250_000)]
    public void Money_is_read_to_the_cent(string text, decimal amount) => Assert.Equal(new Usd(amount), HumanUnits.Money(text).Value);

    [Theory]
    [InlineData("1,000", "is not a number: write it without thousands separators, and decimals with a point")]
    [InlineData("1_000", "is not a number: write it without thousands separators, and decimals with a point")]
    [InlineData("1.000.000", "is not a number")]
    [InlineData("NaN", "is not a finite number")]
    [InlineData("-.inf", "is not a finite number")]
    [InlineData("1e309", "is beyond what a number can hold")]
    [InlineData("1e-400", "is beyond what a number can hold")]
    [InlineData("1e99999999999", "is beyond what a number can hold")]
    [InlineData("010", "begins with a zero, which other tools read as octal: leave it out")]
    [InlineData("0x10", "is hexadecimal: write it in decimal")]
    [InlineData(".5", "is not a number: write digits before and after the point, as 0.5")]
    [InlineData("5.", "is not a number: write digits before and after the point, as 0.5")]
    [InlineData("3m", "is ambiguous: a million is written M")]
    [InlineData("3G", "is ambiguous: a billion is written B")]
    [InlineData("3 tokens", "is not a number: after the digits only k, M, B or T may stand")]
    [InlineData("+3", "is not a number")]
    [InlineData("yes", "is not a number")]
    [InlineData("", "is not a number")]
    public void A_text_that_is_no_number_is_explained(string text, string why) =>
        Assert.Equal($"\"{text}\" {why}", HumanUnits.Number(text).Problem);

    [Theory]
    [InlineData("0.7", "\"0.7\" has no unit: write 70% or 0.7%, whichever is meant")]
    [InlineData("70", "\"70\" has no unit: write a percentage, as 70%")]
    [InlineData("70ms", "\"70ms\" is not a percentage: write it as 70%")]
    [InlineData("-5%", "\"-5%\" is negative")]
    public void A_text_that_is_no_percentage_is_explained(string text, string why) => Assert.Equal(why, HumanUnits.Share(text).Problem);

    [Theory]
    [InlineData("50", "\"50\" has no unit: write 50ms, 50s, 50m or 50h")]
    [InlineData("50min", "\"50min\" is not a duration: its unit is one of ms, s, m (minutes) and h")]
    [InlineData("1h30m", "\"1h30m\" is not a number")]
    [InlineData("1e30h", "\"1e30h\" is too long")]
    public void A_text_that_is_no_duration_is_explained(string text, string why) => Assert.Equal(why, HumanUnits.Duration(text).Problem);

    [Theory]
    [InlineData("150k", "\"150k\" is not an amount: write US dollars with a $ before them, as $150k")]
    [InlineData("€150k", "\"€150k\" is not an amount: write US dollars with a $ before them, as $150k")]
    [InlineData("$1e40", "\"$1e40\" is too large")]
    public void A_text_that_is_no_money_is_explained(string text, string why) => Assert.Equal(why, HumanUnits.Money(text).Problem);

    [Fact]
    public void Zero_needs_no_unit_as_a_percentage() => Assert.Equal(default, HumanUnits.Share("0").Value);

    [Fact]
    public void Any_finite_number_survives_being_written_and_read() => Prop.ForAll(
        ArbMap.Default.GeneratorFor<double>().Where(double.IsFinite).ToArbitrary(),
        number => HumanUnits.Number(number.ToString("R", CultureInfo.InvariantCulture)).Value.Equals(number))
        .QuickCheckThrowOnFailure();

    [Fact]
    public void A_multiple_is_the_number_times_its_factor() => Prop.ForAll(
        Gen.Choose(0, 1_000_000).SelectMany(_ => Gen.Elements(Multiples), (count, multiple) => (count, multiple)).ToArbitrary(),
        pair => HumanUnits.Number($"{pair.count}{pair.multiple.Suffix}").Value == pair.count * pair.multiple.Factor)
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Whole_milliseconds_survive_every_unit() => Prop.ForAll(
        Gen.Choose(0, 100_000_000).ToArbitrary(),
        count => HumanUnits.Duration($"{count}ms").Value == TimeSpan.FromMilliseconds(count)
            && HumanUnits.Duration(string.Create(CultureInfo.InvariantCulture, $"{count / 1000m}s")).Value == TimeSpan.FromMilliseconds(count))
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Cents_survive() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).Select(cents => cents / 100m).ToArbitrary(),
        amount => HumanUnits.Money(string.Create(CultureInfo.InvariantCulture, $"${amount}")).Value == new Usd(amount))
        .QuickCheckThrowOnFailure();

    [Fact]
    public void No_text_makes_a_reader_throw() => Prop.ForAll(
        ArbMap.Default.ArbFor<string>(),
        text =>
        {
            _ = HumanUnits.Number(text ?? "");
            _ = HumanUnits.Share(text ?? "");
            _ = HumanUnits.Duration(text ?? "");
            _ = HumanUnits.Money(text ?? "");
        })
        .QuickCheckThrowOnFailure();
}
