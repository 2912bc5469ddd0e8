using System.Globalization;
using System.Net;
using System.Text;

namespace GpuInfra.Cli.Charts;

/// <summary>Draws a tornado as one SVG element: names on the left, bars around the total, the low end of a range and its high end in two colours with their values beside them.</summary>
internal static class SvgTornado
{
    private const int Width = 720;
    private const int Left = 290;
    private const int Right = 60;
    private const int Above = 44;
    private const int Below = 46;
    private const int Row = 24;
    private const int Bar = 16;

    // Room for the text beside a bar.
    private const int Beside = 52;

    public static string Of(TornadoChart chart)
    {
        var (id, height) = (chart.FileName, Above + (chart.Bars.Length * Row) + Below);
        var svg = new StringBuilder();
        Line($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" class=\"gi-chart\">");
        Line($"<title id=\"{id}-title\">{Escape(chart.Title)}</title>");
        Line($"<desc id=\"{id}-desc\">{Escape(chart.Description)}</desc>");
        Line($"<style>{SvgChart.Style()}</style>");
        Line($"<rect class=\"gi-paper\" width=\"{Width}\" height=\"{height}\" rx=\"6\"/>");
        Line($"<text class=\"gi-title\" x=\"16\" y=\"22\">{Escape(chart.Title)}</text>");
        foreach (var (index, bar) in chart.Bars.Index())
        {
            var y = Above + (index * Row);
            Line($"<text class=\"gi-tick\" x=\"{Left - Beside}\" y=\"{y + 13}\" text-anchor=\"end\">{Escape(bar.Name)}</text>");
            Half(bar.Low, 0, bar.From, y);
            Half(bar.High, 1, bar.To, y);
        }

        var bottom = height - Below;
        Line($"<line class=\"gi-line4\" x1=\"{X(chart.Middle):0.#}\" x2=\"{X(chart.Middle):0.#}\" y1=\"{Above - 6}\" y2=\"{bottom + 4}\"/>");
        Line($"<text class=\"gi-tick\" x=\"{X(chart.Middle):0.#}\" y=\"{bottom + 18}\" text-anchor=\"middle\">{chart.Middle:N0}</text>");
        Line($"<rect class=\"gi-fill0\" x=\"16\" y=\"{height - 22}\" width=\"18\" height=\"12\"/><text class=\"gi-tick\" x=\"40\" y=\"{height - 12}\">at the low end</text>");
        Line($"<rect class=\"gi-fill1\" x=\"140\" y=\"{height - 22}\" width=\"18\" height=\"12\"/><text class=\"gi-tick\" x=\"164\" y=\"{height - 12}\">at the high end</text>");
        Line($"</svg>");
        return svg.ToString();

        double X(double value) => Left + ((value - chart.Least) / (chart.Most - chart.Least) * (Width - Left - Right));

        void Half(double value, int look, string end, int y)
        {
            var (from, to) = (Math.Min(X(value), X(chart.Middle)), Math.Max(X(value), X(chart.Middle)));
            Line($"<rect class=\"gi-fill{look}\" x=\"{from:0.##}\" y=\"{y}\" width=\"{to - from:0.##}\" height=\"{Bar}\"><title>{Escape(end)}: {value:N0}</title></rect>");
            if (to - from > 1)
            {
                var isLeft = value < chart.Middle;
                Line($"<text class=\"gi-tick\" x=\"{(isLeft ? from - 5 : to + 5):0.#}\" y=\"{y + 13}\" text-anchor=\"{(isLeft ? "end" : "start")}\">{Escape(end)}</text>");
            }
        }

        void Line(FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
