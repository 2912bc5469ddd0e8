using System.Security.Cryptography;
using System.Text;
using Pulumi;

namespace GpuInfra.Infra.Common;

/// <summary>A function's program as the clouds take it: files by name.</summary>
internal static class FunctionFiles
{
    /// <summary>The files as an archive.</summary>
    public static AssetArchive Archive(SortedDictionary<string, string> files) =>
        new(files.ToDictionary(file => file.Key, AssetOrArchive (file) => new StringAsset(file.Value)));

    /// <summary>SHA-256 of the files: the same program has the same, and any change another.</summary>
    public static string Hash(SortedDictionary<string, string> files) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(files.Select(file => $"{file.Key}\n{file.Value.Length}\n{file.Value}")))));
}
