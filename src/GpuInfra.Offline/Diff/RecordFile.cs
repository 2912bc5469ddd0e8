using GpuInfra.Offline.Diff.Reading;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Offline.Diff;

/// <summary>A file that <c>gpuinfra preview --record</c> wrote.</summary>
public static class RecordFile
{
    /// <summary>The largest file that is read, in bytes.</summary>
    public const long MostBytes = JsonFile.MostBytes;

    /// <summary>Reads a record.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shown">The file as the user wrote it.</param>
    /// <exception cref="PlanException">It is missing, too large, no record, or of a newer version.</exception>
    public static StackRecord Read(string path, string shown) =>
        JsonFile.Read(path, shown, "what `gpuinfra preview --record FILE` wrote", RecordReader.Read);
}
