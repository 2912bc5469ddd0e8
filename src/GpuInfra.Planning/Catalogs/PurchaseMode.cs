namespace GpuInfra.Planning.Catalogs;

/// <summary>A way in which an offer can be started. A list price is not a purchase mode: some types have one and cannot be started on it.</summary>
public enum PurchaseMode
{
    /// <summary>Started when asked for, if there is capacity.</summary>
    OnDemand,

    /// <summary>Held by an on-demand capacity reservation (AWS) or a specific reservation (Google Cloud).</summary>
    Reserved,

    /// <summary>Cheap and interruptible.</summary>
    Spot,

    /// <summary>AWS Capacity Blocks: prepaid for a fixed period; never bought by this version.</summary>
    CapacityBlock,
}
