using System.Globalization;
using System.Text.RegularExpressions;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Catalogs;

/// <summary>An instance type with accelerators: what it is made of, wherever it is sold.</summary>
/// <param name="Cloud">The cloud.</param>
/// <param name="InstanceType">The instance type or machine type; Google's N1 with the GPUs attached to it, as <c>n1-standard-8+1xT4</c>.</param>
/// <param name="Gpu">Id of its GPUs in the catalog.</param>
/// <param name="Gpus">GPUs in one instance, at least 1. Types with a fraction of a GPU are not catalogued.</param>
/// <param name="AttachedGpu">True when the GPU is attached to a general machine (Google's N1) rather than built in.</param>
/// <param name="VCpus">Virtual CPUs; null when the source has none. AWS counts its GPU quotas in them.</param>
/// <param name="Memory">Main memory; null when the source has none.</param>
/// <param name="LocalNvme">Local disk that goes with the instance; zero when there is none or none is known.</param>
/// <param name="Network">Network bandwidth of the instance; null when the source has none.</param>
/// <param name="Fabric">The fabric between instances, as <c>EFA v2 x32</c> or <c>GPUDirect-TCPX, 4x200 Gbps</c>; null when none is known.</param>
/// <param name="Interconnect">What joins its GPUs, as <c>NVSwitch 900</c> (GB/s per GPU, both ways) or <c>PCIe</c>; null when not known.</param>
/// <param name="CapacityBlocks">Whether AWS sells it in Capacity Blocks; null when no page says so.</param>
/// <param name="StartsOnDemand">False for types that have a list price and still cannot be started when asked for.</param>
/// <param name="QuotaOnDemand">The quota that on-demand and reserved instances count against; null when not found.</param>
/// <param name="QuotaSpot">The quota that spot instances count against; null when not found.</param>
/// <param name="Source">Where the figures stand.</param>
/// <param name="AsOf">When they were read.</param>
public sealed partial record Machine(
    CloudProvider Cloud,
    string InstanceType,
    string Gpu,
    int Gpus,
    bool AttachedGpu,
    int? VCpus,
    ByteSize? Memory,
    ByteSize LocalNvme,
    ByteRate? Network,
    string? Fabric,
    string? Interconnect,
    bool? CapacityBlocks,
    bool StartsOnDemand,
    string? QuotaOnDemand,
    string? QuotaSpot,
    string Source,
    DateOnly AsOf)
{
    /// <summary>The family: <c>g5</c> of <c>g5.xlarge</c>, <c>a2-highgpu</c> of <c>a2-highgpu-1g</c>.</summary>
    public string Family => Cloud == CloudProvider.External ? InstanceType : Cloud == CloudProvider.Aws
        ? InstanceType[..InstanceType.IndexOf('.', StringComparison.Ordinal)]
        : InstanceType[..InstanceType.LastIndexOf('-')];

    /// <summary>
    /// Network cards by which a replica's machines are joined: those of EFA on AWS, those beside the first of GPUDirect-TCPX on Google Cloud. Null without a fabric, and with one that
    /// this product does not join machines by (RDMA on Google Cloud takes a plug-in of Google's).
    /// </summary>
    public int? FabricCards => Fabric is { } fabric && (Cloud == CloudProvider.Aws ? Efa() : Tcpx()).Match(fabric) is { Success: true } match
        ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
        : null;

    /// <summary>What passes between machines over their fabric at most; null where no fabric is known, or not how fast it is.</summary>
    public ByteRate? FabricRate => Fabric is null ? null : Network;

    /// <summary>True when an instance type begins with a family's name up to a dot, a hyphen or its end: discounts are sold so.</summary>
    public static bool IsOfFamily(string instanceType, string family) =>
        instanceType.StartsWith(family, StringComparison.Ordinal)
        && (instanceType.Length == family.Length || instanceType[family.Length] is '.' or '-');

    /// <summary>As <c>EFA v2 x32</c>.</summary>
    [GeneratedRegex(@"^EFA.* x(\d+)$")]
    private static partial Regex Efa();

    /// <summary>As <c>GPUDirect-TCPX, 4x200 Gbps</c>.</summary>
    [GeneratedRegex(@"^GPUDirect-TCPXO?, (\d+)x\d+ Gbps$")]
    private static partial Regex Tcpx();
}
