using System.Text.Json;
using GpuInfra.Cli.Reports;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Cli.Tests;

public class ReportTests
{
    public static TheoryData<string, string> Goldens => new()
    {
        { "preview.dev.txt", "preview --stack dev" },
        { "preview.staging.txt", "preview --stack staging" },
        { "preview.prod.txt", "preview --stack prod" },
        { "plan.dev.txt", "plan --stack dev" },
        { "plan.staging.txt", "plan --stack staging" },
        { "plan.prod.txt", "plan --stack prod" },
        { "plan.dev.json", "plan --stack dev --json" },
        { "catalog.gpus.txt", "catalog --gpus" },
        { "validate.prod.txt", "validate --stack prod" },
    };

    [Theory]
    [MemberData(nameof(Goldens))]
    public async Task A_report_is_as_reviewed(string golden, string line)
    {
        var ran = await Cli.Piped(line.Split(' '));
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Golden.AssertFile($"tests/GpuInfra.Cli.Tests/Golden/{golden}", ran.Out);
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("staging")]
    [InlineData("prod")]
    public async Task The_comment_is_as_reviewed_and_GitHub_takes_it(string stack)
    {
        using var sandbox = new Sandbox();
        await Cli.In(sandbox.Root, "preview", "--stack", stack, "--md", "comment.md");
        var comment = File.ReadAllText(sandbox.In("comment.md"));
        Assert.True(comment.Length < MarkdownRenderer.CommentLimit);
        Golden.AssertFile($"tests/GpuInfra.Cli.Tests/Golden/comment.{stack}.md", comment);
    }

    [Fact]
    public void Markdown_keeps_a_tables_shape_whatever_stands_in_it() => Assert.Equal(
        "| a\\|b |\n| --- |\n| x\\|y &lt;b&gt; \\`z\\` two lines |\n",
        MarkdownRenderer.Render([new Block.Grid([new Column("a|b")], [["x|y <b> `z` two\nlines"]])]));

    [Fact]
    public async Task Explaining_a_workload_shows_its_servings_rejections_and_no_other()
    {
        var ran = await Cli.Piped("plan", "--stack", "prod", "--explain", "nightly-index");
        Assert.Contains("GPUs not taken for embedder", ran.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("ot taken for assistant", ran.Out, StringComparison.Ordinal);
        Assert.True((await Cli.Piped("plan", "--stack", "prod", "--explain")).Out.Length > ran.Out.Length);
    }

    [Fact]
    public async Task Explaining_what_is_not_in_the_plan_is_refused()
    {
        var ran = await Cli.Piped("plan", "--stack", "prod", "--explain", "chatt");
        Assert.Equal((1, ""), (ran.Code, ran.Out));
        Assert.Contains("did you mean \"chat\"?", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_catalog_shows_what_was_asked_for()
    {
        var offers = await Cli.Piped("catalog", "--cloud", "gcp", "--gpu", "L4");
        Assert.Contains("gcp/us-central1/g2-standard-4", offers.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("aws/", offers.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("Models", offers.Out, StringComparison.Ordinal);
        var unknown = await Cli.Piped("catalog", "--gpu", "h10");
        Assert.Equal(1, unknown.Code);
        Assert.Contains("did you mean \"h100\"?", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validation_as_JSON_lists_the_problems_by_place()
    {
        using var sandbox = new Sandbox();
        sandbox.Change("prod.plan.yaml", "headroom: 20%", "headroom: lots");
        var ran = await Cli.In(sandbox.Root, "validate", "--stack", "prod", "--json");
        Assert.Equal(1, ran.Code);
        var problem = System.Text.Json.JsonDocument.Parse(ran.Out).RootElement.GetProperty("problems")[0];
        Assert.Equal("headroom", problem.GetProperty("path").GetString());
        Assert.True(problem.GetProperty("line").GetInt32() > 1);
    }

    [Fact]
    public async Task The_catalog_shows_machines_without_accelerators_with_source_and_date()
    {
        using var document = JsonDocument.Parse((await Cli.Piped("catalog", "cpu", "--cloud", "gcp", "--region", "us-central1", "--json")).Out);
        Assert.Equal(["hash", "cpu"], document.RootElement.EnumerateObject().Select(member => member.Name));
        var rows = document.RootElement.GetProperty("cpu").EnumerateArray().ToList();
        Assert.Equal(
            Catalog.Embedded.CpuOffers.Count(row => row is { Cloud: CloudProvider.Gcp, Region: "us-central1" }), rows.Count);
        Assert.NotEmpty(rows);
        Assert.All(rows, row =>
        {
            Assert.True(row.GetProperty("onDemandUsdPerHour").GetDecimal() > 0);
            Assert.NotEqual("", row.GetProperty("source").GetString());
            Assert.True(row.TryGetProperty("asOf", out _));
        });
        var table = (await Cli.Piped("catalog", "cpu", "--cloud", "gcp", "--region", "us-central1")).Out;
        Assert.Contains($"Machines without accelerators ({rows.Count})", table, StringComparison.Ordinal);
        Assert.DoesNotContain("Demand profiles", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_catalog_shows_published_discounts_with_source_and_date()
    {
        using var document = JsonDocument.Parse((await Cli.Piped("catalog", "commitments", "--json")).Out);
        var rows = document.RootElement.GetProperty("commitments").EnumerateArray().ToList();
        Assert.Equal(Catalog.Embedded.CommitmentDiscounts.Length, rows.Count);
        Assert.All(rows, row =>
        {
            Assert.InRange(row.GetProperty("off").GetDouble(), 0.001, 0.999);
            Assert.Contains(row.GetProperty("years").GetInt32(), new[] { 1, 3 });
            Assert.NotEqual("", row.GetProperty("source").GetString());
            Assert.Matches("^20[0-9]{2}-", row.GetProperty("asOf").GetString());
        });
        Assert.Contains("1 year", (await Cli.Piped("catalog", "commitments")).Out, StringComparison.Ordinal);
    }
}
