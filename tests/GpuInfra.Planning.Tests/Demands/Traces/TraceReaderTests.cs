using System.IO.Compression;
using System.Text;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands.Traces;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Demands.Traces;

public class TraceReaderTests
{
    private const string Azure = "TIMESTAMP,ContextTokens,GeneratedTokens\n";

    private const string Json = "{\"timestamp\":1,\"input_tokens\":5,\"output_tokens\":4}\n";

    private static readonly TraceOptions Options = new() { Name = "trace", Source = "a test" };

    [Theory]
    [InlineData("TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:15:46.6805900,374,44\r\n2023-11-16 18:15:50.9951690,396,109")]
    [InlineData("Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,ChatGPT,374,44,418,Conversation log\n9.314579,GPT-4,396,109,505,API log\n")]
    [InlineData("{\"timestamp\":1700158546.680590,\"input_tokens\":374,\"output_tokens\":44}\n{\"output_tokens\":109,\"x\":{\"input_tokens\":7},\"input_tokens\":396,\"timestamp\":1700158550.995169}\n")]
    [InlineData("{\"created\":1700158546,\"usage\":{\"completion_tokens\":44,\"prompt_tokens\":374}}\n{\"created\":1700158550,\"usage\":{\"completion_tokens\":109,\"prompt_tokens\":396}}\n")]
    [InlineData("10.0.0.1 - - [16/Nov/2023:18:15:46 +0000] \"POST /v1/chat/completions HTTP/1.1\" 200 prompt_tokens=374 completion_tokens=44\n10.0.0.1 - - [16/Nov/2023:19:15:50 +0100] \"POST /v1/completions HTTP/1.1\" 200 prompt_tokens=396 completion_tokens=109\n")]
    [InlineData("2023-11-16T18:15:46.680Z INFO done prompt_tokens: 374 completion_tokens: 44\n2023-11-16T18:15:50.995Z INFO done prompt_tokens: 396 completion_tokens: 109\n")]
    public void Every_known_form_is_told_by_its_first_line(string text)
    {
        var profile = Read(text).Profile;
        Assert.Equal((2, 385, 76.5), (profile.Requests, profile.InputTokens.Mean, profile.OutputTokens.Mean));
        Assert.InRange(profile.Duration.TotalSeconds, 4, 4.4);
    }

    [Fact]
    public void Fields_of_other_names_are_taken_when_they_are_named()
    {
        var options = Options with { Fields = new TraceFields("at", "in.n", "out.n") };
        Assert.Equal(3, Read("{\"at\":\"2026-01-01T00:00:00Z\",\"in\":{\"n\":3},\"out\":{\"n\":4}}\n", options).Profile.InputTokens.Mean);
    }

    [Fact]
    public void A_gzip_trace_reads_like_a_plain_one()
    {
        var text = Azure + Rows(500);
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        packed.Position = 0;
        var expected = Read(text).Profile;
        Assert.Equal(Text(expected), Text(TraceReader.Read(packed, "trace.csv.gz", Options).Profile));
    }

    [Fact]
    public void The_order_of_rows_changes_nothing_but_gaps()
    {
        var rows = Rows(400).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        // The first row stays first, since minutes are counted from it.
        var shuffled = Read(Azure + string.Join('\n', rows.Skip(1).Reverse().Prepend(rows[0])) + "\n");
        var sorted = Read(Azure + string.Join('\n', rows) + "\n");
        Assert.Equal((398, null), (shuffled.OutOfOrder, shuffled.Profile.Arrivals.GapVariation));
        var arrivals = shuffled.Profile.Arrivals with { GapVariation = sorted.Profile.Arrivals.GapVariation };
        Assert.Equal(Text(sorted.Profile), Text(shuffled.Profile with { Arrivals = arrivals }));
    }

    [Fact]
    public void Minutes_are_whole_ones_since_the_first_request()
    {
        var profile = Read(Azure + "2023-11-16 18:00:30,1,1\n2023-11-16 18:01:00,1,1\n2023-11-16 18:03:29,1,1\n2023-11-16 18:04:00,1,1\n").Profile;
        Assert.Equal<IEnumerable<int>>([2, 0, 1], profile.Arrivals.Minutes);
        Assert.Equal((0, 2), (profile.MinuteLoad[0].Value, profile.MinuteLoad[^1].Value));
    }

