using System.Collections.Immutable;
using System.Text;
using GpuInfra.Planning.Finance.Actuals;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Finance.Actuals;

public class FocusReaderTests
{
    private static readonly Month December = new(2026, 12);
    private static readonly TagPolicy Plain = new([], ImmutableSortedDictionary<string, string>.Empty);

    [Fact]
    public void Charges_are_told_apart_by_what_they_are()
    {
        var bill = Read(new FocusRows()
            .Machine("p", "chat", "support", 10, 100)
            .Row(7, ("ServiceName", "Amazon Elastic Block Store"), ("ConsumedUnit", "GB-Mo"))
            .Row(5, ("CommitmentDiscountStatus", "Unused"))
            .Row(4, ("CapacityReservationStatus", "Unused"), ("ServiceName", "Amazon Elastic Compute Cloud"), ("ConsumedUnit", "Hours"))
            .Row(900, ("ChargeCategory", "Purchase"), ("EffectiveCost", "0"))
            .Row(3, ("ChargeCategory", "Tax"))
            .Row(-20, ("ChargeCategory", "Credit"))
            .Row(1, ("ChargeCategory", "Adjustment"))
            .Row(-2, ("ChargeClass", "Correction")));
        Assert.Equal([100m, 7, 9, 0, 3, -20, 1, -2], Enum.GetValues<ChargeKind>().Select(bill.Of));
        Assert.Equal((998m, 98m), (bill.Billed, bill.Effective));
        Assert.Equal(744, bill.Hours["aws"]);
    }

    [Fact]
    public void Nothing_is_lost_whatever_is_wrong_with_it()
    {
        var bill = Read(new FocusRows()
            .Row(1)
            .Row(2, ("ChargePeriodStart", "2026-11-30T23:00:00Z"))
            .Row(4, ("BillingCurrency", "EUR"))
            .Row(8, ("ChargePeriodStart", "yesterday"))
            .Row(16, ("ChargeCategory", "Gift"))
            .Row(32, ("BilledCost", "a lot"))
            .Row(64, ("BillingCurrency", ""))
            .Row(128, ("Tags", "{team"))
            .Row(256, ("EffectiveCost", "none"))
            .Line("1,2,3")
            .Line("\"open,2,3"));
        Assert.Equal(11, bill.Rows);
        Assert.Equal(129, bill.Effective);
        Assert.Equal(new RowSum(1, 2), bill.Outside["2026-11"]);
        Assert.Equal(new RowSum(1, 4), bill.Foreign["EUR"]);
        Assert.Equal(new RowSum(1, 128), bill.BadTags);
        Assert.Equal(
            [("category", new RowSum(1, 16)), ("cost", new RowSum(2, 32)), ("currency", new RowSum(1, 64)), ("form", new RowSum(2, 0)), ("time", new RowSum(1, 8))],
            bill.Unread.Select(reason => (reason.Key, reason.Value)));
        Assert.Equal(bill.Rows, bill.Lines.Values.Sum(line => line.Rows) + bill.Unread.Values.Concat(bill.Outside.Values).Concat(bill.Foreign.Values).Sum(sum => sum.Rows));
        Assert.Contains("aws.csv:5:1: ChargePeriodStart \"yesterday\" is no time in UTC, as 2026-12-01T00:00:00Z", bill.Told.Select(row => row.ToString()));
        Assert.Contains("aws.csv:11:1: has 3 fields where the header has 18", bill.Told.Select(row => row.ToString()));
    }

