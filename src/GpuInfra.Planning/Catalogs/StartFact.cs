using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Catalogs;

/// <summary>What a machine and a replica on it do before the first token, in this order. The stores are ways to come by the weights.</summary>
public enum StartStage
{
    /// <summary>From the request for a machine to its first command.</summary>
    Boot,

    /// <summary>The GPU driver answers.</summary>
    Driver,

    /// <summary>The engine's container image is pulled and unpacked.</summary>
    EngineImage,

    /// <summary>Weights are copied from a bucket.</summary>
    ObjectStore,

    /// <summary>Weights are read from a file system or disk that machines share.</summary>
    SharedFileSystem,

    /// <summary>Weights come with the machine image.</summary>
    BakedImage,

    /// <summary>Weights are read from the root disk of a machine that was stopped.</summary>
    RootDisk,

    /// <summary>Copied weights are compared with their checksums.</summary>
    Checksum,

    /// <summary>The engine's process starts.</summary>
    Engine,

    /// <summary>Each GPU loads its part of the weights.</summary>
    Load,

    /// <summary>Kernels are compiled, memory is profiled, graphs are captured.</summary>
    WarmUp,
}

/// <summary>How long a stage of a start takes: a fixed time, and bytes at a rate.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Cloud">The cloud it holds on; null for all.</param>
/// <param name="Fixed">Time whatever the bytes.</param>
/// <param name="Bytes">Bytes that are always the same, as an image's; null where the weights count.</param>
/// <param name="Rate">Bytes per second: of a machine for stores and the image, of a core for checksums, of a GPU for loading; null where no bytes count.</param>
/// <param name="Grade">A: the vendor's documentation; B: derived from it; C: a published or own measurement of few; or <c>assumption</c>.</param>
/// <param name="Source">Where it stands, or why it was assumed.</param>
/// <param name="AsOf">The source's date.</param>
public sealed record StartFact(
    StartStage Stage, CloudProvider? Cloud, TimeSpan Fixed, ByteSize? Bytes, ByteRate? Rate, string Grade, string Source, DateOnly AsOf);

/// <summary>A row of <c>start-steps.json</c>.</summary>
internal sealed record StartRow(
    StartStage Stage, CloudProvider? Cloud, double Seconds, double? Gb, double? GbPerSecond, string Grade, string Source, DateOnly AsOf)
{
    public StartFact ToFact() => new(
        Stage,
        Cloud,
        TimeSpan.FromSeconds(Seconds),
        Gb is { } gb ? ByteSize.FromGb(gb) : null,
        GbPerSecond is { } rate ? ByteRate.FromGbPerSecond(rate) : null,
        Grade,
        Source,
        AsOf);
}
