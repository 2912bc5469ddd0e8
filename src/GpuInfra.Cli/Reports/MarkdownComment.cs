using System.Collections.Immutable;

namespace GpuInfra.Cli.Reports;

/// <summary>A part of a comment that stands or falls as one.</summary>
/// <param name="Title">What it is called where it is left out.</param>
/// <param name="Blocks">What stands in it.</param>
internal sealed record CommentPart(string Title, ImmutableArray<Block> Blocks);

/// <summary>Keeps a comment as short as GitHub wants it: what does not fit is left out and named.</summary>
internal static class MarkdownComment
{
    // Room for the notice: its sentence and the titles of what is left out.
    private const int NoticeRoom = 1_000;
    private const int MostTitles = 12;

    /// <summary>The parts in order, most important first; of a first part that is too long, its beginning.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="whole">The command that shows all of it.</param>
    public static string Fit(IEnumerable<CommentPart> parts, string whole)
    {
        var rendered = parts.Where(part => !part.Blocks.IsEmpty)
            .Select(part => (part.Title, Text: MarkdownRenderer.Render(part.Blocks))).ToList();
        var full = string.Join('\n', rendered.Select(part => part.Text));
        if (full.Length < MarkdownRenderer.CommentLimit)
        {
            return full;
        }

        var comment = "";
        var left = new List<string>();
        foreach (var (title, text) in rendered)
        {
            var longer = comment.Length == 0 ? text : $"{comment}\n{text}";
            if (longer.Length < MarkdownRenderer.CommentLimit - NoticeRoom)
            {
                comment = longer;
            }
            else
            {
                left.Add(title);
            }
        }

        var named = string.Join(", ", left.Take(MostTitles))
            + (left.Count > MostTitles ? $" and {left.Count - MostTitles} parts more" : "");
        return $"{comment}\n⚠️ Cut: GitHub takes no longer comment. Left out: {MarkdownRenderer.Escape(named)}. "
            + $"`{whole}` shows the whole.\n";
    }
}
