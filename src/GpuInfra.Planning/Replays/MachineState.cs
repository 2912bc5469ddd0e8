namespace GpuInfra.Planning.Replays;

/// <summary>What a machine is doing.</summary>
internal enum MachineState
{
    /// <summary>There is none.</summary>
    Off,

    /// <summary>It was asked for and is not ready.</summary>
    Starting,

    /// <summary>Its replicas take requests.</summary>
    Up,

    /// <summary>Its replicas end what they have.</summary>
    Draining,
}

/// <summary>A machine of a pool, or the place for one.</summary>
/// <param name="zone">The zone that it is in, by number.</param>
/// <param name="firstReplica">The number of its first replica in the serving.</param>
internal sealed class Machine(int zone, int firstReplica)
{
    /// <summary>The zone that it is in, by number.</summary>
    public int Zone { get; set; } = zone;

    /// <summary>The number of its first replica in the serving.</summary>
    public int FirstReplica => firstReplica;

    /// <summary>What it is doing.</summary>
    public MachineState State { get; set; }

    /// <summary>Grows whenever its state changes, so that what was planned for an earlier state does not happen.</summary>
    public int Version { get; set; }
}
