using System.Security.Cryptography;
using System.Text;
using Pulumi.Offline;

namespace GpuInfra.Offline.Diff;

/// <summary>Values as a diff shows them.</summary>
internal static class ShownValue
{
    /// <summary>What stands for a value that only the cloud knows.</summary>
    public const string Computed = "known after the deployment";

    /// <summary>What stands for nothing.</summary>
    public const string Absent = "(none)";

    private const string Secret = "secret, cannot be compared";
    private const int MostCharacters = 100;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The value in one short line.</summary>
    public static string Of(PropertyValue? value) => value switch
    {
        null or PropertyValue.Null => Absent,
        PropertyValue.Unknown => Computed,
        PropertyValue.Secret => Secret,
        PropertyValue.Text { Value: var text } when Script(value) is { } script =>
            FormattableString.Invariant($"script of {script.Split('\n').Length} lines, SHA-256 {Hash(text)[..12]}"),
        PropertyValue.Text { Value: var text } => Shorten(text.Length == 0 ? "\"\"" : text),
        _ => Shorten(RecordJson.ToText(value)),
    };

    /// <summary>The text of several lines that a value is, in plain or in base64; null for anything else.</summary>
    public static string? Script(PropertyValue? value)
    {
        if (value is not PropertyValue.Text { Value: var text })
        {
            return null;
        }

        var plain = text.Contains('\n', StringComparison.Ordinal) ? text : Decoded(text);
        return plain?.Trim('\n') is { } script && script.Contains('\n', StringComparison.Ordinal) ? script : null;
    }

    /// <summary>SHA-256 of a text, in hexadecimal.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string? Decoded(string text)
    {
        var bytes = new byte[text.Length];
        if (text.Length < 16 || !Convert.TryFromBase64String(text, bytes, out var length))
        {
            return null;
        }

        try
        {
            return StrictUtf8.GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static string Shorten(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= MostCharacters ? line : $"{line[..(MostCharacters - 20)]}…{line[^18..]}";
    }
}
