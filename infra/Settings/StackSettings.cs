using System.Collections.Immutable;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Infra.Settings;

/// <summary>What the stack's configuration says: what does not follow from a plan, pinned so that only a review moves it.</summary>
public sealed record StackSettings
{
    /// <summary>The namespace of the configuration keys; also the project's name.</summary>
    public const string Namespace = "gpuinfra";

    /// <summary>Private networks that do not overlap, for the catalogued regions; others must be configured.</summary>
    private static readonly ImmutableDictionary<string, string> DefaultNetworks = new Dictionary<string, string>
    {
        ["aws/us-east-1"] = "10.16.0.0/16",
        ["aws/us-west-2"] = "10.17.0.0/16",
        ["gcp/us-central1"] = "10.32.0.0/16",
        ["gcp/europe-west4"] = "10.33.0.0/16",
    }.ToImmutableDictionary();

    /// <summary>Addresses of pods and of services of clusters on Google Cloud, for the catalogued regions: beside the networks, and apart from each other.</summary>
    private static readonly ImmutableDictionary<string, (string Pods, string Services)> DefaultClusterRanges = new Dictionary<string, (string, string)>
    {
        ["us-central1"] = ("10.64.0.0/16", "10.80.0.0/20"),
        ["europe-west4"] = ("10.65.0.0/16", "10.80.16.0/20"),
    }.ToImmutableDictionary();

    /// <summary>The Pulumi project.</summary>
    public required string Project { get; init; }

    /// <summary>The Pulumi stack.</summary>
    public required string Stack { get; init; }

    /// <summary>The plan's file name in <c>stacks/</c>. Default: <c>(stack).plan.yaml</c>.</summary>
    public required string PlanFile { get; init; }

    /// <summary>Machine image id by AWS region.</summary>
    public ImmutableDictionary<string, string> AmazonImages { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Root device of the AWS images. Default: Amazon Linux's; Ubuntu's is <c>/dev/sda1</c>.</summary>
    public string AmazonRootDevice { get; init; } = "/dev/xvda";

    /// <summary>Machine image on Google Cloud, as <c>projects/(project)/global/images/(name)</c>; null when not set.</summary>
    public string? GoogleImage { get; init; }

    /// <summary>Machine image of routers by AWS region: with HAProxy, Python 3, boto3 and the AWS command line.</summary>
    public ImmutableDictionary<string, string> AmazonRouterImages { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Root device of the AWS images of routers. Default: Debian's and Amazon Linux's.</summary>
    public string AmazonRouterRootDevice { get; init; } = "/dev/xvda";

    /// <summary>Machine image of routers on Google Cloud, with HAProxy, Python 3 and gcloud; null when not set.</summary>
    public string? GoogleRouterImage { get; init; }

    /// <summary>Machine image of monitors by AWS region: with Prometheus, Alertmanager, Grafana and the AWS command line.</summary>
    public ImmutableDictionary<string, string> AmazonMonitorImages { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Machine image of monitors on Google Cloud, with Prometheus, Alertmanager, Grafana and gcloud; null when not set.</summary>
    public string? GoogleMonitorImage { get; init; }

    /// <summary>
    /// The engine's image in the account's registry of every AWS region, as <c>(repository)@sha256:(digest)</c>; null when
    /// not set.
    /// </summary>
    public string? AmazonEngineImage { get; init; }

    /// <summary>The engine's image in Artifact Registry, by digest; null when not set.</summary>
    public string? GoogleEngineImage { get; init; }

    /// <summary>The image that trains, in the account's registry of every AWS region, by digest; needed only where a serving trains.</summary>
    public string? AmazonTrainingImage { get; init; }

    /// <summary>The same in Artifact Registry.</summary>
    public string? GoogleTrainingImage { get; init; }

    /// <summary>Revision of the weights by model and precision (<c>llama-3.1-8b/bf16</c>).</summary>
    public ImmutableDictionary<string, string> Weights { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Networks by cloud and region (<c>aws/us-east-1</c>) where the defaults do not suit.</summary>
    public ImmutableDictionary<string, string> Networks { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The billing account on Google Cloud that the project is paid from, as <c>012345-6789AB-CDEF01</c>; needed for budgets alone.</summary>
    public string? GoogleBillingAccount { get; init; }

    /// <summary>What clusters need; empty where none was configured.</summary>
    public ClusterSettings Cluster { get; init; } = new();

    /// <summary>How a cluster that is there already is reached, by the name of its region (<c>aws-us-east-1</c>): its kubeconfig, a secret; null when not set.</summary>
    public Func<string, Pulumi.Output<string>?> KubeConfigOf { get; init; } = _ => null;

    /// <summary>What of the configuration could not be read.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];

    /// <summary>Addresses of pods in a region of Google Cloud; null when it has no default and is not configured.</summary>
    internal string? PodsIn(string region) => Cluster.Gcp.Pods.OrEmpty().GetValueOrDefault(region) ?? DefaultClusterRanges.GetValueOrDefault(region).Pods;

    /// <summary>Addresses of services there.</summary>
    internal string? ServicesIn(string region) => Cluster.Gcp.Services.OrEmpty().GetValueOrDefault(region) ?? DefaultClusterRanges.GetValueOrDefault(region).Services;

    /// <summary>The network of a region; null when it has no default and is not configured.</summary>
    internal string? NetworkOf(CloudProvider cloud, string region)
    {
        var key = $"{cloud.Name()}/{region}";
        return Networks.GetValueOrDefault(key) ?? DefaultNetworks.GetValueOrDefault(key);
    }
}
