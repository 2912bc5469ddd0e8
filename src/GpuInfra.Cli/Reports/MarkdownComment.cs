using System.Collections.Immutable;

namespace GpuInfra.Cli.Reports;

/// <summary>A part of a comment that stands or falls as one.</summary>
/// <param name="Title">What it is called where it is left out.</param>
/// <param name="Blocks">What stands in it.</param>
internal sealed record CommentPart(string Title, ImmutableArray<Block> Blocks);

/// <summary>
/// Keeps a comment as short as GitHub wants it: long tables and lists are cut to fewer and fewer rows, the rest counted; then whole parts are
/// left out from the end and named. The first part, the verdict, is never left out.
/// </summary>
internal static class MarkdownComment
{
    // Room for the notice: its sentence and the titles of what is left out, and for the marker before the comment.
    private const int NoticeRoom = 1_500;
    private const int MostTitles = 12;

    /// <summary>Rows of a table or list, lines of a script, roots of a tree: as many as fit.</summary>
    private static readonly int[] MostRows = [int.MaxValue, 100, 40, 20, 10];

    /// <summary>The parts in order, most important first.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="whole">The command that shows all of it.</param>
    public static string Fit(IEnumerable<CommentPart> parts, string whole)
    {
        var all = parts.Where(part => !part.Blocks.IsEmpty).ToList();
        foreach (var most in MostRows)
        {
            var text = string.Join('\n', all.Select(part => Render(part, most)));
            if (text.Length < MarkdownRenderer.CommentLimit - NoticeRoom)
            {
                return most == int.MaxValue ? text : $"{text}\n⚠️ Long tables are cut: `{whole}` shows the whole.\n";
            }
        }

        var comment = "";
        var left = new List<string>();
        foreach (var part in all)
        {
            var text = Render(part, MostRows[^1]);
            var longer = comment.Length == 0 ? text : $"{comment}\n{text}";
            if (longer.Length < MarkdownRenderer.CommentLimit - NoticeRoom)
            {
                comment = longer;
            }
            else if (comment.Length == 0)
            {
                comment = $"{text[..(MarkdownRenderer.CommentLimit - NoticeRoom)]}…\n";
            }
            else
            {
                left.Add(part.Title);
            }
        }

        var named = string.Join(", ", left.Take(MostTitles))
            + (left.Count > MostTitles ? $" and {left.Count - MostTitles} parts more" : "");
        return $"{comment}\n⚠️ Cut: GitHub takes no longer comment. Left out: {MarkdownRenderer.Escape(named)}. "
            + $"`{whole}` shows the whole.\n";
    }

    private static string Render(CommentPart part, int most) => MarkdownRenderer.Render(part.Blocks.Select(block => Cut(block, most)));

    private static Block Cut(Block block, int most) => block switch
    {
        Block.Grid grid when grid.Rows.Length > most => grid with
        {
            Rows = [.. grid.Rows.Take(most), [$"and {Format.Count(grid.Rows.Length - most)} more", .. grid.Columns.Skip(1).Select(_ => new Cell(""))]],
        },
        Block.Items items when items.Lines.Length > most => items with { Lines = [.. items.Lines.Take(most), $"and {Format.Count(items.Lines.Length - most)} more"] },
        Block.Commands { Language: not "mermaid" } commands when commands.Lines.Length > most =>
            commands with { Lines = [.. commands.Lines.Take(most), $"… {Format.Count(commands.Lines.Length - most)} lines more"] },
        Block.Tree tree => tree with { Roots = Cut(tree.Roots, most) },
        Block.Folded folded => folded with { Blocks = [.. folded.Blocks.Select(inner => Cut(inner, most))] },
        _ => block,
    };

    private static ImmutableArray<TreeNode> Cut(ImmutableArray<TreeNode> nodes, int most) => nodes.Length > most
        ? [.. nodes.Take(most).Select(node => node with { Children = Cut(node.Children, most) }), new TreeNode($"and {Format.Count(nodes.Length - most)} more", [])]
        : [.. nodes.Select(node => node with { Children = Cut(node.Children, most) })];
}
