using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Locks;

/// <summary>A lock as the text of its file. The same fleet gives the same text; a text that anybody has changed is refused.</summary>
public static class LockText
{
    /// <summary>The version of the file's format. It grows when an older reader would misread a newer file.</summary>
    public const int Format = 1;

    private const string FormatMember = "fleetLock";
    private const string HashMember = "contentHash";

    /// <summary>The lock as text.</summary>
    public static string Of(FleetLock fleetLock)
    {
        var document = new JsonObject { [FormatMember] = Format, [HashMember] = "" };
        foreach (var (name, value) in JsonSerializer.SerializeToNode(fleetLock, LockJson.Options)!.AsObject())
        {
            document[name] = value?.DeepClone();
        }

        var text = LockLayout.Of(document);
        return text.Replace(Member(""), Member(HashOf(text)), StringComparison.Ordinal);
    }

    /// <summary>True for a text that begins as locks begin, of whatever format and however damaged.</summary>
    public static bool IsLock(ReadOnlySpan<char> start) => start.TrimStart("{ \r\n\t").StartsWith($"\"{FormatMember}\"", StringComparison.Ordinal);

    /// <summary>Reads a lock.</summary>
    /// <param name="text">The text of its file.</param>
    /// <param name="file">How problems name the file.</param>
    /// <exception cref="PlanException">It is no lock, of another format, or not as it was written.</exception>
    public static FleetLock Read(string text, string file)
    {
        if (Parse(text) is not JsonObject document || !document.Remove(FormatMember, out var format))
        {
            throw Refused(file, "is not a lock, or is cut off");
        }

        if (format is not JsonValue || !format.AsValue().TryGetValue<int>(out var version) || version != Format)
        {
            throw Refused(file, $"is of format {format?.ToJsonString() ?? "null"}, and this version reads {Format}");
        }

        var plain = text.ReplaceLineEndings("\n");
        if (!document.Remove(HashMember, out var node) || node is not JsonValue value || !value.TryGetValue<string>(out var hash)
            || HashOf(plain.Replace(Member(hash), Member(""), StringComparison.Ordinal)) != hash)
        {
            throw Refused(file, $"was changed after it was written: its {HashMember} is not that of its content");
        }

        try
        {
            return document.Deserialize<FleetLock>(LockJson.Options)!;
        }
        catch (JsonException exception)
        {
            throw Refused(file, $"was written by another version: {exception.Message}");
        }
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Member(string hash) => $"\"{HashMember}\": \"{hash}\"";

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static PlanException Refused(string file, string message) => new([new PlanProblem(file, 0, 0, "", message)]);
}
