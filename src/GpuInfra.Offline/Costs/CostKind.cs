namespace GpuInfra.Offline.Costs;

/// <summary>What money is spent on, as cost tables group it.</summary>
public enum CostKind
{
    /// <summary>Running machines, at what the plan pays for them.</summary>
    Machines,

    /// <summary>Reserved capacity that no machine of the stack fills.</summary>
    IdleReservations,

    /// <summary>The machines' disks.</summary>
    Disks,

    /// <summary>Private endpoints of a cloud's services.</summary>
    Endpoints,

    /// <summary>Address translation on the way out.</summary>
    Nat,

    /// <summary>Buckets.</summary>
    Storage,

    /// <summary>File systems that machines share.</summary>
    Files,

    /// <summary>Copies of data in a region that stands by.</summary>
    Copies,

    /// <summary>Encryption keys.</summary>
    Keys,

    /// <summary>Routers' machines, the balancers before them and their names.</summary>
    Routers,

    /// <summary>Monitors' machines, and the passwords of their Grafanas.</summary>
    Monitors,

    /// <summary>Copies and cascades that APIs answer.</summary>
    Apis,

    /// <summary>What a cluster costs beside the machines of its pools: its fee, and its nodes without GPUs.</summary>
    Clusters,

    /// <summary>Machines outside the clouds that servings use.</summary>
    External,

    /// <summary>Held reservations and commitments that are paid and that no machine uses.</summary>
    Unused,
}
