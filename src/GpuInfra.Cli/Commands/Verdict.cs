using GpuInfra.Cli.Reports;
using GpuInfra.Offline;

namespace GpuInfra.Cli.Commands;

/// <summary>How a command ends that policies were asked about.</summary>
internal static class Verdict
{
    /// <summary>The exit code; failed policies are told on standard error, with what to do.</summary>
    public static int Of(IReadOnlyCollection<CheckResult> checks, AppConsole console)
    {
        var failed = checks.Where(check => check.Status == CheckStatus.Fail).ToList();
        foreach (var policy in failed.GroupBy(check => check.Id))
        {
            foreach (var check in policy)
            {
                console.Error.WriteLine($"policy {check.Id} failed: {PolicySection.Subject(check)}: {check.Detail}");
            }

            console.Error.WriteLine($"  {PolicySection.Mend(policy.First())}");
        }

        return failed.Count == 0 ? ExitCode.Done : ExitCode.Refused;
    }
}
