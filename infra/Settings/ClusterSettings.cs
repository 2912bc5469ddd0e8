using System.Collections.Immutable;

namespace GpuInfra.Infra.Settings;

/// <summary>What a cluster needs that does not follow from a plan, pinned so that only a review moves it; read where the plan's platform is kubernetes.</summary>
public sealed record ClusterSettings
{
    /// <summary>The version of Kubernetes, as <c>1.34</c>; null when not set.</summary>
    public string? Version { get; init; }

    /// <summary>Private networks that people and <c>pulumi up</c> come from, as <c>10.200.0.0/16</c>: the clusters' API answers these and its own network.</summary>
    public ImmutableArray<string> From { get; init; } = [];

    /// <summary>Of AWS.</summary>
    public AmazonClusterSettings Aws { get; init; } = new();

    /// <summary>Of Google Cloud.</summary>
    public GoogleClusterSettings Gcp { get; init; } = new();

    /// <summary>The images of a cloud by what they are for (<see cref="ClusterImage"/>).</summary>
    internal ImmutableDictionary<string, string> ImagesOf(bool isAws) => (isAws ? Aws.Images : Gcp.Images).OrEmpty();

    /// <summary>The form of a mirror: a registry's host and path, or on AWS the path alone.</summary>
    internal const string MirrorForm = "^[a-z0-9]+(?:[._/-][a-z0-9]+)*$";
}

/// <summary>What clusters on AWS need.</summary>
public sealed record AmazonClusterSettings
{
    /// <summary>Roles that administer the clusters, the one of <c>pulumi up</c> among them, by ARN.</summary>
    public ImmutableArray<string> Administrators { get; init; } = [];

    /// <summary>Release of the machine images of nodes, as <c>1.34.1-20261113</c>: Amazon's Linux 2023 with the NVIDIA driver, and without it for other nodes; null when not set.</summary>
    public string? NodeRelease { get; init; }

    /// <summary>Version by add-on.</summary>
    public ImmutableDictionary<string, string>? Addons { get; init; }

    /// <summary>Images in the account's registry of every region by what they are for, as <c>(repository)@sha256:(digest)</c>.</summary>
    public ImmutableDictionary<string, string>? Images { get; init; }

    /// <summary>
    /// What names of repositories begin with that hold copies of other registries' images (rules of a pull-through cache), as <c>mirror</c>: for images of charts, which a
    /// network without a way out cannot have otherwise.
    /// </summary>
    public string? Mirror { get; init; }
}

/// <summary>What clusters on Google Cloud need.</summary>
public sealed record GoogleClusterSettings
{
    /// <summary>Images in Artifact Registry by what they are for, by digest.</summary>
    public ImmutableDictionary<string, string>? Images { get; init; }

    /// <summary>A registry with remote repositories for other registries' images, as <c>us-docker.pkg.dev/acme</c>; null to pull charts' images from where they are.</summary>
    public string? Mirror { get; init; }

    /// <summary>Addresses of pods by region: a range of the region's network that no other has. Defaults for catalogued regions.</summary>
    public ImmutableDictionary<string, string>? Pods { get; init; }

    /// <summary>Addresses of services by region.</summary>
    public ImmutableDictionary<string, string>? Services { get; init; }

    /// <summary>The names of the two ranges in a subnet that is there already: pods, services.</summary>
    public ImmutableArray<string> ExistingRanges { get; init; } = [];
}
