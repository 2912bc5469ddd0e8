using System.Collections.Immutable;
using GpuInfra.Cli.Charts;

namespace GpuInfra.Cli.Reports;

/// <summary>
/// One piece of a report. Reports are built once from these and rendered twice: to the terminal (or plain text) and to Markdown.
/// </summary>
internal abstract record Block
{
    private Block()
    {
    }

    /// <summary>A section's title.</summary>
    public sealed record Heading(string Text) : Block;

    /// <summary>A line of text.</summary>
    public sealed record Paragraph(Cell Text) : Block;

    /// <summary>A list of lines.</summary>
    public sealed record Items(ImmutableArray<Cell> Lines) : Block;

    /// <summary>A table.</summary>
    public sealed record Grid(ImmutableArray<Column> Columns, ImmutableArray<ImmutableArray<Cell>> Rows) : Block;

    /// <summary>A hierarchy.</summary>
    public sealed record Tree(ImmutableArray<TreeNode> Roots) : Block;

    /// <summary>A picture.</summary>
    public sealed record Figure(Drawing Drawing) : Block;

    /// <summary>Lines to take as they are: commands to copy, or lines of a script that differ (<c>diff</c>).</summary>
    public sealed record Commands(ImmutableArray<string> Lines, string Language = "sh") : Block;

    /// <summary>A section that Markdown folds away; a terminal shows it like any other.</summary>
    public sealed record Folded(string Title, ImmutableArray<Block> Blocks) : Block;
}

/// <summary>A column of a <see cref="Block.Grid"/>.</summary>
/// <param name="Title">Its heading, with the unit where there is one.</param>
/// <param name="Right">True for figures.</param>
/// <param name="Wrap">True for sentences, which are broken into lines; other columns are as wide as what is in them.</param>
internal sealed record Column(string Title, bool Right = false, bool Wrap = false);

/// <summary>A node of a <see cref="Block.Tree"/>.</summary>
internal sealed record TreeNode(string Text, ImmutableArray<TreeNode> Children);

/// <summary>How a text is meant; colour where there is colour.</summary>
internal enum Tone
{
    /// <summary>A plain fact.</summary>
    Plain,

    /// <summary>A fact to rest on.</summary>
    Good,

    /// <summary>Something to weigh.</summary>
    Warning,

    /// <summary>Something that must be mended.</summary>
    Bad,

    /// <summary>A detail.</summary>
    Muted,
}

/// <summary>A text and how it is meant.</summary>
internal readonly record struct Cell(string Text, Tone Tone = Tone.Plain)
{
    public static implicit operator Cell(string text) => new(text);
}
