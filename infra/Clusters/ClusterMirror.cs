namespace GpuInfra.Infra.Clusters;

/// <summary>
/// Where images of charts are pulled from in networks without a way out: a registry that keeps copies of others, each below the other's name with dashes
/// for dots, as <c>(registry)/quay-io/prometheus/prometheus</c>. That is how pull-through caches of ECR and remote repositories of Artifact Registry can be named.
/// </summary>
/// <param name="Registry">The registry with what its copies have in common; null to pull from the others themselves.</param>
internal sealed record ClusterMirror(string? Registry)
{
    /// <summary>None.</summary>
    public static ClusterMirror None { get; } = new((string?)null);

    /// <summary>What stands for another registry.</summary>
    /// <param name="registry">The other registry, as <c>quay.io</c>.</param>
    public string Of(string registry) => Registry is null ? registry : $"{Registry}/{registry.Replace('.', '-')}";
}
