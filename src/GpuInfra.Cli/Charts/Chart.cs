using System.Collections.Immutable;
using System.Globalization;

namespace GpuInfra.Cli.Charts;

/// <summary>Figures over positions from left to right: drawn as SVG for reports and as characters for a terminal.</summary>
/// <param name="Title">What it shows, with the unit: also its file's name.</param>
/// <param name="Description">The same for who cannot see it: what goes from where to where.</param>
/// <param name="Labels">A label a position; empty for positions that need none.</param>
/// <param name="Series">What is drawn, the backmost first; as many values each as there are labels.</param>
internal sealed record Chart(string Title, string Description, ImmutableArray<string> Labels, ImmutableArray<ChartSeries> Series) : Drawing(Title, Description)
{
    private const int MostTicks = 5;

    /// <summary>The largest value drawn, at least a little above zero.</summary>
    public double Top => Math.Max(Series.SelectMany(series => series.Values).DefaultIfEmpty(0).Max(), 1e-9);

    /// <inheritdoc/>
    public override string ToSvg() => SvgChart.Of(this);

    /// <inheritdoc/>
    public override ImmutableArray<string> ToText() => TextChart.Of(this);

    /// <summary>Values for the axis: 0 and multiples of 1, 2 or 5 times a power of ten, the last one not below <see cref="Top"/>.</summary>
    public ImmutableArray<double> Ticks()
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(Top / MostTicks)));
        var step = new[] { 1.0, 2, 5, 10 }.Select(factor => factor * power).First(candidate => candidate * MostTicks >= Top * (1 - 1e-12));
        return [.. Enumerable.Range(0, (int)Math.Ceiling(Top / step * (1 - 1e-12)) + 1).Select(tick => tick * step)];
    }

    /// <summary>A value as the axis writes it, as <c>250k</c>.</summary>
    public static string Short(double value) => value switch
    {
        >= 1e9 => Text(value / 1e9, "B"),
        >= 1e6 => Text(value / 1e6, "M"),
        >= 1e4 => Text(value / 1e3, "k"),
        _ => Text(value, ""),
    };

    private static string Text(double value, string unit) => value.ToString("0.###", CultureInfo.InvariantCulture) + unit;
}

/// <summary>One thing that a chart draws.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Shape">How it is drawn.</param>
/// <param name="Values">Its values; of a band, the upper ones.</param>
internal sealed record ChartSeries(string Name, ChartShape Shape, ImmutableArray<double> Values)
{
    /// <summary>The lower values of a <see cref="ChartShape.Band"/>.</summary>
    public ImmutableArray<double> Low { get; init; } = [];
}

/// <summary>How a series is drawn.</summary>
internal enum ChartShape
{
    /// <summary>A line through its values.</summary>
    Line,

    /// <summary>A bar a position, from zero.</summary>
    Bars,

    /// <summary>What lies between two lines.</summary>
    Band,
}
