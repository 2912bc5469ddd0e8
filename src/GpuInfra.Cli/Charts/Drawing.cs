using System.Collections.Immutable;

namespace GpuInfra.Cli.Charts;

/// <summary>Something to look at: drawn as SVG for reports and as characters for a terminal.</summary>
/// <param name="Title">What it shows, with the unit: also its file's name.</param>
/// <param name="Description">The same for who cannot see it.</param>
internal abstract record Drawing(string Title, string Description)
{
    /// <summary>The name of a file for it: letters, digits and hyphens.</summary>
    public string FileName => string.Join('-', new string([.. Title.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : ' ')])
        .Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>One SVG element.</summary>
    public abstract string ToSvg();

    /// <summary>Lines of characters.</summary>
    public abstract ImmutableArray<string> ToText();
}
