using GpuInfra.Offline.Diff;

namespace GpuInfra.Offline.Tests.Diff;

public class LineDiffTests
{
    [Theory]
    [InlineData("a\nb\nc", "a\nb\nc", "")]
    [InlineData("a\nb\nc", "a\nx\nc", "- b|+ x")]
    [InlineData("a\nb", "a\nb\nc\n", "+ c")]
    [InlineData("a\nb\nc\nd", "b\nd", "- a|- c")]
    [InlineData("", "a", "- |+ a")]
    public void Lines_that_go_and_come_are_told_and_no_others(string before, string after, string expected) =>
        Assert.Equal(expected, string.Join('|', LineDiff.Between(before, after)));

    [Fact]
    public void A_rewritten_text_is_cut_and_says_so()
    {
        var before = string.Join('\n', Enumerable.Range(0, 3_000).Select(i => $"a{i}"));
        var after = string.Join('\n', Enumerable.Range(0, 3_000).Select(i => $"b{i}"));
        var lines = LineDiff.Between(before, after);
        Assert.Equal(LineDiff.MostLines + 1, lines.Length);
        Assert.Equal("… and 5800 lines more", lines[^1]);
    }
}
