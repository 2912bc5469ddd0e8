using System.Text.RegularExpressions;

namespace GpuInfra.Offline.Tests;

/// <summary>The table that says where review points are held: what it names is there.</summary>
public partial class PointsTests
{
    private static readonly int[] Named = [4, 6, 9, 11, 13, 14, 15, 16, 20, 21, 23, 24, 25, 26, 27, 28, 32, 40, 41, 42, 49, 51, 52, 53, 55, 60, 61, 62, 63, 64, 65, 66, 67, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 84, 85, 86, 87, 88, 89];

    /// <summary>Pitfalls that have a guard.</summary>
    private static readonly int[] Pitfalls = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 33, 34, 35];

    private static readonly string Docs = Path.Combine(Repository.Root, "docs");

    private static IEnumerable<string[]> Rows => File.ReadLines(Path.Combine(Docs, "points.md"))
        .Where(line => Row().IsMatch(line)).Select(line => line.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public void Every_point_that_the_issues_name_has_a_row() =>
        Assert.Equal(Named, Rows.Select(row => int.Parse(row[0], System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void Every_test_that_a_row_names_exists_and_what_has_none_has_a_decision()
    {
        var tests = Tests().Select(Path.GetFileNameWithoutExtension).ToHashSet();
        Assert.All(Rows, row =>
        {
            var named = Word().Matches(row[3]).Select(match => match.Groups[1].Value).ToList();
            Assert.All(named, test => Assert.Contains(test, tests));
            Assert.True(named.Count > 0 || row[2].Contains("decisions/", StringComparison.Ordinal), row[0]);
        });
    }

    [Fact]
    public void Every_page_that_a_row_links_to_exists() => Assert.All(
        Rows.SelectMany(row => Link().Matches(row[2]).Select(match => match.Groups[1].Value)), page => Assert.True(File.Exists(Path.Combine(Docs, page)), page));

    [Fact]
    public void Every_pitfall_has_a_test_named_after_its_number()
    {
        var found = Tests().SelectMany(file => Pitfall().Matches(File.ReadAllText(file)).Select(match => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture))).ToHashSet();
        Assert.Equal(Pitfalls, found.Order());
    }

    private static IEnumerable<string> Tests() => Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*", SearchOption.AllDirectories)
        .Where(file => file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".py", StringComparison.Ordinal))
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    [GeneratedRegex(@"^\| \d+ \|")]
    private static partial Regex Row();

    [GeneratedRegex(@"`(\w+)`")]
    private static partial Regex Word();

    [GeneratedRegex(@"\]\(([^)#]+)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[Pp]itfall_(\d+)_")]
    private static partial Regex Pitfall();
}
