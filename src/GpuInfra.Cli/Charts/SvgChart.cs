using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;

namespace GpuInfra.Cli.Charts;

/// <summary>
/// Draws a chart as one SVG element that stands alone or inside a page: it brings its own style, follows the reader's light or dark theme, has
/// a title and description for screen readers, and tells series apart by dashes as well as by colour. The same chart gives the same bytes.
/// </summary>
internal static class SvgChart
{
    private const int Width = 720;
    private const int Height = 320;
    private const int Left = 64;
    private const int Right = 32;
    private const int Above = 44;
    private const int Below = 52;
    private const double BarShare = 0.7;
    private const double LetterWidth = 5.9;
    private const int Gap = 6;

    // Readable on white and on near-black; Okabe and Ito's palette, safe for colour-blind readers.
    private static readonly ImmutableArray<(string Light, string Dark, string Dash)> Looks =
        [("#0072b2", "#56b4e9", ""), ("#d55e00", "#e69f00", "7 3"), ("#007d5c", "#00c79a", "2 3"), ("#a5487f", "#cc79a7", "9 3 2 3"), ("#5c5c5c", "#c0c0c0", "4 4")];

    public static string Of(Chart chart)
    {
        var id = chart.FileName;
        var svg = new StringBuilder();
        Line($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" class=\"gi-chart\">");
        Line($"<title id=\"{id}-title\">{Escape(chart.Title)}</title>");
        Line($"<desc id=\"{id}-desc\">{Escape(chart.Description)}</desc>");
        Line($"<style>{Style()}</style>");
        Line($"<rect class=\"gi-paper\" width=\"{Width}\" height=\"{Height}\" rx=\"6\"/>");
        Line($"<text class=\"gi-title\" x=\"{Left}\" y=\"18\">{Escape(chart.Title)}</text>");
        var ticks = chart.Ticks();
        var scale = new Scale(chart.Labels.Length, ticks[^1], chart.Series.Any(series => series.Shape == ChartShape.Bars));
        Axes(chart, ticks, scale, Line);
        foreach (var (index, series) in chart.Series.Index())
        {
            Draw(series, index % Looks.Length, chart, scale, Line);
        }

        Legend(chart, Line);
        Line($"</svg>");
        return svg.ToString();

        void Line(FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static void Axes(Chart chart, ImmutableArray<double> ticks, Scale scale, Action<FormattableString> line)
    {
        foreach (var tick in ticks)
        {
            line($"<line class=\"gi-grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{scale.Y(tick):0.#}\" y2=\"{scale.Y(tick):0.#}\"/>");
            line($"<text class=\"gi-tick\" x=\"{Left - 8}\" y=\"{scale.Y(tick) + 4:0.#}\" text-anchor=\"end\">{Chart.Short(tick)}</text>");
        }

        ImmutableArray<(int Index, string Label)> labels = [.. chart.Labels.Index().Where(item => item.Item.Length > 0)];
        var every = Every(labels, scale);
        foreach (var (index, label) in labels.Where((_, at) => at % every == 0))
        {
            line($"<text class=\"gi-tick\" x=\"{scale.X(index):0.#}\" y=\"{Height - Below + 18}\" text-anchor=\"middle\">{Escape(label)}</text>");
        }
    }

    /// <summary>Of so many labels one is written, that none runs into the next.</summary>
    private static int Every(ImmutableArray<(int Index, string Label)> labels, Scale scale)
    {
        var room = labels.Skip(1).Zip(labels, (right, left) => scale.X(right.Index) - scale.X(left.Index)).DefaultIfEmpty(Width).Min();
        var widest = labels.Skip(1).Zip(labels, (right, left) => (right.Label.Length + left.Label.Length) / 2.0 * LetterWidth).DefaultIfEmpty(0).Max() + Gap;
        return Math.Max(1, (int)Math.Ceiling(widest / room));
    }

    private static void Draw(ChartSeries series, int look, Chart chart, Scale scale, Action<FormattableString> line)
    {
        switch (series.Shape)
        {
            case ChartShape.Bars:
                foreach (var (index, value) in series.Values.Index())
                {
                    line($"<rect class=\"gi-fill{look}\" x=\"{scale.X(index) - scale.Bar / 2:0.##}\" y=\"{scale.Y(value):0.##}\" width=\"{scale.Bar:0.##}\" height=\"{scale.Y(0) - scale.Y(value):0.##}\"><title>{Tip(chart, series, index, value)}</title></rect>");
                }

                break;
            case ChartShape.Band:
                var upper = Points(series.Values, scale);
                var lower = string.Join(' ', Points(series.Low, scale).Split(' ').Reverse());
                line($"<polygon class=\"gi-band{look}\" points=\"{upper} {lower}\"/>");
                break;
            default:
                line($"<polyline class=\"gi-line{look}\" points=\"{Points(series.Values, scale)}\"/>");
                foreach (var (index, value) in series.Values.Index().Where(item => chart.Labels[item.Index].Length > 0))
                {
                    line($"<circle class=\"gi-fill{look}\" cx=\"{scale.X(index):0.##}\" cy=\"{scale.Y(value):0.##}\" r=\"2.5\"><title>{Tip(chart, series, index, value)}</title></circle>");
                }

                break;
        }
    }

    private static void Legend(Chart chart, Action<FormattableString> line)
    {
        var x = (double)Left;
        foreach (var (index, series) in chart.Series.Index())
        {
            var look = index % Looks.Length;
            if (series.Shape == ChartShape.Line)
            {
                line($"<line class=\"gi-line{look}\" x1=\"{x:0.#}\" x2=\"{x + 18:0.#}\" y1=\"{Height - 14}\" y2=\"{Height - 14}\"/>");
            }
            else
            {
                line($"<rect class=\"{(series.Shape == ChartShape.Band ? "gi-band" : "gi-fill")}{look}\" x=\"{x:0.#}\" y=\"{Height - 20}\" width=\"18\" height=\"12\"/>");
            }

            line($"<text class=\"gi-tick\" x=\"{x + 24:0.#}\" y=\"{Height - 10}\">{Escape(series.Name)}</text>");
            x += 44 + (series.Name.Length * 6.8);
        }
    }

    private static string Points(ImmutableArray<double> values, Scale scale) => string.Join(' ', values.Select((value, index) =>
        FormattableString.Invariant($"{scale.X(index):0.##},{scale.Y(value):0.##}")));

    private static string Tip(Chart chart, ChartSeries series, int index, double value) =>
        Escape(FormattableString.Invariant($"{series.Name}, {chart.Labels[index]}: {value:N2}"));

    internal static string Style()
    {
        var style = new StringBuilder(
            ".gi-paper{fill:#fff}.gi-title{font:600 14px system-ui,sans-serif;fill:#1b1b1b}.gi-tick{font:12px system-ui,sans-serif;fill:#454545}"
            + ".gi-grid{stroke:#d8d8d8;stroke-width:1}");
        foreach (var (index, look) in Looks.Index())
        {
            var dash = look.Dash.Length > 0 ? $";stroke-dasharray:{look.Dash}" : "";
            style.Append($".gi-line{index}{{fill:none;stroke:{look.Light};stroke-width:2.2{dash}}}.gi-fill{index}{{fill:{look.Light}}}.gi-band{index}{{fill:{look.Light};fill-opacity:.22}}");
        }

        style.Append("@media (prefers-color-scheme:dark){.gi-paper{fill:#161b22}.gi-title{fill:#f0f0f0}.gi-tick{fill:#c4c9d0}.gi-grid{stroke:#373e47}");
        foreach (var (index, look) in Looks.Index())
        {
            style.Append($".gi-line{index}{{stroke:{look.Dark}}}.gi-fill{index}{{fill:{look.Dark}}}.gi-band{index}{{fill:{look.Dark};fill-opacity:.3}}");
        }

        return style.Append('}').ToString();
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    /// <summary>Where positions and values lie.</summary>
    private sealed class Scale(int positions, double top, bool hasBars)
    {
        // Bars stand in the middle of their place; lines go from edge to edge.
        private readonly double _place = (double)(Width - Left - Right) / Math.Max(1, hasBars ? positions : positions - 1);

        public double Bar => _place * BarShare;

        public double X(int index) => Left + (index + (hasBars ? 0.5 : 0)) * _place;

        public double Y(double value) => Height - Below - (value / top * (Height - Above - Below));
    }
}
