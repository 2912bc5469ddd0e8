using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using GpuInfra.Planning.Monitoring;

namespace GpuInfra.Infra.Common;

/// <summary>A file in a region's bucket that GPU machines read when monitors watch them.</summary>
/// <param name="Name">The file's name on the machine; <c>exporters.sh</c>.</param>
/// <param name="Content">Its text.</param>
internal sealed record ExporterFile(string Name, string Content)
{
    /// <summary>SHA-256 of the text.</summary>
    public string Sum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Content)));

    /// <summary>Where it is in the bucket: another text is another file, so that a machine never gets one half new.</summary>
    public string Key => $"{MonitoringSource.Root}/{Sum}/{Name}";

    /// <summary>What of it stands in a resource's name.</summary>
    public string Label => Name.Split('.')[0];
}

/// <summary>
/// What lets monitors read GPU machines. User data has no room for it, so machines fetch it from the region's bucket by its sum; they start engines whether
/// that succeeds or not.
/// </summary>
internal static class MonitoringSource
{
    /// <summary>What every file's path begins with.</summary>
    public const string Root = "monitoring";

    private static readonly Lazy<ImmutableArray<ExporterFile>> All = new(() =>
    [
        new("exporters.sh", EmbeddedText.Read("monitoring/exporters.sh")),
        new("signals.sh", EmbeddedText.Read("monitoring/signals.sh")),
        new("dcgm-counters.csv", ExporterMetric.DcgmCounters),
    ]);

    /// <summary>The files, in the order in which machines fetch them.</summary>
    public static ImmutableArray<ExporterFile> Files => All.Value;

    /// <summary>What monitors read of a machine, by a word for the names of rules.</summary>
    public static ImmutableArray<(string Name, int First, int Last)> Ports { get; } =
    [
        ("engines", EnginePorts.First, EnginePorts.Last),
        ("node", ExporterPorts.Node, ExporterPorts.Node),
        ("dcgm", ExporterPorts.Dcgm, ExporterPorts.Dcgm),
    ];

    /// <summary>What the bootstrap script does for it, beside its own work.</summary>
    public static string Start => $$"""
        start_monitoring() {
          local folder=/var/lib/gpuinfra-monitoring wanted
          mkdir -p "${folder}"
          for wanted in {{string.Join(' ', Files.Select(file => $"{file.Sum}/{file.Name}"))}}; do
            if [[ ${CLOUD} == aws ]]; then
              aws s3 cp --region "${REGION}" --only-show-errors "s3://${BUCKET}/{{Root}}/${wanted}" "${folder}/"
            else
              gcloud --quiet storage cp "gs://${BUCKET}/{{Root}}/${wanted}" "${folder}/"
            fi && sha256sum --check --quiet - <<< "${wanted%/*}  ${folder}/${wanted#*/}" || return 1
          done
          CLOUD=${CLOUD} FIRST_PORT=${FIRST_PORT} DCGM_PORT={{Number(ExporterPorts.Dcgm)}} NODE_PORT={{Number(ExporterPorts.Node)}} bash "${folder}/exporters.sh"
        }
        retry 30 start_monitoring &

        """;

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
