using System.Text;
using GpuInfra.Planning.Finance.Actuals;

namespace GpuInfra.Planning.Tests.Finance.Actuals;

public class CsvRecordsTests
{
    [Fact]
    public void Quotes_hold_commas_line_breaks_and_quotes() => Assert.Equal(
        ["1: a|b", "2: x,y|say \"hi\"", "3: two\nlines|", "5: |end"],
        Read("a,b\r\n\"x,y\",\"say \"\"hi\"\"\"\n\"two\nlines\",\n,end"));

    [Fact]
    public void Empty_lines_are_no_records_and_are_counted() => Assert.Equal(["1: a|b", "4: c|d"], Read("a,b\n\n\r\nc,d\n"));

    [Fact]
    public void A_stray_quote_costs_its_line_and_nothing_after_it() => Assert.Equal(
        ["1: a|b", "2: broken", "3: c|{\"k\":1}", "4: broken", "5: e|f"],
        Read("a,b\n\"open,b\nc,\"{\"\"k\"\":1}\"\n\"x\"y,z\ne,f\n"));

    [Fact]
    public void A_record_that_is_too_long_costs_its_line() => Assert.Equal(
        ["1: broken", "2: c|d"], Read(new string('x', CsvRecords.LongestRecord + 5) + ",b\nc,d\n"));

    [Fact]
    public void A_record_without_a_line_break_after_it_may_be_cut_off()
    {
        var records = new CsvRecords(Stream("a,b\nc,\"d"));
        Assert.True(records.TryNext());
        Assert.False(records.IsUnfinished);
        Assert.True(records.TryNext());
        Assert.Equal((0, true), (records.Count, records.IsUnfinished));
        Assert.False(records.TryNext());
    }

    [Fact]
    public void Records_are_whole_wherever_the_buffer_ends()
    {
        var row = $"{new string('a', 333)},\"{new string('b', 400_000)}\"\n";
        var records = new CsvRecords(Stream(string.Concat(Enumerable.Repeat(row, 60))));
        var rows = 0;
        while (records.TryNext())
        {
            Assert.Equal((2, 333, 400_000, ++rows), (records.Count, records.Text(0).Length, records.Text(1).Length, (int)records.Line));
        }

        Assert.Equal(60, rows);
    }

    private static List<string> Read(string text)
    {
        var (records, read) = (new CsvRecords(Stream(text)), new List<string>());
        while (records.TryNext())
        {
            var fields = Enumerable.Range(0, records.Count).Select(field => Encoding.UTF8.GetString(records.Text(field)));
            read.Add($"{records.Line}: {(records.Count == 0 ? "broken" : string.Join('|', fields))}");
        }

        return read;
    }

    private static MemoryStream Stream(string text) => new(Encoding.UTF8.GetBytes(text));
}