    [Fact]
    public void Two_weeks_show_hours_and_days()
    {
        // Monday 2026-01-05 on: a request every minute from noon to midnight, at weekends every second minute.
        var start = new DateTime(2026, 1, 5);
        var times = Enumerable.Range(0, (14 * 24 * 60) + 1).Select(minute => start.AddMinutes(minute))
            .Where(time => time.Hour >= 12 && (time.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) || time.Minute % 2 == 0)).Prepend(start);
        var shape = Read(Azure + string.Concat(times.Append(start.AddDays(14).AddMinutes(1)).Select(time => $"{time:yyyy-MM-dd HH:mm:ss},10,10\n"))).Profile.Arrivals;
        Assert.Equal((24, 7, true), (shape.HourOfDay.Length, shape.DayOfWeek.Length, shape.Minutes.IsEmpty));
        Assert.All(shape.HourOfDay[1..12], load => Assert.Equal(0, load));
        Assert.All(shape.HourOfDay[12..], load => Assert.Equal(2, load, 0.01));
        Assert.Equal(2, shape.DayOfWeek[0] / shape.DayOfWeek[5], 0.01);
    }

    [Fact]
    public void Requests_in_flight_follow_Littles_law()
    {
        var options = Options with { TimeToFirstToken = TimeSpan.FromSeconds(2), TimePerOutputToken = TimeSpan.FromMilliseconds(100) };
        var text = Azure + string.Concat(Enumerable.Range(0, 121).Select(second => $"2023-11-16 18:{second / 60:00}:{second % 60:00},1,80\n"));
        // One request a second that lasts 2 s + 80 × 0.1 s.
        Assert.Equal(10, Read(text, options).Profile.Concurrency.Mean, 6);
    }

    [Theory]
    [InlineData("", "trace: is empty")]
    [InlineData(Azure, "trace: is empty: it has no requests")]
    [InlineData("a,b,c\n1,2,3\n", "trace:1:1: the columns a, b, c have none of the known names")]
    [InlineData("{\"time\":1}\n", "trace:1:1: the first object has none of the known fields")]
    [InlineData(Azure + "2023-11-16 18:15:46,-5,44\n", "trace:2:1: ContextTokens: -5 is negative")]
    [InlineData(Azure + "2023-11-16 18:15:46,5,4.5\n", "trace:2:1: GeneratedTokens: \"4.5\" is not a whole number of tokens")]
    [InlineData(Azure + "2023-11-16 18:15:46,5,999999999999\n", "GeneratedTokens: \"999999999999\" is not a whole number")]
    [InlineData(Azure + ",5,4\n", "trace:2:1: TIMESTAMP is missing")]
    [InlineData(Azure + "2023-02-30 18:15:46,5,4\n", "\"2023-02-30 18:15:46\" is not a time")]
    [InlineData(Azure + "2023-11-16 18:15:46,5,4\n17,5,4\n", "trace:3:1: TIMESTAMP: \"17\" is not a time, or not of the kind that the first row has")]
    [InlineData(Azure + "2023-11-16 18:15:46,5,4\n{\"timestamp\":1}\n", "trace:3:1: has 1 fields, the first line has 3")]
    [InlineData(Azure + "2023-11-16 18:15:46,5,4\n2023-11-16 18:1", "trace:3:1: the last line is cut off: has 1 fields")]
    [InlineData(Azure + "2023-11-16 18:15:46,5,4\n1970-01-01 00:00:00,5,4\n", "trace:3:1: its time is more than ten years from the others")]
    [InlineData("T\0I\0M\0E\0", "trace: is not UTF-8 text")]
    [InlineData(Json + "{\"input_tokens\":5,\"output_tokens\":4}\n", "trace:2:1: timestamp is missing")]
    [InlineData(Json + "{\"timestamp\":2,\"input_tokens\":-5,\"output_tokens\":4}\n", "trace:2:1: input_tokens: -5 is negative")]
    [InlineData(Json + "2023-11-16 18:15:46,5,4\n", "trace:2:1:")]
    [InlineData(Json + "{\"timestamp\":2,\"input_tok", "trace:2:1: the last line is cut off")]
    public void What_is_no_trace_is_refused_with_its_line(string text, string message) =>
        Assert.Contains(message, Assert.Throws<PlanException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Rows_are_left_out_only_as_far_as_allowed_and_are_counted()
    {
        const string Text = Azure + "2023-11-16 18:15:46,5,4\nx,5,4\ny,5,4\n2023-11-16 18:15:47,5,4\n";
        Assert.EndsWith("2 of 4 rows cannot be read; --max-skipped 2 leaves them out", Assert.Throws<PlanException>(() => Read(Text, Options with { MaxSkipped = 1 })).Message, StringComparison.Ordinal);
        var read = Read(Text, Options with { MaxSkipped = 2 });
        Assert.Equal((2, 2), (read.Profile.Requests, read.Profile.SkippedRows));
        Assert.Equal([3, 4], read.Skipped.Select(problem => problem.Line));
    }

    [Fact]
    public void A_gzip_trace_that_is_cut_off_is_refused()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(Azure + string.Concat(Enumerable.Range(0, 5000).Select(row => $"2023-11-16 18:{row / 60 % 60:00}:{row % 60:00},{row * 7919 % 4000},{row * 104729 % 300}\n"))));
        }

        var whole = packed.ToArray();
        Assert.Equal(5000, TraceReader.Read(new MemoryStream(whole), "trace.gz", Options).Profile.Requests);
        Assert.Contains("trace.gz", Assert.Throws<PlanException>(() => TraceReader.Read(new MemoryStream(whole[..(whole.Length / 2)]), "trace.gz", Options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_gzip_stream_is_refused() =>
        Assert.Throws<PlanException>(() => TraceReader.Read(new MemoryStream([0x1F, 0x8B, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), "trace.gz", Options));

    [Fact]
    public void A_byte_order_mark_and_quotes_change_nothing() =>
        Assert.Equal(374, Read("\uFEFF\"TIMESTAMP\",\"ContextTokens\",\"GeneratedTokens\"\n\"2023-11-16 18:15:46\",\"374\",44\n").Profile.InputTokens.Mean);

    private static string Rows(int count) => string.Concat(Enumerable.Range(0, count).Select(row =>
        FormattableString.Invariant($"2023-11-16 {18 + row / 240:00}:{row / 4 % 60:00}:{row % 4 * 15:00}.5,{1 + row * 37 % 900},{row * 13 % 300}\n")));

    private static string Text(DemandProfile profile) => GpuInfra.Planning.Plans.Profiles.ProfileText.ToYaml(profile);

    private static TraceProfile Read(string text, TraceOptions? options = null) =>
        TraceReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "trace", options ?? Options);
}
