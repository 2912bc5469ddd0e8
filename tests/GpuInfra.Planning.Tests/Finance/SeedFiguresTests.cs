using System.Text.RegularExpressions;

namespace GpuInfra.Planning.Tests.Finance;

/// <summary>The page of the seeds' figures is computed anew, so that it cannot go stale.</summary>
public partial class SeedFiguresTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "seed-figures.md"));

    private static readonly (string Id, string Says, string Recomputed, string Verdict)[] Rows =
    [
        .. Page.Split('\n').Select(line => line.Split('|').Select(cell => cell.Trim()).ToArray())
            .Where(cells => cells.Length == 8 && cells[1].StartsWith('S') && cells[1].Contains('-', StringComparison.Ordinal))
            .Select(cells => (cells[1], cells[3], cells[4], cells[5])),
    ];

    [Fact]
    public void Every_figure_of_the_page_is_what_its_formula_gives() =>
        Assert.Equal(Rows.Select(row => (row.Id, Value: SeedFigures.All.TryGetValue(row.Id, out var compute) ? compute() : "no formula")), Rows.Select(row => (row.Id, row.Recomputed)));

    [Fact]
    public void Every_formula_is_on_the_page_once() =>
        Assert.Equal(SeedFigures.All.Keys.Order(StringComparer.Ordinal), Rows.Select(row => row.Id).Order(StringComparer.Ordinal));

    [Fact]
    public void A_figure_holds_where_both_are_the_same_and_only_there() => Assert.All(Rows, row =>
        Assert.True((row.Says == row.Recomputed ? "holds" : "differs") == row.Verdict, $"{row.Id} says {row.Says}, gives {row.Recomputed} and is called {row.Verdict}"));

    [Fact]
    public void Every_test_that_the_page_names_is_there()
    {
        var named = Tests().Matches(Page).Select(match => (Class: match.Groups[1].Value, Method: match.Groups[2].Value)).Distinct().ToList();
        Assert.NotEmpty(named);
        var files = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories).ToLookup(Path.GetFileNameWithoutExtension);
        Assert.All(named, test => Assert.True(files[test.Class].Any(file => File.ReadAllText(file).Contains($" {test.Method}(", StringComparison.Ordinal)), $"{test.Class}.{test.Method}"));
    }

    [GeneratedRegex(@"`(\w+Tests)\.(\w+)`")]
    private static partial Regex Tests();
}
