using System.CommandLine;
using GpuInfra.Cli.Charts;
using GpuInfra.Cli.Output;

namespace GpuInfra.Cli.Commands;

/// <summary><c>--charts</c>: a command's charts as files.</summary>
internal sealed class ChartsOption
{
    private readonly Option<string?> _directory = OutputOptions.DirectoryOption("--charts", "Also write the charts to a directory, each as an SVG file");

    public ChartsOption(Command command) => command.Options.Add(_directory);

    /// <summary>What adds charts to a command's results; nothing where no directory is named. Called before the work, it refuses a directory that is not there.</summary>
    public Action<Results, Func<IEnumerable<Drawing>>> Writer(ParseResult parsed, OutputOptions output)
    {
        var file = output.Directory(parsed, _directory);
        return (results, charts) =>
        {
            foreach (var chart in file is null ? [] : charts())
            {
                results.Add(chart.ToSvg(), file!($"{chart.FileName}.svg"));
            }
        };
    }
}
