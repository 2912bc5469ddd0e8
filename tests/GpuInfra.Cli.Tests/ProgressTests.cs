using GpuInfra.Cli.Output;

namespace GpuInfra.Cli.Tests;

public class ProgressTests
{
    [Fact]
    public async Task Somebody_who_waits_is_told_for_how_long()
    {
        var seen = await WaitAsync(isTerminal: true, TimeSpan.FromMilliseconds(1_500));
        Assert.Matches(@"Working: \d\.\d s", seen);
        Assert.EndsWith(" \r", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Short_work_and_pipes_are_left_in_peace()
    {
        Assert.Equal("", await WaitAsync(isTerminal: true, TimeSpan.Zero));
        Assert.Equal("", await WaitAsync(isTerminal: false, TimeSpan.FromMilliseconds(1_500)));
    }

    private static async Task<string> WaitAsync(bool isTerminal, TimeSpan work)
    {
        using var error = new StringWriter();
        var console = new AppConsole
        {
            Out = TextWriter.Null,
            Error = error,
            Directory = Repository.Root,
            ErrorIsTerminal = isTerminal,
        };
        Assert.Equal(42, await Progress.ShowAsync(console, "Working", WorkAsync, default));
        return error.ToString();

        async Task<int> WorkAsync()
        {
            await Task.Delay(work);
            return 42;
        }
    }
}
