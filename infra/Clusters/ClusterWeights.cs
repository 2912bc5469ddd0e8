using GpuInfra.Infra.Common;
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

    /// <summary>The directory below it.</summary>
    public const string Directory = "model";

    /// <summary>The settings of what fetches a pool's weights.</summary>
    /// <param name="region">The region.</param>
    /// <param name="pool">The pool.</param>
    public IEnumerable<(string Key, Input<string> Value)> Settings(RegionFleet region, PoolPlan pool)
    {
        yield return ("CLOUD", region.Cloud.Name());
        yield return ("REGION", region.Region);
        yield return ("BUCKET", Bucket);
        yield return ("WEIGHTS", pool.Artefact.Path);
        yield return ("MODEL_DIR", $"{Root}/{Directory}");
        if (pool.Artefact.Sha256 is { } sums)
        {
            yield return ("WEIGHTS_SHA256", sums);
        }
    }
}
