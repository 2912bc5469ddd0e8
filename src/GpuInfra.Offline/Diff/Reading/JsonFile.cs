using System.Text.Json;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Offline.Diff.Reading;

/// <summary>Reads JSON files that this or another program wrote. Whatever is wrong with one is told as the user's mistake, with the file's name.</summary>
internal static class JsonFile
{
    /// <summary>The largest file that is read, in bytes.</summary>
    public const long MostBytes = 250_000_000;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shown">The file as the user wrote it.</param>
    /// <param name="expected">What it should be, as <c>what `pulumi stack output --json` wrote</c>.</param>
    /// <param name="read">Reads the document.</param>
    /// <exception cref="PlanException">It is missing, too large, cut off, something else, or of a newer version.</exception>
    public static T Read<T>(string path, string shown, string expected, Func<RecordNode, T> read)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
            {
                throw Bad(shown, Directory.Exists(path) ? $"is a directory; name a file: {expected}." : $"does not exist; it should be {expected}.");
            }

            if (file.Length > MostBytes)
            {
                throw Bad(shown, FormattableString.Invariant($"is over {MostBytes / 1_000_000} MB; none is that large."));
            }

            using var stream = file.OpenRead();
            using var document = JsonDocument.Parse(stream);
            return read(new RecordNode(document.RootElement, ""));
        }
        catch (JsonException problem)
        {
            throw Bad(shown, FormattableString.Invariant($"is not JSON (line {problem.LineNumber + 1}), or is cut off; it should be {expected}."));
        }
        catch (RecordFormatException problem)
        {
            throw Bad(shown, $"is not {expected}: {problem.Message}.");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Bad(shown, $"cannot be read: {problem.Message}");
        }
    }

    private static PlanException Bad(string shown, string message) => new([new PlanProblem(shown, 0, 0, "", message)]);
}
