using GpuInfra.Infra.Clusters;
using GpuInfra.Infra.Common;
using GpuInfra.Infra.Settings;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Routes;
using Pulumi;
using Pulumi.Gcp.Projects;
using Pulumi.Gcp.SecretManager;
using Pulumi.Gcp.Storage;
using Kubernetes = Pulumi.Kubernetes;

namespace GpuInfra.Infra.Google;

/// <summary>
/// Everything that a fleet has in one Google Cloud region where its replicas run in a cluster: one that the program makes with its network and nodes, or one that is there
/// already, of which only objects in the namespace of engines are made, and the rights of their pods.
/// </summary>
internal sealed class GoogleClusterRegion : ComponentResource
{
    /// <param name="region">The region.</param>
    /// <param name="copy">The region that its data is copied to; null when it is not.</param>
    public GoogleClusterRegion(RegionFleet region, GoogleRegion? copy)
        : base("gpuinfra:google:ClusterRegion", region.Name, new ComponentResourceOptions { Providers = { GoogleGround.Provider(region) } })
    {
        var options = new ComponentResourceOptions { Parent = this };
        var (key, weights, place, name, after) = region.ExistingCluster is null ? Make(region, copy, options) : Join(region, copy, options);
        var queues = region.QueuedServings.IsEmpty ? null : new GoogleQueues(region, key, weights, PodsOf(region, key, ClusterJobs.Account), options);
        ReadWeights(region, key, weights, ClusterWeights.Account);
        if (queues is not null)
        {
            ReadWeights(region, key, weights, ClusterJobs.Account);
        }

        var under = place.Under(this);
        if (after is not null)
        {
            under.DependsOn.Add(after);
        }

        var servings = new ClusterServings(
            place,
            new ClusterWeights(weights.BucketName, region.Settings.Cluster.ImagesOf(isAws: false)[ClusterImage.Tools]),
            new PodImages(region.Settings.GoogleEngineImage!, region.Trains ? region.Settings.GoogleTrainingImage : null),
            new ClusterSources(
                key.ForDisks,
                region.Settings.Cluster.Gcp.Mirror is { } mirror ? new(mirror) : ClusterMirror.None,
                queues?.ByServing.ToDictionary() ?? [],
                new Dictionary<FilesUse, Output<string>>(),
                new RunnerCredentials(region, name)),
            under);
        Operate(region, key, place, servings);

        Outputs = new RegionOutputs(
            region.Name, [.. region.Artefacts], Output.Format($"gs://{weights.BucketName}"), region.Settings.GoogleEngineImage!, region.Trains ? region.Settings.GoogleTrainingImage : null);
        RegisterOutputs();
    }

    public RegionOutputs Outputs { get; }

    private static (GoogleKey, GoogleWeights, ClusterPlace, Output<string>, Resource?) Make(RegionFleet region, GoogleRegion? copy, ComponentResourceOptions options)
    {
        var ground = GoogleGround.Of(region, copy, options);
        var identity = new GoogleIdentity(region, ground.Weights, options);
        var cluster = new GoogleCluster(region, ground, options);
        var nodes = new GoogleNodes(region, ground, cluster, identity, options);
        return (ground.Key, ground.Weights, new ClusterPlace(region, cluster.Provider), cluster.Made.Name, nodes);
    }

    private static (GoogleKey, GoogleWeights, ClusterPlace, Output<string>, Resource?) Join(RegionFleet region, GoogleRegion? copy, ComponentResourceOptions options)
    {
        var key = new GoogleKey(region, options);
        var weights = new GoogleWeights(region, key, copy, options);
        var provider = new Kubernetes.Provider(
            region.Name,
            new Kubernetes.ProviderArgs { KubeConfig = region.Settings.KubeConfigOf(region.Name)!, EnableServerSideApply = true, EnableConfigMapMutable = true },
            new CustomResourceOptions { Parent = options.Parent });
        return (key, weights, new ClusterPlace(region, provider), Output.Create(region.ExistingCluster!), null);
    }

    /// <summary>Pods of a service account, as a member of policies: by Workload Identity, and no others of their node.</summary>
    private static Output<string> PodsOf(RegionFleet region, GoogleKey key, string account, string space = ClusterNames.Serving) => key.ProjectNumber.Apply(number =>
        $"principal://iam.googleapis.com/projects/{number}/locations/global/workloadIdentityPools/{region.Account}.svc.id.goog/subject/ns/{space}/sa/{account}");

    /// <summary>What is around engines, and the secrets that may be copied for it.</summary>
    private void Operate(RegionFleet region, GoogleKey key, ClusterPlace place, ClusterServings servings)
    {
        foreach (var secret in region.ExistingCluster is null ? ClusterOperations.Secrets(region) : [])
        {
            _ = new SecretIamMember($"{region.Name}-{ClusterNames.Secrets}-{secret}", new SecretIamMemberArgs
            {
                Project = region.Account,
                SecretId = secret,
                Role = "roles/secretmanager.secretAccessor",
                Member = PodsOf(region, key, ClusterNames.Secrets, ClusterNames.Secrets),
            }, new CustomResourceOptions { Parent = this });
        }

        if (region.ExistingCluster is null && region.Entry is { OwnApis.IsEmpty: false } entry)
        {
            AskModels(region, entry, key);
        }

        var options = place.Under(this);
        options.DependsOn.Add(servings);
        if (region.Watch is { Sent: not null })
        {
            options.DependsOn.Add(new Pulumi.Gcp.Projects.IAMMember($"{region.Name}-{SenderValues.Account}", new Pulumi.Gcp.Projects.IAMMemberArgs
            {
                Project = region.Account,
                Role = "roles/monitoring.metricWriter",
                Member = PodsOf(region, key, SenderValues.Account, ClusterNames.Monitoring),
            }, new CustomResourceOptions { Parent = this }));
        }

        _ = new ClusterOperations(
            place, use => region.Settings.Cluster.ImagesOf(isAws: false)[use], region.Settings.Cluster.Gcp.Mirror is { } mirror ? new(mirror) : ClusterMirror.None,
            region.Watch is { Sent: not null } ? Output.Create(region.Account) : null, options);
    }

    /// <summary>What routers' pods may ask of Google's models.</summary>
    private void AskModels(RegionFleet region, RouterEntry entry, GoogleKey key)
    {
        var child = new CustomResourceOptions { Parent = this };
        var name = $"{region.Name}-{ClusterNames.Router}-models";
        var role = new IAMCustomRole(name, new IAMCustomRoleArgs
        {
            Project = region.Account,
            RoleId = $"router_models_{region.Settings.Stack}_{region.Region}".Replace('-', '_'),
            Title = $"Routers of {region.Settings.Project}/{region.Settings.Stack} in {region.Region} ask models",
            Permissions = GoogleRouterIdentity.ModelPermissions(entry).ToList(),
        }, child);
        _ = new Pulumi.Gcp.Projects.IAMMember(name, new Pulumi.Gcp.Projects.IAMMemberArgs { Project = region.Account, Role = role.Name, Member = PodsOf(region, key, ClusterNames.Router) }, child);
    }

    private void ReadWeights(RegionFleet region, GoogleKey key, GoogleWeights weights, string account) => _ = new BucketIAMMember($"{region.Name}-{account}", new BucketIAMMemberArgs
    {
        Bucket = weights.BucketName,
        Role = "roles/storage.objectViewer",
        Member = PodsOf(region, key, account),
    }, new CustomResourceOptions { Parent = this });
}
