using System.Collections.Immutable;
using System.Text;
using GpuInfra.Cli.Charts;

namespace GpuInfra.Cli.Reports;

/// <summary>Renders a report as GitHub-flavoured Markdown: whatever a plan's names contain, tables keep their shape.</summary>
internal static class MarkdownRenderer
{
    /// <summary>The longest comment that GitHub takes, in characters.</summary>
    public const int CommentLimit = 65_536;

    public static string Render(IEnumerable<Block> report)
    {
        var text = new StringBuilder();
        Write(text, report);
        return text.ToString().TrimStart('\n');
    }

    private static void Write(StringBuilder text, IEnumerable<Block> blocks)
    {
        foreach (var block in blocks)
        {
            text.Append('\n');
            switch (block)
            {
                case Block.Heading heading:
                    text.Append($"### {Escape(heading.Text)}\n");
                    break;
                case Block.Paragraph paragraph:
                    text.Append($"{Mark(paragraph.Text)}\n");
                    break;
                case Block.Items items:
                    AppendLines(text, items.Lines, line => $"- {Mark(line)}");
                    break;
                case Block.Grid grid:
                    AppendRow(text, grid.Columns.Select(column => Escape(column.Title)));
                    AppendRow(text, grid.Columns.Select(column => column.Right ? "---:" : "---"));
                    AppendLines(text, grid.Rows, row => Row(row.Select(Mark)));
                    break;
                case Block.Figure figure:
                    text.Append($"**{Escape(figure.Drawing.Title)}**\n\n```text\n");
                    AppendLines(text, figure.Drawing.ToText(), line => line);
                    text.Append("```\n");
                    break;
                case Block.Tree tree:
                    WriteTree(text, tree.Roots, indent: "");
                    break;
                case Block.Commands commands:
                    var fence = Fence(commands.Lines);
                    text.Append($"{fence}{commands.Language}\n");
                    AppendLines(text, commands.Lines, line => line);
                    text.Append($"{fence}\n");
                    break;
                case Block.Folded folded:
                    text.Append($"<details><summary>{Escape(folded.Title)}</summary>\n");
                    Write(text, folded.Blocks);
                    text.Append("\n</details>\n");
                    break;
            }
        }
    }

    /// <summary>A fence that no line can close.</summary>
    private static string Fence(ImmutableArray<string> lines)
    {
        var fence = "```";
        while (lines.Any(line => line.Contains(fence, StringComparison.Ordinal)))
        {
            fence += "`";
        }

        return fence;
    }

    private static void AppendLines<T>(StringBuilder text, ImmutableArray<T> lines, Func<T, string> render)
    {
        foreach (var line in lines)
        {
            text.Append(render(line)).Append('\n');
        }
    }

    private static void AppendRow(StringBuilder text, IEnumerable<string> cells) => text.Append(Row(cells)).Append('\n');

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static void WriteTree(StringBuilder text, ImmutableArray<TreeNode> nodes, string indent)
    {
        foreach (var node in nodes)
        {
            text.Append($"{indent}- {Escape(node.Text)}\n");
            WriteTree(text, node.Children, indent + "  ");
        }
    }

    private static string Mark(Cell cell) => cell.Tone switch
    {
        Tone.Bad => $"❌ {Escape(cell.Text)}",
        Tone.Warning => $"⚠️ {Escape(cell.Text)}",
        _ => Escape(cell.Text),
    };

    /// <summary>Makes what Markdown or HTML would act on stand for itself, and keeps a cell on one line.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text.ReplaceLineEndings(" "))
        {
            escaped.Append(character switch
            {
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                '@' => "&#64;",
                '|' or '`' or '*' or '_' or '[' or ']' or '\\' or '~' or '#' or '$' => $"\\{character}",
                _ => character.ToString(),
            });
        }

        return escaped.ToString();
    }
}
