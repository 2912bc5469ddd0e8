using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using Pulumi;

namespace GpuInfra.Infra.Clusters;

/// <summary>How weights come into a cluster: what fetches them before an engine starts, by the account that may read them and nothing else.</summary>
/// <param name="Bucket">The region's bucket.</param>
/// <param name="Image">The image that fetches, by digest.</param>
internal sealed record ClusterWeights(Output<string> Bucket, string Image)
{
    /// <summary>The service account of engines.</summary>
    public const string Account = "engine";

    /// <summary>Where an engine finds them.</summary>
    public const string Path = "/model";

    /// <summary>Where they are fetched to.</summary>
    public const string Root = "/weights";

    /// <summary>The directory below it where they are one replica's own.</summary>
    private const string Own = "model";

    /// <summary>True where they lie in a file system that all replicas read: the first that starts copies them.</summary>
    public static bool AreShared(PoolPlan pool) => pool.Files.Any(file => file.Use == FilesUse.Weights);

    /// <summary>The directory below <see cref="Root"/>.</summary>
    public static string DirectoryOf(PoolPlan pool) => AreShared(pool) ? pool.Artefact.Path : Own;

    /// <summary>The settings of what fetches a pool's weights.</summary>
    /// <param name="region">The region.</param>
    /// <param name="pool">The pool.</param>
    public IEnumerable<(string Key, Input<string> Value)> Settings(RegionFleet region, PoolPlan pool)
    {
        yield return ("CLOUD", region.Cloud.Name());
        yield return ("REGION", region.Region);
        yield return ("BUCKET", Bucket);
        yield return ("WEIGHTS", pool.Artefact.Path);
        yield return ("MODEL_DIR", $"{Root}/{DirectoryOf(pool)}");
        if (AreShared(pool))
        {
            yield return ("FETCH", "fetch_shared");
        }

        if (pool.Artefact.Sha256 is { } sums)
        {
            yield return ("WEIGHTS_SHA256", sums);
        }
    }
}
