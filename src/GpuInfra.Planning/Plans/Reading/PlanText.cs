using System.Buffers;
using System.Text;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Reading;

/// <summary>The text of a plan file, after the checks that need no YAML: it is there, it is text, and it is of a sensible size.</summary>
internal static class PlanText
{
    /// <summary>The largest plan file taken. The plans of a real organisation are a hundredth of it.</summary>
    public const int MaxBytes = 1_000_000;

    private static readonly SearchValues<char> ControlCharacters = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(letter => char.IsControl(letter) && letter is not ('\n' or '\r' or '\t'))]);

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file; null after noting why it cannot be read. The size is looked at before the content.</summary>
    public static string? Read(string path, PlanReading reading)
    {
        try
        {
            if (Directory.Exists(path))
            {
                return Refuse(path, "is a directory; name the plan file in it", reading);
            }

            var file = new FileInfo(path);
            if (!file.Exists)
            {
                return Refuse(path, $"no such file{SimilarFile(file)}", reading);
            }

            return file.Length > MaxBytes
                ? Refuse(path, FormattableString.Invariant($"is {file.Length / 1e6:F1} MB; a plan is at most 1 MB"), reading)
                : ReadBytes(path) is { } bytes
                    ? Decode(bytes, path, reading)
                    : Refuse(path, "has no end within 1 MB; a plan is at most that", reading);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return Refuse(path, $"cannot be read: {problem.Message}", reading);
        }
    }

    /// <summary>Checks text that comes from elsewhere; null after noting what is wrong with it.</summary>
    public static string? Check(string text, string file, PlanReading reading)
    {
        if (text.Length > MaxBytes)
        {
            return Refuse(file, FormattableString.Invariant($"is {text.Length / 1e6:F1} MB; a plan is at most 1 MB"), reading);
        }

        var control = text.AsSpan().IndexOfAny(ControlCharacters);
        if (control >= 0)
        {
            return Refuse(file, text[..control], "is binary, or holds control characters; a plan is UTF-8 text", reading);
        }

        return string.IsNullOrWhiteSpace(text) ? Refuse(file, "", "the plan is empty", reading) : text;
    }

    /// <summary>The file's bytes; null when there are too many. Pipes and devices tell no length beforehand, and some never end.</summary>
    private static byte[]? ReadBytes(string path)
    {
        using var stream = File.OpenRead(path);
        var buffer = new byte[MaxBytes + 1];
        var count = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return count > MaxBytes ? null : buffer[..count];
    }

    /// <summary>The text of a file's bytes; null after noting what is wrong with it.</summary>
    public static string? Decode(byte[] bytes, string path, PlanReading reading)
    {
        try
        {
            return Check(StrictUtf8.GetString(bytes).TrimStart('\uFEFF'), path, reading);
        }
        catch (DecoderFallbackException problem)
        {
            var before = Encoding.Latin1.GetString(bytes, 0, Math.Max(0, problem.Index));
            return Refuse(path, before, FormattableString.Invariant($"is not UTF-8 text (byte {problem.Index})"), reading);
        }
    }

    private static string SimilarFile(FileInfo file) => file.Directory is { Exists: true } folder
        ? Suggestion.DidYouMean(file.Name, folder.EnumerateFiles("*.yaml").Take(1_000).Select(other => other.Name))
        : $", and no directory {HumanUnits.Quote(file.DirectoryName ?? "")}";

    /// <summary>Refuses what stands after <paramref name="before"/>.</summary>
    private static string? Refuse(string file, string before, string message, PlanReading reading)
    {
        var line = before.LastIndexOf('\n') + 1;
        reading.Refuse(new PlanProblem(file, before.Count(letter => letter == '\n') + 1, before.Length - line + 1, "", message));
        return null;
    }

    private static string? Refuse(string file, string message, PlanReading reading)
    {
        reading.Refuse(new PlanProblem(file, 0, 0, "", message));
        return null;
    }
}
