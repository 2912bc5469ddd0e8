using System.Collections.Immutable;

namespace GpuInfra.Cli.Charts;

/// <summary>Draws a chart with characters: ten lines high, the axis on the left, the legend below.</summary>
internal static class TextChart
{
    private const int Rows = 10;
    private const int MostColumns = 66;

    // A glyph for each series that is a line; bars and bands have their own.
    private const string Marks = "•×+○*";

    public static ImmutableArray<string> Of(Chart chart)
    {
        var ticks = chart.Ticks();
        var wide = Math.Max(1, MostColumns / chart.Labels.Length);
        var canvas = Enumerable.Range(0, Rows).Select(_ => Enumerable.Repeat(' ', wide * chart.Labels.Length).ToArray()).ToArray();
        foreach (var (index, series) in chart.Series.Index())
        {
            Draw(canvas, series, Mark(series, index), wide, ticks[^1]);
        }

        var axis = ticks.Select(tick => (Row: RowOf(tick, ticks[^1]), Text: Chart.Short(tick))).ToLookup(tick => tick.Row, tick => tick.Text);
        var margin = ticks.Max(tick => Chart.Short(tick).Length);
        return
        [
            .. canvas.Select((row, at) => $"{(axis[at].LastOrDefault() ?? "").PadLeft(margin)} ┤{new string(row)}".TrimEnd()),
            $"{new string(' ', margin)} └{new string('─', wide * chart.Labels.Length)}",
            $"{new string(' ', margin)}  {Labels(chart.Labels, wide)}".TrimEnd(),
            $"{new string(' ', margin)}  {string.Join("   ", chart.Series.Select((series, index) => $"{Mark(series, index)} {series.Name}"))}",
        ];
    }

    private static void Draw(char[][] canvas, ChartSeries series, char mark, int wide, double top)
    {
        foreach (var (index, value) in series.Values.Index())
        {
            var (high, low) = series.Shape switch
            {
                ChartShape.Bars => (RowOf(value, top), Rows - 1),
                ChartShape.Band => (RowOf(value, top), RowOf(series.Low[index], top)),
                _ => (RowOf(value, top), RowOf(value, top)),
            };
            for (var row = high; row <= low && (series.Shape != ChartShape.Bars || value > 0); row++)
            {
                // A bar leaves a gap to the next where there is room; a line is a mark in the middle of its place.
                var (from, to) = series.Shape switch
                {
                    ChartShape.Line when wide > 2 => (wide / 2, (wide / 2) + 1),
                    ChartShape.Bars when wide > 2 => (0, wide - 1),
                    _ => (0, wide),
                };
                Array.Fill(canvas[row], mark, (index * wide) + from, to - from);
            }
        }
    }

    private static char Mark(ChartSeries series, int index) => series.Shape switch
    {
        ChartShape.Bars => '█',
        ChartShape.Band => index % 2 == 0 ? '░' : '▒',
        _ => Marks[index % Marks.Length],
    };

    private static int RowOf(double value, double top) => Math.Clamp(Rows - 1 - (int)Math.Round(value / top * (Rows - 1)), 0, Rows - 1);

    /// <summary>Labels under their places, each only where the one before it leaves room.</summary>
    private static string Labels(ImmutableArray<string> labels, int wide)
    {
        var line = new char[(wide * labels.Length) + labels.Max(label => label.Length)];
        Array.Fill(line, ' ');
        var free = 0;
        foreach (var (index, label) in labels.Index())
        {
            if (label.Length > 0 && index * wide >= free)
            {
                label.CopyTo(0, line, index * wide, label.Length);
                free = (index * wide) + label.Length + 1;
            }
        }

        return new string(line);
    }
}
