using Pulumi;

namespace GpuInfra.Infra.Clusters;

/// <summary>What runs in a region's cluster for the plan's servings, the same on every cloud.</summary>
internal sealed class ClusterServings : ComponentResource
{
    /// <param name="place">The cluster.</param>
    /// <param name="weights">How weights come into it.</param>
    /// <param name="engineImage">The engine's image, by digest.</param>
    /// <param name="key">The region's key, for disks of pods.</param>
    /// <param name="options">Whose it is.</param>
    public ClusterServings(ClusterPlace place, ClusterWeights weights, string engineImage, Output<string> key, ComponentResourceOptions options)
        : base("gpuinfra:clusters:Servings", place.Region.Name, options)
    {
        var spaces = new ClusterSpaces(place, new ComponentResourceOptions { Parent = this });
        ClusterStorage.Add(place, key, new CustomResourceOptions { Parent = this });
        foreach (var pool in place.Region.Pools)
        {
            _ = new ClusterEngine(pool, place, weights, engineImage, new ComponentResourceOptions { Parent = this, DependsOn = { spaces } });
        }

        Spaces = spaces;
        RegisterOutputs();
    }

    /// <summary>The namespaces: what is in them is made after them.</summary>
    public ClusterSpaces Spaces { get; }
}
