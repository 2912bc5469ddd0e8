namespace GpuInfra.Cli.Tests;

public class UsageTests
{
    [Theory]
    [InlineData("previw", "did you mean \"preview\"?")]
    [InlineData("nonsense", "known: init, preview, plan, diff, drift, calibrate, audit, validate, size, profile, forecast, replay, drill, monitoring, report, models, budget, actuals, breakeven, tco, scorecard, case, memo, catalog, completion")]
    public async Task An_unknown_command_is_wrong_usage(string command, string hint)
    {
        var ran = await Cli.Piped(command);
        Assert.Equal((2, ""), (ran.Code, ran.Out));
        Assert.Contains(hint, ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_option_is_wrong_usage()
    {
        var ran = await Cli.Piped("plan", "--stak", "prod");
        Assert.Equal((2, ""), (ran.Code, ran.Out));
        Assert.Contains("did you mean \"--stack\"?", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_needs_to_be_named()
    {
        var ran = await Cli.Piped();
        Assert.Equal((2, ""), (ran.Code, ran.Out));
    }

    [Theory]
    [InlineData("plan")]
    [InlineData("preview", "--stack", "prod", "--plan", "x.plan.yaml")]
    [InlineData("preview", "--stack", "prod", "--today", "24.12.2026")]
    [InlineData("validate", "--stack")]
    [InlineData("catalog", "--cloud", "azure")]
    [InlineData("catalog", "cpus")]
    public async Task A_command_that_does_not_know_what_to_do_is_wrong_usage(params string[] args)
    {
        var ran = await Cli.Piped(args);
        Assert.Equal((2, ""), (ran.Code, ran.Out));
        Assert.Contains($"Usage: gpuinfra {args[0]} --help", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_is_no_mistake()
    {
        var ran = await Cli.Piped("preview", "--help");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Contains("--record", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bug_shows_where_it_is()
    {
        using var error = new StringWriter();
        using var broken = new BrokenWriter();
        var console = new AppConsole { Out = broken, Error = error, Directory = Repository.Root };
        var code = await CommandLineApp.RunAsync(["catalog"], console);
        Assert.Equal(134, code);
        Assert.Contains(nameof(BrokenWriter), error.ToString(), StringComparison.Ordinal);
    }

    private sealed class BrokenWriter : StringWriter
    {
        public override void Write(string? value) => throw new InvalidOperationException("broken");
    }
}