    [Fact]
    public void Owners_are_read_of_objects_and_lists_under_the_names_that_the_organisation_gives_tags()
    {
        var renamed = Plain with { Rename = Plain.Rename.Add("team", "Squad") };
        var bill = Read(
            new FocusRows()
                .Row(1, ("Tags", """{"user:Squad":"a","accountTag/Squad":"not this"}"""))
                .Row(2, ("Tags", """[{"key":"squad","value":"b"},{"key":"pool","value":"p"}]"""))
                .Row(4, ("Tags", """{"team":"c"}"""))
                .Row(8, ("Tags", "{}")),
            renamed);
        Assert.Equal(
            [(null, 12m), ("a", 1m), ("b", 2m)],
            bill.Lines.GroupBy(line => line.Key.Owner.Team).Select(team => (team.Key, team.Sum(line => line.Value.Effective))).OrderBy(team => team.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void Google_s_hours_are_those_of_its_GPUs()
    {
        var line = Assert.Single(Read(new FocusRows().GoogleMachine("p", "chat", "support", 8, 50, 30)).Lines);
        Assert.Equal(("gcp", 8m, 80m), (line.Key.Cloud, line.Value.Hours, line.Value[ChargeKind.Machine]));
    }

    [Fact]
    public void What_is_packed_reads_the_same_and_what_is_cut_off_says_so()
    {
        var rows = new FocusRows();
        for (var row = 0; row < 2000; row++)
        {
            rows.Machine($"p{row % 7}", "chat", "support", 1, row + 0.25m);
        }

        Assert.Equal(Read(rows).Effective, FocusReader.Read(new MemoryStream(rows.Packed), "aws.csv.gz", December, Plain).Effective);
        Assert.Equal(2 * Read(rows).Rows + 1, FocusReader.Read(new MemoryStream([.. rows.Packed, .. rows.Packed]), "aws.csv.gz", December, Plain).Rows);
        var cut = Assert.Throws<PlanException>(() => FocusReader.Read(new MemoryStream(rows.Packed[..^600]), "aws.csv.gz", December, Plain));
        Assert.Contains("aws.csv.gz: cannot be read to its end", cut.Message, StringComparison.Ordinal);
        var torn = FocusReader.Read(new MemoryStream(rows.Bytes[..^60]), "aws.csv", December, Plain);
        Assert.Equal(new RowSum(1, 0), torn.Unread["cut off"]);
    }

    [Fact]
    public void What_is_no_export_is_refused_with_what_it_lacks()
    {
        var missing = Assert.Throws<PlanException>(() => FocusReader.Read(new MemoryStream("BilledCosts,BillingCurrency,ChargeCategory,ChargePeriodStart\n1,USD,Usage,x\n"u8.ToArray()), "x.csv", December, Plain));
        Assert.Contains("x.csv:1:1: has no column BilledCost (did you mean \"BilledCosts\"?)", missing.Message, StringComparison.Ordinal);
        Assert.Contains("has no column EffectiveCost", missing.Message, StringComparison.Ordinal);
        Assert.Throws<PlanException>(() => FocusReader.Read(new MemoryStream([]), "x.csv", December, Plain));
    }

    [Theory]
    [InlineData("1.50", "1.50")]
    [InlineData("-0.000012345", "-0.000012345")]
    [InlineData("35.2E-7", "0.00000352")]
    [InlineData("1234567890123456789012.5", "1234567890123456789012.5")]
    public void Costs_are_read_exactly(string text, string value)
    {
        Assert.True(FocusValues.TryNumber(Encoding.UTF8.GetBytes(text), out var number));
        Assert.Equal(decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture), number);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1.2.3")]
    [InlineData("$5")]
    [InlineData("1e99")]
    public void What_is_no_number_is_none(string text) => Assert.False(FocusValues.TryNumber(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData("2026-12-31T23:00:00Z", 743)]
    [InlineData("2026-12-01T00:00:00.000Z", 0)]
    [InlineData("2026-12-02 01:30:00 UTC", 26)]
    [InlineData("2026-12-03", 48)]
    [InlineData("2026-12-03T00:00:00+01:00", null)]
    [InlineData("2026-02-30T00:00:00Z", null)]
    [InlineData("2026-12-03T24:00:00Z", null)]
    public void Times_are_in_UTC(string text, int? hours)
    {
        var isTime = FocusValues.TryTime(Encoding.UTF8.GetBytes(text), out var month, out var read);
        Assert.Equal(hours is not null, isTime);
        Assert.True(!isTime || (month == December && read == hours));
    }

    private static FocusBill Read(FocusRows rows, TagPolicy? tags = null) => FocusReader.Read(new MemoryStream(rows.Bytes), "aws.csv", December, tags ?? Plain);
}
