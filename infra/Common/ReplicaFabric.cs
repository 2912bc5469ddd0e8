using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Infra.Common;

/// <summary>What connects the machines of a replica that spans several: on AWS the Elastic Fabric Adapter, on Google Cloud network interfaces beside the first.</summary>
/// <param name="Cards">Network cards of a machine that carry data, at least 1.</param>
internal sealed record ReplicaFabric(int Cards)
{
    /// <summary>Bytes of a packet of the networks for data between Google's machines (cluster-toolkit, A3 blueprints).</summary>
    public const int GoogleMtu = 8244;

    /// <summary>What the machines of a pool have; null where a replica has room on one, or where they have none that is made here.</summary>
    public static ReplicaFabric? Of(Pool pool) => pool.NodesPerReplica > 1 && MachineOf(pool)?.FabricCards is { } cards ? new ReplicaFabric(cards) : null;

    /// <summary>Why the machines of a pool cannot be connected; null where they can.</summary>
    public static string? Refusal(Pool pool) => MachineOf(pool)?.FabricCards is not null ? null
        : MachineOf(pool)?.Fabric is { } fabric && fabric.Contains("RDMA", StringComparison.Ordinal)
            ? $"{pool.InstanceType} speaks RDMA over networks of one zone through Google's own plug-in for NCCL, which neither image nor script here brings; choose machines with {Known}"
            : $"{pool.InstanceType} has no fabric that the catalog knows; choose machines with {Known}";

    private const string Known = "EFA or GPUDirect-TCPX";

    private static Machine? MachineOf(Pool pool) => Catalog.Embedded.FindMachine(pool.Cloud, pool.InstanceType);
}
