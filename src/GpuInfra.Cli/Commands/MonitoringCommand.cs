using System.CommandLine;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Monitoring.Dashboards;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra monitoring</c>: the alerts and dashboards of a stack, computed from what it deploys.</summary>
internal static class MonitoringCommand
{
    private const string Examples = """
        Alerts and dashboards of what a stack deploys, with thresholds computed from its plan

        Examples:
          gpuinfra monitoring --stack prod
          gpuinfra monitoring --stack prod --files . --runbooks https://git.example.com/acme/gpuinfra/blob/main/
        """;

    public static Command Create(AppConsole console)
    {
        var files = OutputOptions.DirectoryOption("--files", "Also write prometheus.json and rules.json for Prometheus, alertmanager.json where the plan has monitoring, dcgm-counters.csv for the DCGM exporter and the dashboards for Grafana to a directory");
        var runbooks = new Option<Uri?>("--runbooks")
        {
            Description = "Where the repository can be read, for the links to runbooks, as https://git.example.com/gpuinfra/blob/main; else what the plan says",
            HelpName = "URL",
            CustomParser = result =>
            {
                if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address) && address.Scheme is "https" or "http")
                {
                    return address;
                }

                result.AddError($"--runbooks: '{result.Tokens[0].Value}' is not an address that begins with https://.");
                return null;
            },
        };
        var command = new Command("monitoring", Examples);
        var plan = new PlanOptions(command, console);
        command.Options.Add(files);
        command.Options.Add(runbooks);
        var output = new OutputOptions(command, console);
        command.SetAction(parsed =>
        {
            var (file, directory) = (output.Out(parsed), output.Directory(parsed, files));
            var fleet = plan.Source(parsed).Deployed();
            var isManaged = fleet.Plan.Monitoring?.Mode == MonitoringMode.Managed;
            var rules = isManaged ? AlertRules.Of(fleet, Catalog.Embedded).Managed : AlertRules.Of(fleet, Catalog.Embedded);
            var text = rules.ToText(fleet.Stack, parsed.GetValue(runbooks) ?? fleet.Plan.Monitoring?.Runbooks);
            var results = new Results(console);
            results.Add(output.Render(parsed, () => text, () => MonitoringReport.Of(fleet, rules)), file);
            if (directory is not null)
            {
                results.Add(text, directory("rules.json"));
                if (!isManaged)
                {
                    results.Add(PrometheusConfig.Of(fleet), directory("prometheus.json"));
                }

                if (fleet.Plan.Monitoring is { } monitoring && !isManaged)
                {
                    results.Add(AlertmanagerConfig.Of(monitoring), directory("alertmanager.json"));
                }

                results.Add(ExporterMetric.DcgmCounters, directory("dcgm-counters.csv"));
                foreach (var dashboard in DashboardSet.All)
                {
                    results.Add(DashboardJson.ToText(dashboard), directory($"{dashboard.Id}.json"));
                }
            }

            results.Write();
            return ExitCode.Done;
        });
        return command;
    }
}
