using GpuInfra.Infra.Clusters;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Plans;
using Pulumi;
using Pulumi.Gcp.Container;
using Pulumi.Gcp.Container.Inputs;
using Kubernetes = Pulumi.Kubernetes;

namespace GpuInfra.Infra.Google;

/// <summary>
/// A GKE cluster over the region's zones. No node has an external address, nor has its API: it is reached by its name, which Google's own front answers to whoever
/// may use it (IAM), and by nobody's address but those that the configuration names.
/// </summary>
internal sealed class GoogleCluster : ComponentResource
{
    /// <summary>The secondary ranges of a subnet that the program makes.</summary>
    public const string Pods = "pods";

    /// <inheritdoc cref="Pods"/>
    public const string Services = "services";

    public GoogleCluster(RegionFleet region, GoogleGround ground, ComponentResourceOptions options)
        : base("gpuinfra:google:Cluster", region.Name, options)
    {
        var child = new CustomResourceOptions { Parent = this };
        var name = Names.Fit($"gpuinfra-{region.Region}", Names.GoogleAutoName);
        var settings = region.Settings.Cluster;
        var ranges = region.Existing is null ? [Pods, Services] : settings.Gcp.ExistingRanges;
        var cluster = new Cluster(name, new ClusterArgs
        {
            Location = region.Region,
            NodeLocations = region.Zones.ToList(),
            MinMasterVersion = settings.Version!,
            ReleaseChannel = new ClusterReleaseChannelArgs { Channel = region.Protect ? "STABLE" : "REGULAR" },
            RemoveDefaultNodePool = true,
            InitialNodeCount = 1,
            Network = region.Existing is ExistingNetwork.Google existing ? $"projects/{existing.HostProject}" : ground.Network!.NetworkId,
            Subnetwork = ground.Subnet,
            NetworkingMode = "VPC_NATIVE",
            IpAllocationPolicy = new ClusterIpAllocationPolicyArgs { ClusterSecondaryRangeName = ranges[0], ServicesSecondaryRangeName = ranges[1] },
            DatapathProvider = "ADVANCED_DATAPATH", // It keeps network policies by itself.
            PrivateClusterConfig = new ClusterPrivateClusterConfigArgs { EnablePrivateNodes = true, EnablePrivateEndpoint = true },
            ControlPlaneEndpointsConfig = new ClusterControlPlaneEndpointsConfigArgs
            {
                DnsEndpointConfig = new ClusterControlPlaneEndpointsConfigDnsEndpointConfigArgs { AllowExternalTraffic = true },
                IpEndpointsConfig = new ClusterControlPlaneEndpointsConfigIpEndpointsConfigArgs { Enabled = !settings.From.IsEmpty },
            },
            WorkloadIdentityConfig = new ClusterWorkloadIdentityConfigArgs { WorkloadPool = $"{region.Account}.svc.id.goog" },
            DatabaseEncryption = new ClusterDatabaseEncryptionArgs { State = "ENCRYPTED", KeyName = ground.Key.ForClusters! },
            EnableShieldedNodes = true,
            EnableLegacyAbac = false,
            MasterAuth = new ClusterMasterAuthArgs { ClientCertificateConfig = new ClusterMasterAuthClientCertificateConfigArgs { IssueClientCertificate = false } },
            AddonsConfig = new ClusterAddonsConfigArgs
            {
                GcePersistentDiskCsiDriverConfig = new ClusterAddonsConfigGcePersistentDiskCsiDriverConfigArgs { Enabled = true },
            },
            GatewayApiConfig = new ClusterGatewayApiConfigArgs { Channel = "CHANNEL_STANDARD" },
            CostManagementConfig = new ClusterCostManagementConfigArgs { Enabled = true },
            LoggingConfig = new ClusterLoggingConfigArgs { EnableComponents = { "SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER", "CONTROLLER_MANAGER", "SCHEDULER" } },
            MonitoringConfig = new ClusterMonitoringConfigArgs
            {
                EnableComponents = { "SYSTEM_COMPONENTS", "DCGM" },
                ManagedPrometheus = new ClusterMonitoringConfigManagedPrometheusArgs { Enabled = true }, // DCGM's figures come with it; an exporter of our own beside it would take its counters.
            },
            DeletionProtection = region.Protect,
            ResourceLabels = region.Tags.Shared.Labels,
        }, new CustomResourceOptions { Parent = this, Protect = region.Protect, IgnoreChanges = { "initialNodeCount", "minMasterVersion" } });
        Made = cluster;
        Provider = new Kubernetes.Provider(region.Name, new Kubernetes.ProviderArgs
        {
            KubeConfig = Output.Tuple(cluster.Name, cluster.ControlPlaneEndpointsConfig.Apply(config => config.DnsEndpointConfig!.Endpoint!))
                .Apply(of => KubeConfig.Of(of.Item1, $"https://{of.Item2}", authority: null, "gke-gcloud-auth-plugin", [])),
            EnableServerSideApply = true,
            EnableConfigMapMutable = true,
        }, child);
        RegisterOutputs();
    }

    /// <summary>The cluster.</summary>
    public Cluster Made { get; }

    /// <summary>Who talks to it.</summary>
    public Kubernetes.Provider Provider { get; }
}
