using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// What a replica may ask of its node. A node keeps processors and memory for itself and for what runs on every node; a request that does not leave
/// them is one that no node ever holds, and no autoscaler brings a node for (aws/karpenter-provider-aws issue 5527).
/// </summary>
/// <param name="MilliCores">Thousandths of a processor, at least 100.</param>
/// <param name="Memory">Main memory.</param>
public sealed record NodeRoom(int MilliCores, ByteSize Memory)
{
    /// <summary>GiB that GKE keeps, and EKS no more, of the first 4, the next 4, 8, 112 and all above (Google's "Plan GKE Standard node sizes", read 2026-11-20).</summary>
    private static readonly (double Gib, double Kept)[] KeptMemory = [(4, 0.25), (4, 0.20), (8, 0.10), (112, 0.06), (double.PositiveInfinity, 0.02)];

    /// <summary>Processors that it keeps of the first, the next, two more and all above (the same page).</summary>
    private static readonly (double Cores, double Kept)[] KeptCores = [(1, 0.06), (1, 0.01), (2, 0.005), (double.PositiveInfinity, 0.0025)];

    /// <summary>GiB below which a node puts pods out.</summary>
    private const double EvictionGib = 0.1;

    /// <summary>Processors for what runs on every node: the network's and the disks' agents, the device plugin, the GPUs' and the node's exporters, each asking for 25 to 200 thousandths.</summary>
    private const double AgentCores = 1;

    /// <summary>GiB for the same.</summary>
    private const double AgentGib = 2;

    /// <summary>Parts of a processor below which no request goes, in thousandths.</summary>
    private const int LeastMilliCores = 100;

    /// <summary>What one of a machine's replicas may ask for; null where the catalog does not know the machine's processors or memory.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="replicas">Replicas on it, at least 1.</param>
    public static NodeRoom? Of(Machine machine, int replicas)
    {
        if (machine.VCpus is not { } cores || machine.Memory is not { } memory)
        {
            return null;
        }

        var free = (Cores: cores - Kept(cores, KeptCores) - AgentCores, Gib: memory.TotalGib - Kept(memory.TotalGib, KeptMemory) - EvictionGib - AgentGib);
        return new NodeRoom(
            Math.Max(LeastMilliCores, (int)Math.Floor(free.Cores * 1000 / replicas / LeastMilliCores) * LeastMilliCores),
            ByteSize.FromGib(Math.Max(1, Math.Floor(free.Gib / replicas))));
    }

    /// <summary>What every machine that a pool may run on has room for, per replica; null where one is not known.</summary>
    /// <param name="catalog">Machines.</param>
    /// <param name="pool">The pool.</param>
    public static NodeRoom? Of(Catalog catalog, Pool pool)
    {
        var rooms = pool.Ladder.Select(rung => catalog.FindMachine(pool.Cloud, rung.InstanceType) is { } machine ? Of(machine, rung.ReplicasPerInstance) : null).ToList();
        return rooms.Contains(null) ? null : new NodeRoom(rooms.Min(room => room!.MilliCores), ByteSize.FromGib(rooms.Min(room => room!.Memory.TotalGib)));
    }

    private static double Kept(double whole, (double Size, double Kept)[] steps)
    {
        var (kept, left) = (0.0, whole);
        foreach (var (size, share) in steps)
        {
            kept += Math.Min(left, size) * share;
            left = Math.Max(0, left - size);
        }

        return kept;
    }
}
