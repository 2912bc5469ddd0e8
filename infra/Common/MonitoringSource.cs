using System.Collections.Immutable;
using System.Globalization;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Routes;

namespace GpuInfra.Infra.Common;

/// <summary>
/// What lets monitors read GPU machines. User data has no room for it, so machines fetch it from the region's bucket by its sum; they start engines whether
/// that succeeds or not.
/// </summary>
internal static class MonitoringSource
{
    /// <summary>What every file's path begins with.</summary>
    private const string Root = "monitoring";

    private static readonly Lazy<MachineFile> Agent = new(() => new(Root, "agent.sh", EmbeddedText.Read("monitoring/agent.sh")));

    private static readonly Lazy<ImmutableArray<MachineFile>> All = new(() =>
    [
        new(Root, "exporters.sh", EmbeddedText.Read("monitoring/exporters.sh")),
        new(Root, "signals.sh", EmbeddedText.Read("monitoring/signals.sh")),
        new(Root, "dcgm-counters.csv", ExporterMetric.DcgmCounters),
    ]);

    /// <summary>The files, in the order in which machines fetch them.</summary>
    public static ImmutableArray<MachineFile> Files(MonitoringPlan plan) => plan.Mode == MonitoringMode.Managed ? [.. All.Value, Agent.Value] : All.Value;

    /// <summary>What monitors read of a machine, by a word for the names of rules.</summary>
    public static ImmutableArray<(string Name, int First, int Last)> Ports { get; } =
    [
        ("engines", EnginePorts.First, EnginePorts.Last),
        ("node", ExporterPorts.Node, ExporterPorts.Node),
        ("dcgm", ExporterPorts.Dcgm, ExporterPorts.Dcgm),
    ];

    /// <summary>What they read of a router.</summary>
    public static ImmutableArray<(string Name, int First, int Last)> Router { get; } = [("router", RouterEntry.HealthPort, RouterEntry.HealthPort)];

    /// <summary>What the bootstrap script does for it, beside its own work; it needs <see cref="MachineFile.Fetcher"/>.</summary>
    /// <param name="plan">Who runs the monitors.</param>
    /// <param name="pool">The machine's pool.</param>
    /// <param name="store">Where figures are sent to, where they are.</param>
    /// <param name="stack">The stack, which figures carry where others' lie beside them.</param>
    public static string Start(MonitoringPlan plan, Pool pool, string store, string stack) => $$"""
        start_monitoring() {
          local folder=/var/lib/gpuinfra-monitoring
          fetch_files "${folder}" {{string.Join(' ', Files(plan).Select(file => file.Key))}} || return 1
          CLOUD=${CLOUD} FIRST_PORT=${FIRST_PORT} DCGM_PORT={{Number(ExporterPorts.Dcgm)}} NODE_PORT={{Number(ExporterPorts.Node)}} bash "${folder}/exporters.sh"{{Send(plan, pool, store, stack)}}
        }
        retry 30 start_monitoring &

        """;

    private static string Send(MonitoringPlan plan, Pool pool, string store, string stack) => plan.Mode != MonitoringMode.Managed ? "" :
        $"\n  CLOUD=${{CLOUD}} STACK={Bootstrap.Quote(stack)} STORE={Bootstrap.Quote(store)} SERVING={Bootstrap.Quote(pool.Serving)} TIER={pool.Tier.Name()} REGION=${{REGION}} POOL=${{POOL}} FIRST_PORT=${{FIRST_PORT}}"
        + $" DCGM_PORT={Number(ExporterPorts.Dcgm)} NODE_PORT={Number(ExporterPorts.Node)} bash \"${{folder}}/agent.sh\"";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
