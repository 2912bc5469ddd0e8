using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using GpuInfra.Infra.Common;

namespace GpuInfra.Infra.Clusters;

/// <summary>What containers of engines run, the same for all pools: what differs is in their environment, so that a changed model changes one Deployment.</summary>
internal static class ClusterFiles
{
    /// <summary>The object that holds them.</summary>
    public const string Name = "engine-files";

    /// <summary>Where containers find them.</summary>
    public const string Path = "/etc/gpuinfra";

    private static readonly Lazy<ImmutableSortedDictionary<string, string>> All = new(() => new Dictionary<string, string>
    {
        ["weights.sh"] = $$"""
            #!/usr/bin/env bash
            set -euo pipefail
            log() { echo "gpuinfra: $*"; }
            {{Bootstrap.FetchesWeights}}{{FilesSource.FetchesShared}}
            until "${FETCH:-fetch_weights}"; do
              log "failed, again in 60 s"
              sleep 60
            done

            """,
        ["engine.sh"] = EmbeddedText.Read("engine.sh"),
        ["first_token.py"] = EmbeddedText.Read("first_token.py"),
    }.ToImmutableSortedDictionary(StringComparer.Ordinal));

    private static readonly Lazy<string> SumOfAll = new(() => SumOf(All.Value));

    /// <summary>The files by name.</summary>
    public static ImmutableDictionary<string, string> Files => All.Value.ToImmutableDictionary();

    /// <summary>A sum of them: changed ones start new replicas.</summary>
    public static string Sum => SumOfAll.Value;

    /// <summary>A sum of what pods run or read: a changed one starts new pods, one after the other.</summary>
    public static string SumOf(IEnumerable<KeyValuePair<string, string>> files) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Concat(files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => $"{file.Key}\n{file.Value}\n")))))[..16];
}
