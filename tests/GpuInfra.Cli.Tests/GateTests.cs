using GpuInfra.Cli.Commands;
using GpuInfra.Cli.Reports;
using GpuInfra.Offline;

namespace GpuInfra.Cli.Tests;

/// <summary>
/// No known input makes a policy fail but waivers: the plan reader and the program refuse first. So records are spoilt too.
/// </summary>
public class GateTests
{
    private const string Urn =
        "urn:pulumi:dev::gpuinfra::gpuinfra:amazon:Region$gpuinfra:amazon:Pool$aws:ec2/launchTemplate:LaunchTemplate::chat";

    private const string Waiver =
        "\nwaivers: [{ policy: own-keys, subject: gpuinfra-weights-*, reason: public weights, expires: 2027-03-31, approvedBy: ciso@example.com }]\n";

    private static readonly PlanSource Source = PlanSource.OfStack(ProjectDirectory.At(Repository.Root)!, "dev");

    [Fact]
    public async Task A_failed_policy_ends_with_exit_code_1_and_names_the_resource_and_the_mend()
    {
        using var error = new StringWriter();
        var console = new AppConsole { Out = TextWriter.Null, Error = error, Directory = Repository.Root };
        Assert.Equal(0, PreviewCommand.Verdict(await FleetPreview.RunAsync(Source), console));
        Assert.Equal(1, PreviewCommand.Verdict(await FailedAsync(), console));
        Assert.Equal(
            "policy tags failed: aws.ec2.LaunchTemplate chat: lacks the tags team\n"
            + "  To mend: add them. See docs/policies/tags.md.\n",
            error.ToString().ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task A_failed_policy_stands_in_the_verdict_and_first_among_the_policies_with_the_mend()
    {
        var blocks = PreviewReport.Of(await FailedAsync(), Source, verbose: false);
        var verdict = blocks.OfType<Block.Paragraph>().Single(line => line.Text.Tone == Tone.Bad);
        Assert.EndsWith("do not deploy this.", verdict.Text.Text, StringComparison.Ordinal);
        var policies = blocks.OfType<Block.Grid>().Single(grid => grid.Columns[0].Title == "Policy");
        Assert.Equal(["tags", "error", "fail"], policies.Rows[0].Take(3).Select(cell => cell.Text));
        Assert.Equal("To mend: add them. See docs/policies/tags.md.", policies.Rows[1][^1].Text);
    }

    [Fact]
    public async Task A_comment_shows_failed_policies_unfolded()
    {
        var failed = await FailedAsync();
        var comment = PreviewComment.Of(failed);
        Assert.Contains("| tags | error | ❌ fail |", comment.Split("<details>")[0], StringComparison.Ordinal);
        Assert.DoesNotContain("<summary>Policies", comment, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_waiver_is_shown_until_its_day_and_fails_the_preview_after_it()
    {
        using var sandbox = new Sandbox();
        File.AppendAllText(sandbox.Stacks("prod.plan.yaml"), Waiver);

        var held = await Cli.In(sandbox.Root, "preview", "--stack", "prod", "--today", "2027-03-31", "--md", "comment.md");
        const string Shown = "Waived until 2027-03-31 by ciso@example.com: public weights";
        Assert.Equal((0, 3), (held.Code, held.Out.Split("waived").Length - 1));
        Assert.Contains("All 27 policies hold (1 warning, 2 waived).", held.Out, StringComparison.Ordinal);
        Assert.Contains(Shown, string.Join(' ', held.Out.Split(' ', '\n').Where(word => word.Length > 0)), StringComparison.Ordinal);
        Assert.Contains(Shown.Replace("@", "&#64;", StringComparison.Ordinal), File.ReadAllText(sandbox.In("comment.md")), StringComparison.Ordinal);

        var over = await Cli.In(sandbox.Root, "preview", "--stack", "prod", "--today", "2027-04-01");
        Assert.Equal(1, over.Code);
        Assert.StartsWith(
            "policy waivers failed: waiver of own-keys for gpuinfra-weights-*: it expired on 2027-03-31", over.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_date_a_waiver_is_judged_by_the_plans_month()
    {
        using var sandbox = new Sandbox();
        File.AppendAllText(sandbox.Stacks("prod.plan.yaml"), Waiver.Replace("2027-03-31", "2026-11-30", StringComparison.Ordinal));
        var ran = await Cli.In(sandbox.Root, "preview", "--stack", "prod");
        Assert.Equal(1, ran.Code);
        Assert.Contains("this preview is of 2026-12-01", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_comment_that_GitHub_would_refuse_is_cut_and_says_so()
    {
        var preview = await FleetPreview.RunAsync(Source);
        var pool = preview.Fleet.Pools[0];
        var pools = Enumerable.Range(0, 1_000).Select(i => pool with { Id = $"{pool.Id}-{i}" });
        var comment = PreviewComment.Of(preview with { Fleet = preview.Fleet with { Pools = [.. pools] } });
        Assert.True(comment.Length < MarkdownRenderer.CommentLimit);
        Assert.Contains("⚠️ Cut", comment, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_resource_is_shown_when_asked()
    {
        var preview = await FleetPreview.RunAsync(Source);
        var tree = PreviewReport.Of(preview, Source, verbose: true).OfType<Block.Tree>().Single();
        var lines = tree.Roots.SelectMany(All).ToList();
        Assert.All(preview.Managed, resource =>
            Assert.Contains(lines, line => line.Contains($"  {resource.Name}", StringComparison.Ordinal)));
    }

    private static async Task<PreviewRecord> FailedAsync()
    {
        var preview = await FleetPreview.RunAsync(Source);
        var failed = new CheckResult("tags", Urn, CheckStatus.Fail, "lacks the tags team") { Mend = "add them." };
        return preview with { Checks = preview.Checks.Add(failed) };
    }

    private static IEnumerable<string> All(TreeNode node) => node.Children.SelectMany(All).Prepend(node.Text);
}
