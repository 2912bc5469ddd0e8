using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using GpuInfra.Planning.Catalogs;
using Pulumi;

namespace GpuInfra.Infra.Common;

/// <summary>A function's program as the clouds take it: files by name.</summary>
internal static class FunctionFiles
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The files as an archive.</summary>
    public static AssetArchive Archive(SortedDictionary<string, string> files) =>
        new(files.ToDictionary(file => file.Key, AssetOrArchive (file) => new StringAsset(file.Value)));

    /// <summary>Settings as a program reads them beside itself.</summary>
    public static string Settings(object settings) => JsonSerializer.Serialize(settings, Json) + "\n";

    /// <summary>What a stack calls its tags, as a cloud writes them.</summary>
    public static Dictionary<string, string> TagNames(RegionFleet region, IEnumerable<string> tags) => tags.ToDictionary(
        tag => tag, tag => region.Cloud == CloudProvider.Gcp ? TagSet.Key(region.Tags.KeyOf(tag)) : region.Tags.KeyOf(tag));

    /// <summary>SHA-256 of the files: the same program has the same, and any change another.</summary>
    public static string Hash(SortedDictionary<string, string> files) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(files.Select(file => $"{file.Key}\n{file.Value.Length}\n{file.Value}")))));
}
