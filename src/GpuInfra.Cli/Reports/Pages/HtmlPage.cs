using System.Collections.Immutable;
using System.Text;

namespace GpuInfra.Cli.Reports.Pages;

/// <summary>A part of a page that the contents at its top lead to.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Blocks">What it shows.</param>
internal sealed record PageSection(string Title, ImmutableArray<Block> Blocks)
{
    /// <summary>Where a link leads: letters, digits and hyphens.</summary>
    public string Id => string.Concat(Title.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-'));
}

/// <summary>A figure to be seen at once.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">The figure, with its unit.</param>
/// <param name="Detail">What it is measured against.</param>
internal sealed record PageFigure(string Name, Cell Value, string Detail);

/// <summary>A report as one HTML file that needs nothing else: no script, no font, no request. The same report gives the same bytes.</summary>
internal sealed record HtmlPage
{
    /// <summary>Its title.</summary>
    public required string Title { get; init; }

    /// <summary>Where its figures come from, below the title.</summary>
    public required string Source { get; init; }

    /// <summary>What is to be seen first.</summary>
    public required ImmutableArray<PageFigure> Figures { get; init; }

    /// <summary>The rest, in order.</summary>
    public required ImmutableArray<PageSection> Sections { get; init; }

    public string Render()
    {
        var html = new StringBuilder();
        html.Append(
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta name="color-scheme" content="light dark"/>
            <title>{HtmlRenderer.Escape(Title)}</title>
            <style>
            {Style()}</style>
            </head>
            <body>
            <header>
            <h1>{HtmlRenderer.Escape(Title)}</h1>
            <p class="muted">{HtmlRenderer.Escape(Source)}</p>
            </header>
            <nav aria-label="Contents"><ul>

            """);
        foreach (var section in Sections)
        {
            html.Append($"<li><a href=\"#{section.Id}\">{HtmlRenderer.Escape(section.Title)}</a></li>\n");
        }

        html.Append("</ul></nav>\n<main>\n<dl class=\"figures\">\n");
        foreach (var figure in Figures)
        {
            html.Append($"<div><dt>{HtmlRenderer.Escape(figure.Name)}</dt><dd class=\"value {Format.Word(figure.Value.Tone)}\">{HtmlRenderer.Escape(figure.Value.Text)}</dd><dd class=\"muted\">{HtmlRenderer.Escape(figure.Detail)}</dd></div>\n");
        }

        html.Append("</dl>\n");
        foreach (var section in Sections)
        {
            html.Append($"<section id=\"{section.Id}\" aria-labelledby=\"{section.Id}-title\">\n<h2 id=\"{section.Id}-title\">{HtmlRenderer.Escape(section.Title)}</h2>\n");
            html.Append(HtmlRenderer.Render(section.Blocks)).Append("</section>\n");
        }

        return html.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static string Style()
    {
        using var stream = typeof(HtmlPage).Assembly.GetManifestResourceStream("report.css") ?? throw new InvalidOperationException("The page's style is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
