using System.Collections.Immutable;
using System.Net;
using System.Text;
using GpuInfra.Cli.Charts;

namespace GpuInfra.Cli.Reports.Pages;

/// <summary>Renders a report's blocks as HTML, well-formed as XML: tables that can be scrolled by keyboard, charts as SVG, tones as words and not by colour alone.</summary>
internal static class HtmlRenderer
{
    /// <summary>Letters that a table keeps on a line.</summary>
    private const int LongestLine = 36;

    // Text that gets a wide column, so that it does not become a tower.
    private const int LongText = 72;

    public static string Render(IEnumerable<Block> blocks)
    {
        var html = new StringBuilder();
        Write(html, blocks, under: "figures");
        return html.ToString();
    }

    /// <summary>Text that stands for itself.</summary>
    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    private static void Write(StringBuilder html, IEnumerable<Block> blocks, string under)
    {
        foreach (var block in blocks)
        {
            switch (block)
            {
                case Block.Heading heading:
                    under = heading.Text;
                    html.Append($"<h3>{Escape(heading.Text)}</h3>\n");
                    break;
                case Block.Paragraph paragraph:
                    html.Append($"<p{Class(paragraph.Text)}>{Mark(paragraph.Text)}</p>\n");
                    break;
                case Block.Items items when !items.Lines.IsEmpty:
                    html.Append("<ul>\n");
                    AppendAll(html, items.Lines, line => $"<li{Class(line)}>{Mark(line)}</li>");
                    html.Append("</ul>\n");
                    break;
                case Block.Grid grid when !grid.Rows.IsEmpty:
                    WriteTable(html, grid, under);
                    under += ", continued";
                    break;
                case Block.Figure figure:
                    html.Append($"<figure>\n{figure.Drawing.ToSvg()}</figure>\n");
                    break;
                case Block.Tree tree:
                    WriteTree(html, tree.Roots);
                    break;
                case Block.Commands commands:
                    html.Append($"<pre tabindex=\"0\"><code>{Escape(string.Join('\n', commands.Lines))}</code></pre>\n");
                    break;
                case Block.Folded folded:
                    html.Append($"<details><summary>{Escape(folded.Title)}</summary>\n");
                    Write(html, folded.Blocks, folded.Title);
                    html.Append("</details>\n");
                    break;
            }
        }
    }

    private static void WriteTable(StringBuilder html, Block.Grid grid, string under)
    {
        html.Append($"<div class=\"table\" role=\"region\" aria-label=\"Table: {Escape(under)}\" tabindex=\"0\"><table>\n<thead><tr>");
        foreach (var column in grid.Columns)
        {
            html.Append($"<th scope=\"col\"{(column.Right ? " class=\"right\"" : "")}>{Escape(column.Title)}</th>");
        }

        // A column breaks its lines in every row or in none, since one row that does not would keep it as wide as that.
        var longest = grid.Columns.Select((_, index) => grid.Rows.Max(row => row[index].Text.Length)).ToList();
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in grid.Rows)
        {
            html.Append("<tr>");
            foreach (var (index, cell) in row.Index())
            {
                var (tag, scope) = index == 0 && cell.Text.Length > 0 ? ("th", " scope=\"row\"") : ("td", "");
                html.Append($"<{tag}{scope}{Class(cell, Layout(grid.Columns[index], longest[index]))}>{Mark(cell)}</{tag}>");
            }

            html.Append("</tr>\n");
        }

        html.Append("</tbody>\n</table></div>\n");
    }

    private static void WriteTree(StringBuilder html, ImmutableArray<TreeNode> nodes)
    {
        html.Append("<ul>\n");
        foreach (var node in nodes)
        {
            html.Append($"<li>{Escape(node.Text)}");
            if (!node.Children.IsEmpty)
            {
                WriteTree(html, node.Children);
            }

            html.Append("</li>\n");
        }

        html.Append("</ul>\n");
    }

    private static void AppendAll<T>(StringBuilder html, ImmutableArray<T> items, Func<T, string> render)
    {
        foreach (var item in items)
        {
            html.Append(render(item)).Append('\n');
        }
    }

    private static string Layout(Column column, int longest) => column.Right ? "right" : longest > LongText ? "wrap long" : column.Wrap || longest > LongestLine ? "wrap" : "";

    private static string Class(Cell cell, string more = "")
    {
        var names = cell.Tone == Tone.Plain ? more : $"{more} {Format.Word(cell.Tone)}".Trim();
        return names.Length == 0 ? "" : $" class=\"{names}\"";
    }

    private static string Mark(Cell cell) => cell.Tone switch
    {
        Tone.Bad => $"✗ {Escape(cell.Text)}",
        Tone.Warning => $"⚠ {Escape(cell.Text)}",
        Tone.Good => $"✓ {Escape(cell.Text)}",
        _ => Escape(cell.Text),
    };
}
