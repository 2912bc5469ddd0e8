namespace GpuInfra.Planning.Plans;

/// <summary>
/// How long what a stack keeps stays, and in which class, by kind of data. It moves no fleet. Weights that a pool loads are in no rule: they stay where machines read them.
/// </summary>
public sealed record StoragePlan
{
    /// <summary>What holds for a plan that does not say.</summary>
    public static StoragePlan Default { get; } = new();

    /// <summary>Days that older versions of objects stay once they are replaced or deleted, 1 to 3,650. Default: 30.</summary>
    public int OldVersionsDays { get; init; } = 30;

    /// <summary>Checkpoints of training jobs. Default: deleted two weeks after they were written.</summary>
    public Keeping Checkpoints { get; init; } = new(null, null, 14);

    /// <summary>What training gave: weights and adapters. Default: kept.</summary>
    public Keeping Trained { get; init; } = Keeping.Always;

    /// <summary>What is trained on. Default: kept.</summary>
    public Keeping TrainingData { get; init; } = Keeping.Always;

    /// <summary>Input and answers of servings of kind embedding. Default: kept.</summary>
    public Keeping Embeddings { get; init; } = Keeping.Always;

    /// <summary>Input and answers of other servings with a queue. Default: kept.</summary>
    public Keeping Jobs { get; init; } = Keeping.Always;

    /// <summary>Days that machines' logs stay: one of <see cref="LogDaysKnown"/>. Default: 30.</summary>
    public int LogDays { get; init; } = 30;

    /// <summary>A file system that machines which train share; null when there is none.</summary>
    public SharedFiles? TrainingFiles { get; init; }

    /// <summary>The days that CloudWatch Logs can keep, ascending (API reference, PutRetentionPolicy, read 2026-11-29).</summary>
    public static IReadOnlyList<int> LogDaysKnown { get; } =
        [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];
}

/// <summary>How long a kind of data is kept, and from when on in a class that costs less to hold and more to read. Days count from an object's writing.</summary>
/// <param name="InfrequentDays">Days until it is in the class for data that is seldom read; null for never.</param>
/// <param name="ArchiveDays">Days until it is in the class for archives, which is still read at once; null for never.</param>
/// <param name="Days">Days until it is deleted; null for never.</param>
public sealed record Keeping(int? InfrequentDays, int? ArchiveDays, int? Days)
{
    /// <summary>Kept for ever, in the class that it was written in.</summary>
    public static Keeping Always { get; } = new(null, null, null);

    /// <summary>True when nothing ever happens to it.</summary>
    public bool IsAlways => InfrequentDays is null && ArchiveDays is null && Days is null;
}

/// <summary>A file system that the machines of a region share.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="SizeGib">Its size in GiB; a file system that grows by itself is reckoned with it.</param>
public sealed record SharedFiles(FileSystemKind Kind, int SizeGib);

/// <summary>A kind of file system.</summary>
public enum FileSystemKind
{
    /// <summary>NFS: EFS with elastic throughput, Filestore.</summary>
    Nfs,

    /// <summary>Lustre: FSx for Lustre, Managed Lustre. Machines need its client in their image.</summary>
    Lustre,
}
