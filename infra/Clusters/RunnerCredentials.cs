using System.Text.Json;
using GpuInfra.Planning.Catalogs;
using Pulumi;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;

namespace GpuInfra.Infra.Clusters;

/// <summary>
/// How containers of ours act for a pod's account while the one that trains, in the same pod, cannot. On AWS the webhook of Pod Identity leaves out the containers that a pod names. Google
/// Cloud's metadata server answers every container of a pod, so a policy closes it, and ours exchange a token of the pod that is mounted into them alone.
/// </summary>
/// <param name="Region">The region.</param>
/// <param name="Cluster">The name of its cluster, by which Google Cloud knows whose a token is.</param>
internal sealed record RunnerCredentials(RegionFleet Region, Output<string> Cluster)
{
    /// <summary>Where Google's APIs answer inside networks (<c>private.googleapis.com</c>): four addresses, so that a policy can allow them and nothing else.</summary>
    public const string GoogleApis = "199.36.153.8/30";

    /// <summary>The annotation that names containers which get no credentials (aws/amazon-eks-pod-identity-webhook, pkg/handler, for container credentials too; read 2026-11-29).</summary>
    private const string Skip = "eks.amazonaws.com/skip-containers";

    private const string Name = "google-credentials";
    private const string Path = "/var/run/gpuinfra";
    private const int TokenSeconds = 3600;

    /// <summary>What the runner's command lines call. Their names lead to <see cref="GoogleApis"/>, so that such a pod needs no name server.</summary>
    private static readonly string[] Called = ["pubsub.googleapis.com", "storage.googleapis.com", "sts.googleapis.com", "www.googleapis.com"];

    /// <summary>Annotations of the pods.</summary>
    public InputMap<string> Annotations => IsGoogle ? [] : new() { [Skip] = TrainingPod.Container };

    private bool IsGoogle => Region.Cloud == CloudProvider.Gcp;

    /// <summary>Google's pool of identities of the project's clusters.</summary>
    private string Pool => $"{Region.Account}.svc.id.goog";

    /// <summary>Makes what says how a token is exchanged, where it has to be. It is no secret: the token is.</summary>
    public void Prepare(CustomResourceOptions options)
    {
        if (IsGoogle)
        {
            _ = new ConfigMap($"{Region.Name}-{Name}", new ConfigMapArgs
            {
                Metadata = new ObjectMetaArgs { Name = Name, Namespace = ClusterNames.Serving },
                Data = new InputMap<string> { ["google.json"] = Cluster.Apply(Config) },
            }, options);
        }
    }

    /// <summary>Gives them to containers of a pod; its others have none.</summary>
    public void GiveTo(PodSpecArgs pod, params ContainerArgs[] containers)
    {
        if (!IsGoogle)
        {
            return;
        }

        pod.HostAliases.Add(new HostAliasArgs { Ip = GoogleApis.Split('/')[0], Hostnames = Called });
        pod.Volumes.Add(new VolumeArgs
        {
            Name = Name,
            Projected = new ProjectedVolumeSourceArgs
            {
                Sources =
                {
                    new VolumeProjectionArgs { ServiceAccountToken = new ServiceAccountTokenProjectionArgs { Audience = Pool, ExpirationSeconds = TokenSeconds, Path = "token" } },
                    new VolumeProjectionArgs { ConfigMap = new ConfigMapProjectionArgs { Name = Name } },
                },
            },
        });
        foreach (var container in containers)
        {
            container.Env.AddRange(new InputList<EnvVarArgs>
            {
                new EnvVarArgs { Name = "CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE", Value = $"{Path}/google.json" },
                new EnvVarArgs { Name = "CLOUDSDK_CORE_PROJECT", Value = Region.Account },
                new EnvVarArgs { Name = "CLOUDSDK_CORE_CHECK_GCE_METADATA", Value = "false" },
            });
            container.VolumeMounts.Add(new VolumeMountArgs { Name = Name, MountPath = Path, ReadOnly = true });
        }
    }

    /// <summary>As Google's libraries read it (external accounts): a cluster's own tokens are known by the project's pool and the cluster's address.</summary>
    private string Config(string cluster) => JsonSerializer.Serialize(new
    {
        type = "external_account",
        audience = $"identitynamespace:{Pool}:https://container.googleapis.com/v1/projects/{Region.Account}/locations/{Region.Region}/clusters/{cluster}",
        subject_token_type = "urn:ietf:params:oauth:token-type:jwt",
        token_url = "https://sts.googleapis.com/v1/token",
        credential_source = new { file = $"{Path}/token" },
    });
}
