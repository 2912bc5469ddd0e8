using GpuInfra.Cli;

var console = AppConsole.OfProcess();
using (console.Out)
{
    return await CommandLineApp.RunAsync(args, console);
}
