using System.Collections.Immutable;
using GpuInfra.Cli.Csv;
using GpuInfra.Cli.Reports;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Cli.Import;

/// <summary>
/// Makes <c>machines.json</c> of <c>instances.csv</c>. Whether a type starts on demand, and where its facts stand, is kept by hand and
/// taken over from the catalog. Types with a fraction of a GPU are left out: a replica takes whole ones.
/// </summary>
internal static class MachineFacts
{
    /// <summary>The file, and the types in it. <paramref name="newest"/> dates types that the catalog lacks.</summary>
    public static (string File, ImmutableHashSet<(CloudProvider Cloud, string Type)> Types) Read(
        string directory, Catalog catalog, DateOnly newest, List<string> notes)
    {
        var known = catalog.Machines.ToDictionary(machine => (machine.Cloud, machine.InstanceType));
        var rows = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var types = ImmutableHashSet.CreateBuilder<(CloudProvider, string)>();
        foreach (var row in CsvFile.ReadAll(
            Path.Combine(directory, "instances.csv"),
            "instance_type", "cloud", "gpu", "gpu_count", "vcpus", "memory_gib", "local_nvme_gb", "network_gbps", "efa_or_gpudirect",
            "gpu_interconnect", "capacity_blocks", "quota_code_on_demand", "quota_code_spot"))
        {
            var (cloud, type) = (row.Cloud("cloud"), row["instance_type"]);
            if (row.Number("gpu_count") is not { } gpus || gpus % 1 != 0 || gpus == 0)
            {
                notes.Add($"instances.csv: {type} has {row["gpu_count"]} of a GPU and is left out: a replica takes whole ones");
            }
            else if (catalog.FindGpu(row["gpu"]) is not { } gpu)
            {
                notes.Add($"instances.csv: {type} has a GPU {row["gpu"]} that the catalog lacks and is left out");
            }
            else
            {
                var machine = known.GetValueOrDefault((cloud, type));
                if (machine is null)
                {
                    notes.Add($"instances.csv: {type} is new; check by hand whether it starts on demand");
                }

                rows[$"{Format.Cloud(cloud)}/{type}"] = Row(row, cloud, type, gpu, gpus, machine, newest);
                types.Add((cloud, type));
            }
        }

        return (JsonRows.File(rows.Values), types.ToImmutable());
    }

    private static string Row(CsvRow row, CloudProvider cloud, string type, Gpu gpu, decimal gpus, Machine? kept, DateOnly newest) => JsonRows.Row(
        ("cloud", JsonRows.Text(Format.Cloud(cloud))),
        ("instanceType", JsonRows.Text(type)),
        ("gpu", JsonRows.Text(gpu.Id)),
        ("gpusPerInstance", JsonRows.Number(gpus)),
        ("attachedGpu", JsonRows.Flag(type.Contains('+'))),
        ("vCpus", JsonRows.Number(row.Number("vcpus"))),
        ("memoryGib", JsonRows.Number(row.Number("memory_gib"))),
        ("localNvmeGb", JsonRows.Number(row.Number("local_nvme_gb"))),
        ("networkGbitPerSecond", JsonRows.Number(row.Number("network_gbps"))),
        ("fabric", JsonRows.Text(Fabric(row["efa_or_gpudirect"]))),
        ("interconnect", JsonRows.Text(row.Optional("gpu_interconnect"))),
        ("capacityBlocks", JsonRows.Flag(row["capacity_blocks"] switch
        {
            "yes" => true,
            "no" => false,
            "" => null,
            _ => throw row.Wrong("capacity_blocks", "yes, no or blank"),
        })),
        ("startsOnDemand", JsonRows.Flag(kept?.StartsOnDemand ?? true)),
        ("quotaOnDemand", JsonRows.Text(row.Optional("quota_code_on_demand"))),
        ("quotaSpot", JsonRows.Text(row.Optional("quota_code_spot"))),
        ("source", JsonRows.Text(kept?.Source ?? "instances.csv")),
        ("asOf", JsonRows.Day(kept?.AsOf ?? newest)));

    /// <summary><c>yes (EFA v2 x32)</c> is written as <c>EFA v2 x32</c>; no and blank as null.</summary>
    private static string? Fabric(string text) => text.StartsWith("yes", StringComparison.Ordinal) ? text[3..].Trim(' ', '(', ')') : null;
}
