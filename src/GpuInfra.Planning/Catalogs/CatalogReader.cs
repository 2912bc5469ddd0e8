using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace GpuInfra.Planning.Catalogs;

/// <summary>Reads the catalog data embedded in this assembly: JSON files with one row a line, units in the field names.</summary>
internal static class CatalogReader
{
    private const string UnitPriceFile = "services.json";

    private static readonly string[] Files = ["gpus.json", "models.json", "offers.json", "profiles.json", UnitPriceFile];

    /// <summary>Reads and checks the embedded data.</summary>
    /// <exception cref="InvalidDataException">A row is malformed: a defect of this assembly, not of the user.</exception>
    public static Catalog ReadEmbedded()
    {
        var data = Files.ToDictionary(file => file, ReadResource);
        var hash = SHA256.HashData(Files.SelectMany(file => data[file]).ToArray());
        return new Catalog(
            Rows(data["gpus.json"], CatalogJson.Default.GpuRowArray, row => row.ToGpu(), gpu => gpu.Id),
            Rows(data["models.json"], CatalogJson.Default.ModelRowArray, row => row.ToModel(), model => model.Id),
            Rows(data["offers.json"], CatalogJson.Default.OfferRowArray, row => row.ToOffer(), offer => offer.Id),
            Rows(data["profiles.json"], CatalogJson.Default.ProfileRowArray, row => row.ToProfile(), profile => profile.Id),
            () => Rows(
                data[UnitPriceFile], CatalogJson.Default.UnitPriceRowArray, row => row.ToUnitPrice(), price => $"{price.Cloud}/{price.Region}/{price.Sku}"),
            Convert.ToHexStringLower(hash));
    }

    private static byte[] ReadResource(string file)
    {
        using var stream = typeof(CatalogReader).Assembly.GetManifestResourceStream($"Catalog/{file}")
            ?? throw new InvalidDataException($"The catalog file {file} is not embedded in this assembly.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static ImmutableArray<T> Rows<TRow, T>(
        byte[] json,
        System.Text.Json.Serialization.Metadata.JsonTypeInfo<TRow[]> type,
        Func<TRow, T> convert,
        Func<T, string> key) =>
        [.. JsonSerializer.Deserialize(json, type)!.Select(convert).OrderBy(key, StringComparer.Ordinal)];
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(GpuRow[]))]
[JsonSerializable(typeof(ModelRow[]))]
[JsonSerializable(typeof(OfferRow[]))]
[JsonSerializable(typeof(ProfileRow[]))]
[JsonSerializable(typeof(UnitPriceRow[]))]
internal sealed partial class CatalogJson : JsonSerializerContext;
