using System.Text;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Configs;

/// <summary>Reads a file that a plan names, from the plan's folder and nowhere else.</summary>
internal static class ConfigFile
{
    private const int MaxBytes = 1_000_000;

    /// <summary>The text of the file.</summary>
    /// <param name="planFile">The plan file that names it.</param>
    /// <param name="path">Its path from the plan's folder.</param>
    public static Parsed<string> Read(string planFile, string path)
    {
        var parts = path.Split('/').SkipWhile(part => part == ".").ToList();
        if (parts.Count == 0 || parts.Any(part => part is "" or "." or ".." || part.AsSpan().ContainsAny('\\', ':')))
        {
            return Parsed<string>.Refused($"{HumanUnits.Quote(path)} must be a file below the plan's folder, as ./my-folder/file");
        }

        try
        {
            var place = Path.GetDirectoryName(planFile) ?? "";
            foreach (var part in parts)
            {
                place = Path.Combine(place, part);
                if (new FileInfo(place).LinkTarget is not null)
                {
                    return Parsed<string>.Refused($"{HumanUnits.Quote(path)} goes through a link: put the file itself below the plan's folder");
                }
            }

            var file = new FileInfo(place);
            return !file.Exists ? Parsed<string>.Refused($"there is no file {HumanUnits.Quote(path)} in the plan's folder")
                : file.Length > MaxBytes ? Parsed<string>.Refused($"{HumanUnits.Quote(path)} is above 1 MB, and what plans name is smaller")
                : Encoding.UTF8.GetString(File.ReadAllBytes(place));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Parsed<string>.Refused($"{HumanUnits.Quote(path)} cannot be read: {problem.Message}");
        }
    }
}
