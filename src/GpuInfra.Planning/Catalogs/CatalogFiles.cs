using System.Collections.Immutable;
using System.Security.Cryptography;

namespace GpuInfra.Planning.Catalogs;

/// <summary>The catalog's data files: those embedded in this assembly, or those of another revision.</summary>
/// <param name="files">Their bytes by name, as <c>offers/aws-us-east-1.json</c>.</param>
internal sealed class CatalogFiles(ImmutableSortedDictionary<string, byte[]> files)
{
    private const string Prefix = "Catalog/";
    private const string OfferFolder = "offers/";

    /// <summary>Those of this assembly.</summary>
    public static CatalogFiles Embedded { get; } = new(typeof(CatalogFiles).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToImmutableSortedDictionary(name => name[Prefix.Length..].Replace('\\', '/'), Read, StringComparer.Ordinal));

    /// <summary>Other files in place of these; of these, only those stay whose kind the others lack. Regions are the others' alone.</summary>
    public CatalogFiles Replaced(IReadOnlyDictionary<string, byte[]> others) => new(
        files.Where(file => !file.Key.Contains('/', StringComparison.Ordinal)).ToImmutableSortedDictionary(StringComparer.Ordinal).SetItems(others));

    /// <summary>The bytes of a file.</summary>
    /// <exception cref="InvalidDataException">It is missing.</exception>
    public byte[] this[string file] =>
        files.GetValueOrDefault(file) ?? throw new InvalidDataException($"The catalog file {file} is missing.");

    /// <summary>Regions that have a file of offers.</summary>
    public IEnumerable<(CloudProvider Cloud, string Region)> Regions => files.Keys
        .Where(file => file.StartsWith(OfferFolder, StringComparison.Ordinal))
        .Select(file => Path.GetFileNameWithoutExtension(file).Split('-', 2))
        .Select(parts => (Enum.Parse<CloudProvider>(parts[0], ignoreCase: true), parts[1]));

    /// <summary>The file of a region's offers.</summary>
    public static string OffersOf(CloudProvider cloud, string region) => $"{OfferFolder}{JsonText.Word(cloud)}-{region}.json";

    /// <summary>SHA-256 of all names and bytes in order of name, in hexadecimal; nothing is parsed for it.</summary>
    public string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, bytes) in files)
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(name));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static byte[] Read(string resource)
    {
        using var stream = typeof(CatalogFiles).Assembly.GetManifestResourceStream(resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
