using System.Collections.Immutable;
using GpuInfra.Infra.Clusters;
using GpuInfra.Infra.Settings;

namespace GpuInfra.Infra.Amazon;

/// <summary>Images in the account's registry of a region.</summary>
/// <param name="region">The region.</param>
internal sealed class AmazonRegistry(RegionFleet region)
{
    /// <summary>The engine's image.</summary>
    public string Engine => Here(region.Settings.AmazonEngineImage!);

    /// <summary>The image that trains; null where nothing does.</summary>
    public string? Training => region.Trains ? Here(region.Settings.AmazonTrainingImage!) : null;

    /// <summary>What fetches weights in clusters, and runs jobs.</summary>
    public string Tools => Here(Cluster(ClusterImage.Tools));

    /// <summary>NVIDIA's device plugin.</summary>
    public string DevicePlugin => Here(Cluster(ClusterImage.DevicePlugin));

    /// <summary>Karpenter's controller: its repository and digest.</summary>
    public (string Repository, string Digest) Karpenter => Here(Cluster(ClusterImage.Karpenter)).Split('@') is [var repository, var digest] ? (repository, digest) : default;

    /// <summary>What else a cluster runs, by what it is for.</summary>
    public string Of(string use) => Here(Cluster(use));

    /// <summary>Copies of other registries' images.</summary>
    public ClusterMirror Mirror => region.Settings.Cluster.Aws.Mirror is { } path ? new(Here(path)) : ClusterMirror.None;

    /// <summary>Repositories of what machines run: the engine, and what trains.</summary>
    public ImmutableArray<string> MachineRepositories =>
    [
        .. new[] { region.Settings.AmazonEngineImage!, region.Trains ? region.Settings.AmazonTrainingImage : null }.OfType<string>()
            .Select(name => $"arn:aws:ecr:{region.Region}:{region.Account}:repository/{name.Split('@')[0]}").Distinct(),
    ];

    private string Cluster(string use) => region.Settings.Cluster.ImagesOf(isAws: true)[use];

    private string Here(string name) => $"{region.Account}.dkr.ecr.{region.Region}.amazonaws.com/{name}";
}
