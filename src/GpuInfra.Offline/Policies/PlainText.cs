using System.IO.Compression;
using System.Text;
using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>A text that a record shows, also where it is coded in Base64 or packed, as user data is.</summary>
/// <param name="Subject">The URN or stack that holds it.</param>
/// <param name="Path">Where, as <c>inputs.userData (decoded)</c>.</param>
/// <param name="Content">The text.</param>
internal sealed record PlainText(string Subject, string Path, string Content)
{
    /// <summary>Shorter ones hold no secret, and ordinary words are Base64 too.</summary>
    private const int ShortestCoded = 24;

    /// <summary>User data has at most 16 KiB; what unpacks to more than this is not looked through further.</summary>
    private const int LongestUnpacked = 1 << 20;

    private const int Depth = 2;

    /// <summary>All texts in a value, except what is marked secret.</summary>
    public static IEnumerable<PlainText> Of(string subject, string path, PropertyValue value) => value switch
    {
        PropertyValue.Text text => Layers(subject, path, text.Value, Depth),
        PropertyValue.AssetValue asset => Layers(subject, path, asset.Content, Depth),
        PropertyValue.List list => list.Items.SelectMany((item, i) => Of(subject, $"{path}[{i}]", item)),
        PropertyValue.Map map => map.Members.SelectMany(member => Of(subject, $"{path}.{member.Key}", member.Value)),
        _ => [],
    };

    /// <summary>All texts in a value that are marked secret.</summary>
    public static IEnumerable<string> Secrets(PropertyValue value) => value switch
    {
        PropertyValue.Secret secret => Of("", "", secret.Element).Select(text => text.Content),
        PropertyValue.List list => list.Items.SelectMany(Secrets),
        PropertyValue.Map map => map.Members.Values.SelectMany(Secrets),
        _ => [],
    };

    private static IEnumerable<PlainText> Layers(string subject, string path, string content, int depth)
    {
        yield return new PlainText(subject, path, content);
        if (depth > 0 && Decoded(content) is { } inner)
        {
            foreach (var layer in Layers(subject, path.EndsWith(')') ? path : $"{path} (decoded)", inner, depth - 1))
            {
                yield return layer;
            }
        }
    }

    private static string? Decoded(string content)
    {
        var trimmed = content.Trim();
        var bytes = new byte[trimmed.Length];
        if (trimmed.Length < ShortestCoded || !Convert.TryFromBase64String(trimmed, bytes, out var length))
        {
            return null;
        }

        var data = bytes.AsMemory(0, length);
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(IsPacked(data.Span) ? Unpack(data) : data.Span);
        }
        catch (Exception notText) when (notText is DecoderFallbackException or InvalidDataException)
        {
            return null;
        }
    }

    private static bool IsPacked(ReadOnlySpan<byte> data) => data.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]);

    private static byte[] Unpack(ReadOnlyMemory<byte> data)
    {
        using var packed = new GZipStream(new MemoryStream(data.ToArray()), CompressionMode.Decompress);
        var buffer = new byte[LongestUnpacked];
        return buffer[..packed.ReadAtLeast(buffer, LongestUnpacked, throwOnEndOfStream: false)];
    }
}
