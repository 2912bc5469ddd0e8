using GpuInfra.Infra.Settings;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Infra.Common;

/// <summary>Weights of a model at a precision and revision; the same path in every region's bucket.</summary>
/// <param name="Key">Model and precision, as <c>llama-3.1-8b/bf16</c>: the key of the setting that pins the revision.</param>
/// <param name="Revision">The revision.</param>
internal sealed record Artefact(string Key, string Revision)
{
    /// <summary>What every artefact's path begins with; instances may read nothing else.</summary>
    public const string Root = DataFolders.Models;

    /// <summary>The path in the bucket, without slashes at its ends.</summary>
    public string Path => $"{Root}/{Key}/{Revision}";

    public static string KeyOf(Pool pool) => $"{pool.Engine.Model}/{pool.Engine.Precision.Name()}";

    /// <summary>SHA-256 of its SHA256SUMS; null where none is pinned.</summary>
    public string? Sha256 { get; init; }

    /// <summary>A pool's weights: those that the plan pins for its own models, else those that the configuration does.</summary>
    public static Artefact Of(Pool pool, WeightsSource? pinned, StackSettings settings) =>
        new(KeyOf(pool), pinned?.Revision ?? settings.Weights[KeyOf(pool)]) { Sha256 = pinned?.Sha256 };
}
