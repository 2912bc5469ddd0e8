using GpuInfra.Infra.Clusters.Resources;
using GpuInfra.Planning.Catalogs;
using Pulumi;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;

namespace GpuInfra.Infra.Clusters;

/// <summary>
/// What copies secrets from the cloud's store into the cluster: the operator External Secrets, whose identity may read those that the plan names and no other
/// (the cloud's component gives it that). No secret passes through the program, its records or its state.
/// </summary>
internal sealed class ClusterSecrets : ComponentResource
{
    /// <param name="place">The cluster.</param>
    /// <param name="mirror">Where images of charts are pulled from.</param>
    /// <param name="spaces">Namespaces that have a store.</param>
    /// <param name="options">Whose it is; it depends on the namespaces.</param>
    public ClusterSecrets(ClusterPlace place, ClusterMirror mirror, IEnumerable<string> spaces, ComponentResourceOptions options)
        : base("gpuinfra:clusters:Secrets", place.Region.Name, options)
    {
        var name = place.Region.Name;
        var space = ClusterSpace.Make(name, ClusterNames.Secrets, ClusterSpace.Restricted, new CustomResourceOptions { Parent = this });
        var chart = ClusterChart.ExternalSecrets.Install(name, Values(mirror), new CustomResourceOptions { Parent = this, DependsOn = { space } });
        var after = new CustomResourceOptions { Parent = this, DependsOn = { chart } };
        after.DependsOn.AddRange(options.DependsOn);
        foreach (var inside in spaces)
        {
            _ = new Pulumi.Kubernetes.ApiExtensions.CustomResource($"{name}-{inside}-{ClusterNames.Store}", new SecretStoreArgs
            {
                Metadata = new ObjectMetaArgs { Name = ClusterNames.Store, Namespace = inside },
                Spec = new SecretStoreSpecArgs { Provider = Store(place.Region) },
            }, after);
        }

        RegisterOutputs();
    }

    /// <summary>The name of a secret's value in templates: they know no dashes.</summary>
    public static string InTemplate(string secret) => secret.Replace('-', '_').Replace('.', '_').Replace('/', '_');

    /// <summary>Some secrets of the store by the names that templates know them by.</summary>
    public static List<ExternalSecretDataArgs> Data(IEnumerable<string> secrets) =>
        [.. secrets.Distinct().Order(StringComparer.Ordinal).Select(secret => new ExternalSecretDataArgs { SecretKey = InTemplate(secret), RemoteRef = new RemoteSecretArgs { Key = secret } })];

    /// <summary>A Secret that holds what is made of some secrets of the store, read anew every hour.</summary>
    /// <param name="name">The Secret.</param>
    /// <param name="space">Its namespace.</param>
    /// <param name="type">Its type; null for any content.</param>
    /// <param name="secrets">The store's secrets.</param>
    /// <param name="content">Templates by key.</param>
    public static ExternalSecretArgs Of(string name, string space, string? type, IEnumerable<string> secrets, Dictionary<string, string> content) => new()
    {
        Metadata = new ObjectMetaArgs { Name = name, Namespace = space },
        Spec = new ExternalSecretSpecArgs
        {
            RefreshInterval = "1h",
            SecretStoreRef = new SecretStoreReferenceArgs { Kind = "SecretStore", Name = ClusterNames.Store },
            Target = new ExternalSecretTargetArgs
            {
                Name = name,
                Template = new ExternalSecretTemplateArgs { EngineVersion = "v2", Type = type is null ? null : (Input<string>)type, Data = content },
            },
            Data = Data(secrets),
        },
    };

    private static SecretStoreProviderArgs Store(RegionFleet region) => region.Cloud == CloudProvider.Aws
        ? new() { Aws = new AmazonSecretStoreArgs { Service = "SecretsManager", Region = region.Region } }
        : new() { Gcpsm = new GoogleSecretStoreArgs { ProjectId = region.Account } };

    private static Dictionary<string, object> Values(ClusterMirror mirror)
    {
        var image = new Dictionary<string, object> { ["repository"] = $"{mirror.Of("ghcr.io")}/external-secrets/external-secrets" };
        return new Dictionary<string, object>
        {
            ["replicaCount"] = 2,
            ["leaderElect"] = true,
            ["image"] = image,
            ["serviceAccount"] = new Dictionary<string, object> { ["name"] = ClusterNames.Secrets },
            ["podDisruptionBudget"] = new Dictionary<string, object> { ["enabled"] = true, ["minAvailable"] = 1 },
            ["processClusterStore"] = false,
            ["processClusterExternalSecret"] = false,
            ["processPushSecret"] = false,
            ["webhook"] = new Dictionary<string, object> { ["replicaCount"] = 2, ["image"] = image },
            ["certController"] = new Dictionary<string, object> { ["image"] = image },
        };
    }
}
