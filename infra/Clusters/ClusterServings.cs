using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using Pulumi;

namespace GpuInfra.Infra.Clusters;

/// <summary>What runs in a region's cluster for the plan's servings, the same on every cloud.</summary>
internal sealed class ClusterServings : ComponentResource
{
    /// <param name="place">The cluster.</param>
    /// <param name="weights">How weights come into it.</param>
    /// <param name="images">What pods run.</param>
    /// <param name="sources">What of the cloud it uses.</param>
    /// <param name="options">Whose it is.</param>
    public ClusterServings(ClusterPlace place, ClusterWeights weights, PodImages images, ClusterSources sources, ComponentResourceOptions options)
        : base("gpuinfra:clusters:Servings", place.Region.Name, options)
    {
        var spaces = new ClusterSpaces(place, new ComponentResourceOptions { Parent = this });
        ClusterStorage.Add(place, sources.Key, new CustomResourceOptions { Parent = this });
        ClusterVolumes.Add(place, sources.Files, new CustomResourceOptions { Parent = this, DependsOn = { spaces } });
        if (sources.Queues.Count > 0)
        {
            ClusterJobs.Prepare(place, sources.Credentials, new CustomResourceOptions { Parent = this, DependsOn = { spaces } });
        }

        var groups = place.Region.Spans ? ClusterSpan.Install(place, sources.Mirror, this) : null;
        foreach (var pool in place.Region.Pools)
        {
            var after = new ComponentResourceOptions { Parent = this, DependsOn = { spaces } }.Formerly(pool.Pool);
            if (groups is not null && pool.Pool.NodesPerReplica > 1)
            {
                after.DependsOn.Add(groups);
            }

            if (pool.Queue is not null)
            {
                _ = new ClusterJobs(pool, place, weights, images, sources.Queues[pool.Pool.Serving], sources.Credentials, after);
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

/// <summary>What of its cloud a region's cluster uses.</summary>
/// <param name="Key">The region's key, for disks of pods.</param>
/// <param name="Mirror">Where images of charts are pulled from.</param>
/// <param name="Queues">Where jobs come from, by serving.</param>
/// <param name="Files">How the driver finds each file system that pods share; empty where there is none.</param>
/// <param name="Credentials">How what takes jobs acts for its account beside a container that trains.</param>
internal sealed record ClusterSources(
    Output<string> Key,
    ClusterMirror Mirror,
    IReadOnlyDictionary<string, Output<string>> Queues,
    IReadOnlyDictionary<FilesUse, Output<string>> Files,
    RunnerCredentials Credentials);
