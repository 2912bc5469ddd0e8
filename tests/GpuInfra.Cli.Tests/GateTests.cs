using System.Collections.Immutable;
using System.Text.Json.Nodes;
using GpuInfra.Cli.Commands;
using GpuInfra.Cli.Reports;
using GpuInfra.Cli.Reports.Reviews;
using GpuInfra.Offline;

namespace GpuInfra.Cli.Tests;

/// <summary>
/// No known plan makes a policy of a preview fail but waivers: the plan reader and the program refuse first. So records are spoilt too.
/// </summary>
public class GateTests
{
    private const string Urn =
        "urn:pulumi:dev::gpuinfra::gpuinfra:amazon:Region$gpuinfra:amazon:Pool$aws:ec2/launchTemplate:LaunchTemplate::chat";

    private const string Waiver =
        "\nwaivers: [{ policy: diff-irrevocable, subject: hub, reason: moved to the hub, expires: 2027-03-31, approvedBy: ciso@example.com }]\n";

    private static readonly PlanSource Source = PlanSource.OfStack(ProjectDirectory.At(Repository.Root)!, "dev");

    [Fact]
    public async Task A_failed_policy_ends_with_exit_code_1_and_names_the_resource_and_the_mend()
    {
        using var error = new StringWriter();
        var console = new AppConsole { Out = TextWriter.Null, Error = error, Directory = Repository.Root };
        Assert.Equal(0, Verdict.Of((await FleetPreview.RunAsync(Source)).Checks, console));
        Assert.Equal(1, Verdict.Of((await FailedAsync()).Checks, console));
        Assert.Equal(
            "policy tags failed: aws.ec2.LaunchTemplate chat: lacks the tags team\n"
            + "  To mend: add them. See docs/policies/tags.md.\n",
            error.ToString().ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task A_failed_policy_stands_in_the_verdict_and_first_among_the_policies_with_the_mend()
    {
        var blocks = Report(await FailedAsync(), verbose: false);
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
        var shown = ReviewComment.Of(Review.Of(failed), "gpuinfra preview").Split("<details>")[0];
        Assert.Contains("❌ Do not merge: 1 finding against it.", shown, StringComparison.Ordinal);
        Assert.Contains("tags: aws.ec2.LaunchTemplate chat: lacks the tags team. To mend: add them.", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_waiver_is_shown_until_its_day_and_fails_the_preview_after_it()
    {
        using var sandbox = new Sandbox();
        await OneNetworkMoreAsync(sandbox, "before.json");
        var lost = await Cli.In(sandbox.Root, "preview", "--stack", "prod", "--diff", "before.json");
        Assert.Equal(1, lost.Code);
        Assert.Contains("policy diff-irrevocable failed: aws.ec2.Vpc hub: this network is deleted", lost.Error, StringComparison.Ordinal);
        Assert.Contains("See docs/policies/diff-irrevocable.md.", lost.Error, StringComparison.Ordinal);

        File.AppendAllText(sandbox.Stacks("prod.plan.yaml"), Waiver);
        string[] preview = ["preview", "--stack", "prod", "--diff", "before.json", "--md", "comment.md", "--record", "after.json", "--today"];
        var held = await Cli.In(sandbox.Root, [.. preview, "2027-03-31"]);
        const string Shown = "Waived until 2027-03-31 by ciso@example.com: moved to the hub";
        Assert.Equal(0, held.Code);
        Assert.Contains(Shown, string.Join(' ', held.Out.Split(' ', '\n').Where(word => word.Length > 0)), StringComparison.Ordinal);
        Assert.Contains(Shown.Replace("@", "&#64;", StringComparison.Ordinal), File.ReadAllText(sandbox.In("comment.md")), StringComparison.Ordinal);

        var over = await Cli.In(sandbox.Root, [.. preview, "2027-04-01"]);
        Assert.Equal(1, over.Code);
        Assert.Contains(
            "policy waivers failed: waiver of diff-irrevocable for hub: it expired on 2027-03-31", over.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_records_are_judged_by_the_waivers_of_the_later_one()
    {
        using var sandbox = new Sandbox();
        await OneNetworkMoreAsync(sandbox, "before.json");
        File.AppendAllText(sandbox.Stacks("prod.plan.yaml"), Waiver);
        Assert.Equal(0, (await Cli.In(sandbox.Root, "preview", "--stack", "prod", "--record", "after.json")).Code);
        Assert.Equal(0, (await Cli.In(sandbox.Root, "diff", "before.json", "after.json")).Code);
        Assert.Equal(1, (await Cli.In(sandbox.Root, "diff", "before.json", "after.json", "--today", "2027-04-01")).Code);

        var idle = await Cli.In(sandbox.Root, "diff", "after.json", "after.json");
        Assert.Equal(1, idle.Code);
        Assert.Contains("nothing that it covers breaks diff-irrevocable", idle.Error, StringComparison.Ordinal);
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

    [Theory]
    [InlineData("diff-irrevocable", "2027-03-31", null)]
    [InlineData("diff-irrevocable", "2027-04-01", "prod.plan.yaml waivers: waiver of diff-irrevocable for hub: it expired on 2027-03-31")]
    [InlineData("diff-irrevocabel", "2027-03-31", "there is no policy diff-irrevocabel (did you mean \"diff-irrevocable\"?)")]
    [InlineData("imds-v2", "2027-03-31", "nothing that it covers breaks imds-v2")]
    public async Task A_plan_with_a_waiver_that_does_nothing_is_not_valid(string policy, string today, string? says)
    {
        using var sandbox = new Sandbox();
        File.AppendAllText(sandbox.Stacks("prod.plan.yaml"), Waiver.Replace("diff-irrevocable", policy, StringComparison.Ordinal));
        var ran = await Cli.In(sandbox.Root, "validate", "--stack", "prod", "--today", today);
        Assert.Equal(says is null ? 0 : 1, ran.Code);
        Assert.Contains(says ?? "", ran.Error, StringComparison.Ordinal);
        var json = await Cli.In(sandbox.Root, "validate", "--stack", "prod", "--today", today, "--json");
        Assert.Contains($"\"valid\": {(says is null ? "true" : "false")}", json.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_waiver_without_a_reason_is_told_by_its_line()
    {
        using var sandbox = new Sandbox();
        File.AppendAllText(sandbox.Stacks("prod.plan.yaml"), Waiver.Replace("reason: moved to the hub, ", "", StringComparison.Ordinal));
        var ran = await Cli.In(sandbox.Root, "validate", "--stack", "prod");
        Assert.Equal(1, ran.Code);
        Assert.Matches(@"prod\.plan\.yaml:\d+:\d+ waivers\[0\]", ran.Error);
        Assert.Contains("reason", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_comment_that_GitHub_would_refuse_is_cut_and_says_so()
    {
        var preview = await FleetPreview.RunAsync(Source);
        var pool = preview.Fleet.Pools[0];
        var pools = Enumerable.Range(0, 1_000).Select(i => pool with { Id = $"{pool.Id}-{i}" });
        var comment = ReviewComment.Of(Review.Of(preview) with { Preview = preview with { Fleet = preview.Fleet with { Pools = [.. pools] } } }, "gpuinfra preview");
        Assert.True(comment.Length < MarkdownRenderer.CommentLimit);
        Assert.Contains("⚠️ Long tables are cut", comment, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_resource_is_shown_when_asked()
    {
        var preview = await FleetPreview.RunAsync(Source);
        var tree = Report(preview, verbose: true).OfType<Block.Tree>().Single();
        var lines = tree.Roots.SelectMany(All).ToList();
        Assert.All(preview.Managed, resource =>
            Assert.Contains(lines, line => line.Contains($"  {resource.Name}", StringComparison.Ordinal)));
    }

    /// <summary>Writes production's record with a network that it does not have.</summary>
    private static async Task OneNetworkMoreAsync(Sandbox sandbox, string file)
    {
        Assert.Equal(0, (await Cli.In(sandbox.Root, "preview", "--stack", "prod", "--record", file)).Code);
        var record = JsonNode.Parse(File.ReadAllText(sandbox.In(file)))!;
        var resources = record["resources"]!.AsArray();
        var hub = resources.Single(resource => (string?)resource!["type"] == "aws:ec2/vpc:Vpc")!.DeepClone();
        hub["urn"] = $"{(string?)hub["urn"]}".Replace("::aws-us-east-1", "::hub", StringComparison.Ordinal);
        hub["name"] = "hub";
        hub["options"]!["protect"] = false;
        resources.Add(hub);
        File.WriteAllText(sandbox.In(file), record.ToJsonString());
    }

    private static ImmutableArray<Block> Report(PreviewRecord preview, bool verbose) => PreviewReport.Of(preview, Source, verbose, Review.Of(preview));

    private static async Task<PreviewRecord> FailedAsync()
    {
        var preview = await FleetPreview.RunAsync(Source);
        var failed = new CheckResult("tags", Urn, CheckStatus.Fail, "lacks the tags team") { Mend = "add them." };
        return preview with { Checks = preview.Checks.Add(failed) };
    }

    private static IEnumerable<string> All(TreeNode node) => node.Children.SelectMany(All).Prepend(node.Text);
}
