namespace GpuInfra.Planning.Catalogs;

/// <summary>Where a starting replica finds its weights, plainest first.</summary>
public enum WeightStore
{
    /// <summary>A bucket in the region: every new machine copies them.</summary>
    ObjectStore,

    /// <summary>A file system or disk that all machines of the region or zone read: EFS on AWS, which is deployed where it is chosen, Hyperdisk ML on Google Cloud.</summary>
    SharedFileSystem,

    /// <summary>The machine image, with the engine's image: EBS snapshot or Persistent Disk image.</summary>
    BakedImage,

    /// <summary>The machine's own disks, from an earlier start: only an engine that starts again on its machine has them.</summary>
    LocalCache,

    /// <summary>A machine's root disk, which has the engine too: the machine was prepared, stopped, and starts again. Its local disks are empty by then.</summary>
    StoppedStandby,

    /// <summary>A machine that runs already with its replicas loaded, and waits.</summary>
    WarmStandby,
}
