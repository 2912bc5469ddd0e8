using GpuInfra.Cli.Commands;
using GpuInfra.Cli.Reports;
using GpuInfra.Offline;

namespace GpuInfra.Cli.Tests;

/// <summary>No known input makes a check fail: the plan reader and the program refuse first. So records are spoilt.</summary>
public class GateTests
{
    private const string Urn =
        "urn:pulumi:dev::gpuinfra::gpuinfra:amazon:Region$gpuinfra:amazon:Pool$aws:ec2/launchTemplate:LaunchTemplate::chat";

    private static readonly PlanSource Source = PlanSource.OfStack(ProjectDirectory.At(Repository.Root)!, "dev");

    [Fact]
    public async Task A_failed_check_ends_with_exit_code_1_and_names_the_resource()
    {
        using var error = new StringWriter();
        var console = new AppConsole { Out = TextWriter.Null, Error = error, Directory = Repository.Root };
        Assert.Equal(0, PreviewCommand.Verdict(await FleetPreview.RunAsync(Source), console));
        Assert.Equal(1, PreviewCommand.Verdict(await FailedAsync(), console));
        Assert.Equal(
            $"check tags failed: aws.ec2.LaunchTemplate chat: lacks the tags team{Environment.NewLine}", error.ToString());
    }

    [Fact]
    public async Task A_failed_check_stands_in_the_verdict_and_first_among_the_checks()
    {
        var blocks = PreviewReport.Of(await FailedAsync(), Source, verbose: false);
        var verdict = blocks.OfType<Block.Paragraph>().Single(line => line.Text.Tone == Tone.Bad);
        Assert.EndsWith("do not deploy this.", verdict.Text.Text, StringComparison.Ordinal);
        var checks = blocks.OfType<Block.Grid>().Single(grid => grid.Columns[0].Title == "Check");
        Assert.Equal("fail", checks.Rows[0][1].Text);
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
        var failed = new CheckResult("tags", Urn, CheckStatus.Fail, "lacks the tags team");
        return preview with { Checks = preview.Checks.Add(failed) };
    }

    private static IEnumerable<string> All(TreeNode node) => node.Children.SelectMany(All).Prepend(node.Text);
}
