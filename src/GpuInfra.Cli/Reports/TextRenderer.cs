using System.Collections.Immutable;
using System.Text;
using GpuInfra.Cli.Charts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GpuInfra.Cli.Reports;

/// <summary>
/// Renders a report for a terminal, or as plain text when nobody looks: then without escape sequences and as wide as its tables
/// are, so that neither the machine nor the window changes a byte.
/// </summary>
internal static class TextRenderer
{
    // Wider than any table, so that a piped table is as wide as what is in it.
    private const int PlainWidth = 4_096;

    // Sentences in a table are broken into lines of this length where no terminal says otherwise.
    private const int SentenceWidth = 80;

    /// <summary>The report's text, for a file where there is one and for the console otherwise.</summary>
    public static string Render(IEnumerable<Block> report, AppConsole target, FileInfo? file)
    {
        var (isTerminal, color) = file is null ? (target.OutIsTerminal, target.Color) : (false, false);
        using var text = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = color ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = color ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Width = isTerminal ? target.Width : PlainWidth;
        console.Profile.Capabilities.Unicode = true;
        Write(console, report, isTerminal);
        return Tidy(text.ToString());
    }

    private static void Write(IAnsiConsole console, IEnumerable<Block> blocks, bool isTerminal)
    {
        foreach (var block in blocks)
        {
            switch (block)
            {
                case Block.Heading heading:
                    console.WriteLine();
                    console.Write(new Text(heading.Text + "\n", new Style(decoration: Decoration.Bold)));
                    break;
                case Block.Paragraph paragraph:
                    console.Write(new Text(paragraph.Text.Text + "\n", StyleOf(paragraph.Text.Tone)));
                    break;
                case Block.Items items:
                    foreach (var line in items.Lines)
                    {
                        console.Write(new Text($"  • {line.Text}\n", StyleOf(line.Tone)));
                    }

                    break;
                case Block.Grid grid:
                    console.Write(ToTable(grid, isTerminal));
                    break;
                case Block.Figure figure:
                    console.Write(new Text($"{figure.Drawing.Title}\n\n", new Style(decoration: Decoration.Bold)));
                    foreach (var line in figure.Drawing.ToText())
                    {
                        console.Write(new Text($"  {line}\n", new Style(Color.Blue)));
                    }

                    console.WriteLine();
                    break;
                case Block.Tree tree:
                    WriteTree(console, tree.Roots, indent: "  ");
                    break;
                case Block.Commands commands:
                    foreach (var line in commands.Lines)
                    {
                        console.Write(new Text($"  {line}\n"));
                    }

                    break;
                case Block.Folded folded:
                    Write(console, folded.Blocks.Prepend(new Block.Heading(folded.Title)), isTerminal);
                    break;
            }
        }
    }

    private static Table ToTable(Block.Grid grid, bool isTerminal)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in grid.Columns)
        {
            table.AddColumn(new TableColumn(new Text(column.Title, new Style(decoration: Decoration.Bold)))
            {
                Alignment = column.Right ? Justify.Right : Justify.Left,
                NoWrap = column.Right,
                Padding = new Padding(0, 0, 1, 0),
                Width = column.Wrap && !isTerminal ? SentenceWidth : null,
            });
        }

        foreach (var row in grid.Rows)
        {
            table.AddRow(row.Select(cell => (IRenderable)new Text(cell.Text, StyleOf(cell.Tone))));
        }

        return table;
    }

    private static void WriteTree(IAnsiConsole console, ImmutableArray<TreeNode> nodes, string indent)
    {
        for (var i = 0; i < nodes.Length; i++)
        {
            var last = i == nodes.Length - 1;
            console.Write(new Text($"{indent}{(last ? "└─ " : "├─ ")}{nodes[i].Text}\n"));
            WriteTree(console, nodes[i].Children, indent + (last ? "   " : "│  "));
        }
    }

    private static Style StyleOf(Tone tone) => tone switch
    {
        Tone.Good => new Style(Color.Green),
        Tone.Warning => new Style(Color.Yellow),
        Tone.Bad => new Style(Color.Red),
        Tone.Muted => new Style(Color.Grey),
        _ => Style.Plain,
    };

    /// <summary>No blanks at the ends of lines, no two empty lines in a row, none at the beginning.</summary>
    private static string Tidy(string text)
    {
        var tidy = new StringBuilder(text.Length);
        var empty = true;
        foreach (var line in text.Split('\n').Select(line => line.TrimEnd(' ')))
        {
            if (line.Length > 0 || !empty)
            {
                tidy.Append(line).Append('\n');
            }

            empty = line.Length == 0;
        }

        return tidy.ToString().TrimEnd('\n') + "\n";
    }
}
