namespace GpuInfra.Cli.Tests;

public sealed class BadInputTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Theory]
    [InlineData("plan")]
    [InlineData("preview")]
    [InlineData("validate")]
    public async Task An_unknown_stack_is_refused_with_those_there_are(string command)
    {
        var error = await RefusedAsync(command, "--stack", "prodd");
        Assert.Contains("did you mean \"prod\"?", error, StringComparison.Ordinal);
        Assert.Contains("known: dev, prod, staging", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plan")]
    [InlineData("preview")]
    [InlineData("validate")]
    public async Task Every_problem_of_a_plan_is_told_with_its_line(string command)
    {
        _sandbox.Change("prod.plan.yaml", "headroom: 20%", "headrom: 20%");
        _sandbox.Change("prod.plan.yaml", "share: 70%", "share: -70%");
        var error = await RefusedAsync(command, "--stack", "prod");
        Assert.Matches(@"prod\.plan\.yaml:\d+:\d+ headrom: .*headroom", error);
        Assert.Matches(@"prod\.plan\.yaml:\d+:\d+ clouds\.aws\.share: ", error);
    }

    [Fact]
    public async Task An_infeasible_plan_is_refused_with_the_reason()
    {
        _sandbox.Change("base.plan.yaml", "timePerOutputToken: 50ms", "timePerOutputToken: 1ms");
        Assert.Contains("1 ms promised", await RefusedAsync("preview", "--stack", "prod"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stack_without_its_configuration_is_refused()
    {
        File.Delete(_sandbox.Stacks("Pulumi.prod.yaml"));
        Assert.Contains("Pulumi.prod.yaml", await RefusedAsync("preview", "--stack", "prod"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_setting_is_told_with_the_command_that_sets_it()
    {
        File.WriteAllText(_sandbox.Stacks("Pulumi.prod.yaml"), "config: {}\n");
        var error = await RefusedAsync("validate", "--stack", "prod");
        Assert.Contains("gpuinfra:images.gcp", error, StringComparison.Ordinal);
        Assert.Contains("pulumi config set --stack prod", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Problems_of_plan_and_configuration_are_told_together()
    {
        _sandbox.Change("prod.plan.yaml", "headroom: 20%", "headrom: 20%");
        File.WriteAllText(_sandbox.Stacks("Pulumi.prod.yaml"), "config: [\n");
        var error = await RefusedAsync("validate", "--plan", "stacks/prod.plan.yaml");
        Assert.Contains("headrom", error, StringComparison.Ordinal);
        Assert.Contains("Pulumi.prod.yaml", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outside_a_project_there_is_no_stack()
    {
        File.Delete(_sandbox.In("Pulumi.yaml"));
        Assert.Contains("--root", await RefusedAsync("plan", "--stack", "prod"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--out")]
    [InlineData("--md")]
    [InlineData("--record")]
    public async Task A_missing_directory_is_told_and_nothing_is_written(string option)
    {
        var error = await RefusedAsync("preview", "--stack", "dev", option, "missing/file");
        Assert.Contains("missing does not exist", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_one_file_cannot_be_written_none_is()
    {
        Directory.CreateDirectory(_sandbox.In("taken"));
        var error = await RefusedAsync("preview", "--stack", "dev", "--md", "comment.md", "--record", "taken");
        Assert.Contains("is a directory", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_results_do_not_go_into_one_file()
    {
        var error = await RefusedAsync("preview", "--stack", "dev", "--md", "both", "--record", "./both");
        Assert.Contains("two results", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_plan_leaves_an_earlier_result_alone()
    {
        File.WriteAllText(_sandbox.In("comment.md"), "earlier");
        _sandbox.Change("prod.plan.yaml", "headroom: 20%", "headroom: lots");
        await RefusedAsync("preview", "--stack", "prod", "--md", "comment.md");
        Assert.Equal("earlier", File.ReadAllText(_sandbox.In("comment.md")));
    }

    /// <summary>Runs a command line that must end with exit code 1, say why without a stack, and leave no file behind.</summary>
    private async Task<string> RefusedAsync(params string[] args)
    {
        var before = _sandbox.Files().ToList();
        var ran = await Cli.In(_sandbox.Root, args);
        Assert.Equal((1, ""), (ran.Code, ran.Out));
        Assert.DoesNotContain("   at ", ran.Error, StringComparison.Ordinal);
        Assert.Equal(before, _sandbox.Files());
        return ran.Error;
    }
}
