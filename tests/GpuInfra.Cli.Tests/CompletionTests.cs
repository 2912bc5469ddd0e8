using System.Diagnostics;

namespace GpuInfra.Cli.Tests;

public sealed class CompletionTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Theory]
    [InlineData("bash", "complete -o default -F _gpuinfra gpuinfra")]
    [InlineData("zsh", "compdef _gpuinfra gpuinfra")]
    [InlineData("fish", "complete --command gpuinfra")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName gpuinfra")]
    public async Task Each_shell_has_a_script(string shell, string expected)
    {
        var ran = await Cli.Piped("completion", shell);
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Contains(expected, ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_shell_is_wrong_usage() => Assert.Equal(2, (await Cli.Piped("completion", "csh")).Code);

    [Theory]
    [InlineData("cal", "calibrate")]
    [InlineData("drift --prom", "--prometheus")]
    [InlineData("plan --stack ", "staging")]
    public async Task The_program_itself_knows_what_may_follow(string line, string expected)
    {
        var ran = await Cli.In(_sandbox.Root, $"[suggest:{line.Length}]", line);
        Assert.Contains(expected, ran.Out.Split('\n', StringSplitOptions.TrimEntries));
    }

    [Fact]
    public async Task Bash_completes_by_it()
    {
        var script = (await Cli.Piped("completion", "bash")).Out;
        var suggested = await Cli.In(_sandbox.Root, "[suggest:5]", "calib");
        File.WriteAllText(_sandbox.In("gpuinfra"), $"#!/bin/bash\n[ \"$1\" = '[suggest:5]' ] && [ \"$2\" = calib ] && printf '%s' '{suggested.Out}'\n");
        File.WriteAllText(_sandbox.In("try.sh"), $"PATH={_sandbox.Root}:$PATH\nchmod +x {_sandbox.In("gpuinfra")}\n{script}\nCOMP_LINE='gpuinfra calib' COMP_POINT=14 COMP_WORDS=(gpuinfra calib) COMP_CWORD=1\n_gpuinfra\nprintf '%s' \"${{COMPREPLY[*]}}\"\n");
        using var bash = Process.Start(new ProcessStartInfo("bash", [_sandbox.In("try.sh")]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Assert.Equal("calibrate", await bash.StandardOutput.ReadToEndAsync());
    }
}
