using System.Text.Json;
using GpuInfra.Offline.Diff.Reading;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Offline.Diff;

/// <summary>A file that <c>gpuinfra preview --record</c> wrote.</summary>
public static class RecordFile
{
    /// <summary>The largest file that is read, in bytes.</summary>
    public const long MostBytes = 50_000_000;

    /// <summary>Reads a record.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shown">The file as the user wrote it.</param>
    /// <exception cref="PlanException">It is missing, too large, no record, or of a newer version.</exception>
    public static StackRecord Read(string path, string shown)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
            {
                throw Bad(shown, Directory.Exists(path)
                    ? "is a directory; name a file that `gpuinfra preview --record FILE` wrote."
                    : "does not exist; `gpuinfra preview --record FILE` writes one.");
            }

            if (file.Length > MostBytes)
            {
                throw Bad(shown, FormattableString.Invariant($"is over {MostBytes / 1_000_000} MB; no record is that large."));
            }

            using var stream = file.OpenRead();
            using var document = JsonDocument.Parse(stream);
            return RecordReader.Read(document.RootElement);
        }
        catch (JsonException problem)
        {
            throw Bad(shown, FormattableString.Invariant(
                $"is not JSON (line {problem.LineNumber + 1}); it should be what `gpuinfra preview --record FILE` wrote."));
        }
        catch (RecordFormatException problem)
        {
            throw Bad(shown, $"is not a record of `gpuinfra preview --record FILE`: {problem.Message}.");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Bad(shown, $"cannot be read: {problem.Message}");
        }
    }

    private static PlanException Bad(string shown, string message) => new([new PlanProblem(shown, 0, 0, "", message)]);
}
