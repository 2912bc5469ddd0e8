using GpuInfra.Infra.Common;
using Pulumi;

namespace GpuInfra.Infra.Clusters;

/// <summary>What runs in a region's cluster for the plan's servings, the same on every cloud.</summary>
internal sealed class ClusterServings : ComponentResource
{
    /// <param name="place">The cluster.</param>
    /// <param name="weights">How weights come into it.</param>
    /// <param name="images">What pods run.</param>
    /// <param name="key">The region's key, for disks of pods.</param>
    /// <param name="mirror">Where images of charts are pulled from.</param>
    /// <param name="queues">Where jobs come from, by serving.</param>
    /// <param name="credentials">How what takes jobs acts for its account beside a container that trains.</param>
    /// <param name="options">Whose it is.</param>
    public ClusterServings(ClusterPlace place, ClusterWeights weights, PodImages images, Output<string> key, ClusterMirror mirror, IReadOnlyDictionary<string, Output<string>> queues, RunnerCredentials credentials, ComponentResourceOptions options)
        : base("gpuinfra:clusters:Servings", place.Region.Name, options)
    {
        var spaces = new ClusterSpaces(place, new ComponentResourceOptions { Parent = this });
        ClusterStorage.Add(place, key, new CustomResourceOptions { Parent = this });
        if (queues.Count > 0)
        {
            ClusterJobs.Prepare(place, credentials, new CustomResourceOptions { Parent = this, DependsOn = { spaces } });
        }

        var groups = place.Region.Spans ? ClusterSpan.Install(place, mirror, this) : null;
        foreach (var pool in place.Region.Pools)
        {
            var after = new ComponentResourceOptions { Parent = this, DependsOn = { spaces } }.Formerly(pool.Pool);
            if (groups is not null && pool.Pool.NodesPerReplica > 1)
            {
                after.DependsOn.Add(groups);
            }

            if (pool.Queue is not null)
            {
                _ = new ClusterJobs(pool, place, weights, images, queues[pool.Pool.Serving], credentials, after);
            }
            else
            {
                _ = new ClusterEngine(pool, place, weights, images.Engine, after);
            }
        }

        Spaces = spaces;
        RegisterOutputs();
    }

    /// <summary>The namespaces: what is in them is made after them.</summary>
    public ClusterSpaces Spaces { get; }
}

/// <summary>What pods of GPUs run, by digest.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Training">What trains; null where nothing does.</param>
internal sealed record PodImages(string Engine, string? Training);
