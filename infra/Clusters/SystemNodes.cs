using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Infra.Clusters;

/// <summary>
/// The nodes of a cluster without GPUs: names, monitoring, autoscaling and routers run there. With them on GPU nodes, no such node could ever leave.
/// </summary>
internal static class SystemNodes
{
    /// <summary>Their role, as a label: what belongs on them asks for it.</summary>
    public const string Role = "system";

    /// <summary>How many, over the region's zones: one may fail and another be renewed.</summary>
    public const int Count = 3;

    /// <summary>Their type: four processors and 16 GiB, of which a Prometheus for some hundred engines takes the greater part of one.</summary>
    public static string Type(CloudProvider cloud) => cloud == CloudProvider.Aws ? "m7i.xlarge" : "e2-standard-4";
}
