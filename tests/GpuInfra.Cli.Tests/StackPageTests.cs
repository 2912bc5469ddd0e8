using System.Xml.Linq;

namespace GpuInfra.Cli.Tests;

public sealed class StackPageTests : IDisposable
{
    private const int MostBytes = 2_000_000;
    private readonly string _root = Directory.CreateTempSubdirectory("gpuinfra-report-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_report_is_one_well_formed_file_that_asks_for_nothing_else()
    {
        var text = await Written("dev");
        Assert.InRange(text.Length, 10_000, MostBytes);
        var page = XDocument.Parse(text).Root!;
        Assert.DoesNotContain(page.Descendants(), element => element.Name.LocalName is "script" or "link" or "img" or "iframe");
        Assert.DoesNotContain(page.DescendantsAndSelf().Attributes(), attribute => attribute.Name.LocalName is "src" or "href" && !attribute.Value.StartsWith('#'));
        Assert.DoesNotContain("url(", text, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_link_has_its_target_and_every_name_is_given_once()
    {
        var page = XDocument.Parse(await Written("dev")).Root!;
        var ids = page.Descendants().Attributes("id").Select(id => id.Value).ToList();
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(page.Descendants().Attributes("href"), link => Assert.Contains(link.Value[1..], ids));
        Assert.All(page.Descendants().Attributes("aria-labelledby").SelectMany(label => label.Value.Split(' ')), label => Assert.Contains(label, ids));
    }

    [Fact]
    public async Task Every_table_has_headed_columns_and_rows_and_can_be_scrolled_by_keyboard()
    {
        var tables = XDocument.Parse(await Written("dev")).Descendants("table").ToList();
        Assert.NotEmpty(tables);
        Assert.All(tables, table =>
        {
            var columns = table.Element("thead")!.Descendants("th").Count();
            Assert.All(table.Element("tbody")!.Elements("tr"), row => Assert.Equal(columns, row.Elements().Count()));
            Assert.Equal(("region", "0"), (table.Parent!.Attribute("role")!.Value, table.Parent.Attribute("tabindex")!.Value));
        });

        var names = tables.Select(table => table.Parent!.Attribute("aria-label")!.Value).ToList();
        Assert.Equal(names.Distinct(), names);
    }

    [Fact]
    public async Task A_larger_pack_holds_what_a_smaller_one_does()
    {
        string[] packs = ["monthly", "quarterly", "yearly"];
        var sections = new List<ISet<string>>();
        foreach (var pack in packs)
        {
            sections.Add(XDocument.Parse(await Written("dev", "--pack", pack)).Descendants("section").Select(section => section.Attribute("id")!.Value).ToHashSet());
        }

        Assert.ProperSubset(sections[1], sections[0]);
        Assert.ProperSubset(sections[2], sections[1]);
        Assert.Contains("survivability", sections[0]);
        Assert.Contains("replay", sections[2]);
        Assert.Contains("three-years", sections[2]);
    }

    [Fact]
    public async Task The_same_stack_gives_the_same_bytes_with_the_previews_figures()
    {
        var text = await Written("staging");
        Assert.Equal(text, await Written("staging"));
        var preview = await Cli.Piped("preview", "--stack", "staging");
        var verdict = preview.Out.Split('\n').First(line => line.Contains("a month:", StringComparison.Ordinal)).Split(':')[0];
        Assert.Contains(verdict, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pack_that_does_not_exist_is_refused_with_those_that_do()
    {
        var ran = await Cli.Piped("report", "--stack", "dev", "--pack", "weekly");
        Assert.Equal(2, ran.Code);
        Assert.Contains("Monthly", ran.Error, StringComparison.OrdinalIgnoreCase);
    }

    private async Task<string> Written(string stack, params string[] more)
    {
        var file = Path.Combine(_root, "report.html");
        var ran = await Cli.Piped(["report", "--stack", stack, "--out", file, .. more]);
        Assert.Equal((0, ""), (ran.Code, ran.Out));
        return File.ReadAllText(file);
    }
}
