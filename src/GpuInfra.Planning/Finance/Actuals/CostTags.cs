using System.Collections.Immutable;
using System.Text.Json;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Finance.Actuals;

/// <summary>Whose a charge is, by the cost tags of its resource. What is not tagged is null.</summary>
/// <param name="Team">The team; <c>shared</c> for what several use.</param>
/// <param name="Serving">The serving.</param>
/// <param name="Pool">The pool.</param>
public sealed record CostOwner(string? Team, string? Serving, string? Pool)
{
    /// <summary>Nobody's.</summary>
    public static CostOwner None { get; } = new(null, null, null);
}

/// <summary>
/// Reads cost tags: JSON, an object by key, or a list of keys and values as Google's labels are. Tags repeat from row to row, so what was
/// read is kept, up to a number.
/// </summary>
/// <param name="tags">What the organisation calls tags.</param>
internal sealed class CostTags(TagPolicy tags)
{
    private const int MostKept = 1 << 14;

    // AWS puts the tag's source before its key (Data Exports, tag columns, read 2026-11-29): those of accounts and cost categories are not the resource's.
    private static readonly ImmutableArray<string> Prefixes = ["resourceTags/user:", "resourceTags/", "user:", "user_", "labels/", "labels."];

    private readonly ImmutableArray<string> _names = [.. new[] { "team", "serving", "pool" }.Select(key => Comparable(tags.NameOf(key)))];
    private readonly Dictionary<byte[], CostOwner?> _known = new(new BytesComparer());

    /// <summary>The owner that tags name; null when they cannot be read.</summary>
    /// <param name="text">The tags; they may still have their quotes doubled.</param>
    /// <param name="plain">Makes them plain.</param>
    public CostOwner? Of(ReadOnlySpan<byte> text, Func<byte[]> plain)
    {
        if (text.IsEmpty)
        {
            return CostOwner.None;
        }

        var known = _known.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (known.TryGetValue(text, out var owner))
        {
            return owner;
        }

        if (_known.Count == MostKept)
        {
            _known.Clear();
        }

        owner = Read(plain());
        known[text] = owner;
        return owner;
    }

    private CostOwner? Read(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var values = new string?[_names.Length];
            foreach (var (key, value) in Pairs(document.RootElement))
            {
                if (Array.IndexOf([.. _names], Comparable(Bare(key))) is >= 0 and var index)
                {
                    values[index] = value;
                }
            }

            return new CostOwner(values[0], values[1], values[2]);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static IEnumerable<(string Key, string? Value)> Pairs(JsonElement root) => root.ValueKind switch
    {
        JsonValueKind.Object => root.EnumerateObject().Select(tag => (tag.Name, tag.Value.ValueKind == JsonValueKind.String ? tag.Value.GetString() : null)),
        JsonValueKind.Array => root.EnumerateArray().Select(tag => (tag.GetProperty("key").GetString()!, tag.GetProperty("value").GetString())),
        JsonValueKind.Null => [],
        _ => throw new JsonException("Tags are an object or a list."),
    };

    private static string Bare(string key) => Prefixes.FirstOrDefault(prefix => key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) is { } prefix ? key[prefix.Length..] : key;

    /// <summary>Keys are alike when Google Cloud would take them for the same label.</summary>
    private static string Comparable(string key) => GoogleLabel.Of(key);

    /// <summary>Compares bytes by what they are.</summary>
    private sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? left, byte[]? right) => left.AsSpan().SequenceEqual(right);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(byte[] bytes) => GetHashCode(bytes.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> bytes)
        {
            var hash = default(HashCode);
            hash.AddBytes(bytes);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> bytes) => bytes.ToArray();
    }
}
