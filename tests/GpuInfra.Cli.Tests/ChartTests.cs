using System.Xml.Linq;
using GpuInfra.Cli.Charts;

namespace GpuInfra.Cli.Tests;

public class ChartTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static readonly Chart Sample = new(
        "Cost ($ a month) & <more>",
        "From 10 to 40.",
        ["2026-12", "2027-01", "2027-02"],
        [
            new ChartSeries("band", ChartShape.Band, [20, 30, 40]) { Low = [5, 6, 7] },
            new ChartSeries("expected", ChartShape.Bars, [10, 20, 40]),
            new ChartSeries("P50", ChartShape.Line, [10, 20, 30]),
        ]);

    [Fact]
    public void A_chart_is_a_well_formed_picture_that_screen_readers_can_tell()
    {
        var root = XDocument.Parse(SvgChart.Of(Sample)).Root!;
        Assert.Equal((Svg + "svg", "img"), (root.Name, root.Attribute("role")!.Value));
        Assert.Equal("Cost ($ a month) & <more>", root.Element(Svg + "title")!.Value);
        Assert.Equal("From 10 to 40.", root.Element(Svg + "desc")!.Value);
        Assert.Equal(
            $"{root.Element(Svg + "title")!.Attribute("id")!.Value} {root.Element(Svg + "desc")!.Attribute("id")!.Value}",
            root.Attribute("aria-labelledby")!.Value);
        Assert.Contains("prefers-color-scheme:dark", root.Element(Svg + "style")!.Value, StringComparison.Ordinal);
        Assert.Equal(3, root.Elements(Svg + "rect").Count(bar => bar.Element(Svg + "title") is not null));
    }

    [Fact]
    public void Heights_are_in_proportion_and_nothing_leaves_the_picture()
    {
        var root = XDocument.Parse(SvgChart.Of(Sample)).Root!;
        var heights = root.Elements(Svg + "rect").Where(bar => bar.Element(Svg + "title") is not null).Select(bar => (double)bar.Attribute("height")!).ToList();
        Assert.Equal(2, heights[1] / heights[0], 2);
        Assert.Equal(4, heights[2] / heights[0], 2);
        var points = root.Elements(Svg + "polyline").Concat(root.Elements(Svg + "polygon"))
            .SelectMany(line => line.Attribute("points")!.Value.Split(' ')).Select(point => point.Split(',').Select(double.Parse).ToList());
        Assert.All(points, point => Assert.True(point[0] is >= 0 and <= 720 && point[1] is >= 0 and <= 320));
    }

    [Theory]
    [InlineData(40, 10, 40)]
    [InlineData(41, 10, 50)]
    [InlineData(0.9, 0.2, 1)]
    [InlineData(819_091, 200_000, 1_000_000)]
    public void Ticks_are_round_and_reach_the_top(double top, double step, double last)
    {
        var ticks = (Sample with { Series = [new ChartSeries("x", ChartShape.Line, [top, 0, 0])] }).Ticks();
        Assert.Equal((0, step, last), (ticks[0], ticks[1], ticks[^1]), TickComparer);
    }

    [Fact]
    public void A_chart_of_nothing_is_still_a_chart()
    {
        var nothing = new Chart("Nothing", "None.", ["a"], [new ChartSeries("none", ChartShape.Line, [0])]);
        Assert.NotNull(XDocument.Parse(SvgChart.Of(nothing)).Root);
        Assert.Equal(13, TextChart.Of(nothing).Length);
    }

    [Fact]
    public void A_terminal_gets_the_same_figures_in_characters()
    {
        var lines = TextChart.Of(Sample);
        Assert.Equal(13, lines.Length);
        Assert.StartsWith("40 ┤", lines[0], StringComparison.Ordinal);
        Assert.Contains("█", lines[0], StringComparison.Ordinal);
        Assert.Contains("2026-12", lines[11], StringComparison.Ordinal);
        Assert.Contains("░ band   █ expected   + P50", lines[12], StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_that_would_run_into_one_another_are_left_out()
    {
        var crowded = new Chart("Minutes", "Many.", [.. Enumerable.Range(0, 20).Select(minute => $"{minute * 3}-{(minute * 3) + 2}")], [new ChartSeries("served", ChartShape.Bars, [.. Enumerable.Repeat(1.0, 20)])]);
        var labels = XDocument.Parse(SvgChart.Of(crowded)).Root!.Elements(Svg + "text").Where(text => text.Value.Contains('-', StringComparison.Ordinal)).ToList();
        Assert.InRange(labels.Count, 5, 10);
        var places = labels.Select(label => ((double)label.Attribute("x")!, label.Value.Length)).ToList();
        Assert.All(places.Skip(1).Zip(places), pair => Assert.True(pair.First.Item1 - pair.Second.Item1 >= 6 * pair.First.Length));
        Assert.Equal(3, XDocument.Parse(SvgChart.Of(Sample)).Root!.Elements(Svg + "text").Count(text => text.Value.StartsWith("202", StringComparison.Ordinal)));
    }

    private static readonly TornadoChart Tornado = new("Total ($)", "growth most.", 100, [new TornadoBar("growth", "0", "150", 40, 180), new TornadoBar("fall", "0", "30", 100, 60)]);

    [Fact]
    public void A_tornado_has_bars_around_the_total_in_proportion()
    {
        var root = XDocument.Parse(SvgTornado.Of(Tornado)).Root!;
        Assert.Equal("growth most.", root.Element(Svg + "desc")!.Value);
        var bars = root.Elements(Svg + "rect").Where(bar => bar.Element(Svg + "title") is not null).Select(bar => ((double)bar.Attribute("x")!, (double)bar.Attribute("width")!)).ToList();
        Assert.Equal(4, bars.Count);
        Assert.Equal(80.0 / 60, bars[1].Item2 / bars[0].Item2, 2);
        Assert.Equal(bars[0].Item1 + bars[0].Item2, bars[1].Item1, 1);
        Assert.Equal(0, bars[2].Item2);
        Assert.Equal(bars[0].Item1 + bars[0].Item2, bars[3].Item1 + bars[3].Item2, 1);
    }

    [Fact]
    public void A_terminal_gets_a_tornado_in_characters()
    {
        var lines = TextTornado.Of(Tornado);
        Assert.StartsWith("growth ░", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("█", lines[0], StringComparison.Ordinal);
        Assert.Equal(lines[0].IndexOf('│', StringComparison.Ordinal), lines[1].IndexOf('│', StringComparison.Ordinal));
        Assert.Contains("100", lines[2], StringComparison.Ordinal);
    }

    private static readonly EqualityComparer<(double, double, double)> TickComparer = EqualityComparer<(double, double, double)>.Create(
        (left, right) => Math.Abs(left.Item1 - right.Item1) + Math.Abs(left.Item2 - right.Item2) + Math.Abs(left.Item3 - right.Item3) < 1e-6);
}
