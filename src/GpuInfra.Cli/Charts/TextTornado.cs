using System.Collections.Immutable;

namespace GpuInfra.Cli.Charts;

/// <summary>Draws a tornado with characters: a row a range, <c>░</c> towards its low end and <c>█</c> towards its high one.</summary>
internal static class TextTornado
{
    private const int Columns = 44;

    public static ImmutableArray<string> Of(TornadoChart chart)
    {
        var margin = chart.Bars.Select(bar => bar.Name.Length).DefaultIfEmpty(0).Max();
        var middle = Column(chart, chart.Middle);
        return
        [
            .. chart.Bars.Select(bar =>
            {
                var row = Enumerable.Repeat(' ', Columns).ToArray();
                Fill(row, Column(chart, bar.Low), middle, '░');
                Fill(row, Column(chart, bar.High), middle, '█');
                row[middle] = '│';
                return $"{bar.Name.PadLeft(margin)} {new string(row)}".TrimEnd();
            }),
            FormattableString.Invariant($"{new string(' ', margin + 1 + middle)}{chart.Middle:N0}"),
            "░ at the low end   █ at the high end",
        ];
    }

    private static int Column(TornadoChart chart, double value) => (int)Math.Round((value - chart.Least) / (chart.Most - chart.Least) * (Columns - 1));

    private static void Fill(char[] row, int end, int middle, char mark) => Array.Fill(row, mark, Math.Min(end, middle), Math.Abs(end - middle) + 1);
}
