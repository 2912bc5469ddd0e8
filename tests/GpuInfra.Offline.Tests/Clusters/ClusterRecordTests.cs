using System.Text;
using GpuInfra.Offline.Policies;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests.Clusters;

/// <summary>Objects in clusters as they are registered; <c>tools/manifests</c> checks the same file against the schemas of their kinds.</summary>
public class ClusterRecordTests
{
    [Fact]
    public async Task Objects_in_clusters_are_as_recorded()
    {
        // Dashboards have a test of their own; rules and figures are written once.
        var objects = (await Cluster.Objects).Where(resource => resource.Type.StartsWith("kubernetes:", StringComparison.Ordinal)
            && !(resource.Inputs.TextAt("metadata", "name")?.StartsWith("gpuinfra-", StringComparison.Ordinal) ?? false)
            && !(resource.Type.EndsWith("PrometheusRule", StringComparison.Ordinal) && resource.Name.StartsWith("gcp", StringComparison.Ordinal)));
        var text = new StringBuilder("{\n\"resources\": [\n")
            .AppendJoin(",\n", objects.OrderBy(resource => resource.Type, StringComparer.Ordinal).ThenBy(resource => resource.Name, StringComparer.Ordinal)
                .Select(resource => $"{{\"type\": \"{resource.Type}\", \"name\": \"{resource.Name}\", \"inputs\": {RecordJson.ToText(resource.Inputs)}}}"))
            .Append("\n]\n}\n");
        Golden.AssertFile("tests/GpuInfra.Offline.Tests/Clusters/objects.json", text.ToString());
    }
}
