using GpuInfra.Infra.Clusters;
using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Gcp.Container;
using Pulumi.Gcp.Container.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>What a cluster's node pools share.</summary>
internal sealed record GoogleNodePlace(RegionFleet Region, GoogleGround Ground, GoogleCluster Cluster, GoogleIdentity Identity)
{
    /// <summary>GKE accepts 40 characters for a node pool, of which the engine's automatic names take eight.</summary>
    public const int AutoName = 32;

    /// <summary>A node pool of such nodes. In a release channel nodes are repaired and kept up to date; GKE refuses a pool that is not.</summary>
    public NodePoolArgs Args(NodePoolNodeConfigArgs machine) => new()
    {
        Cluster = Cluster.Made.Id,
        Location = Region.Region,
        NodeConfig = machine,
        NetworkConfig = new NodePoolNetworkConfigArgs { EnablePrivateNodes = true },
        Management = new NodePoolManagementArgs { AutoRepair = true, AutoUpgrade = true },
    };

    /// <summary>A node: no rights but its account's, none of which pods have, and disks by the region's key.</summary>
    public NodePoolNodeConfigArgs Machine(string type, string diskType, int gib, TagSet tags) => new()
    {
        MachineType = type,
        ImageType = "COS_CONTAINERD",
        DiskType = diskType,
        DiskSizeGb = gib,
        BootDiskKmsKey = Ground.Key.ForDisks,
        ServiceAccount = Identity.Email,
        OauthScopes = { "https://www.googleapis.com/auth/cloud-platform" }, // The account's roles are the limit.
        WorkloadMetadataConfig = new NodePoolNodeConfigWorkloadMetadataConfigArgs { Mode = "GKE_METADATA" },
        ShieldedInstanceConfig = new NodePoolNodeConfigShieldedInstanceConfigArgs { EnableIntegrityMonitoring = true, EnableSecureBoot = true },
        KubeletConfig = new NodePoolNodeConfigKubeletConfigArgs { InsecureKubeletReadonlyPortEnabled = "FALSE" },
        Gvnic = new NodePoolNodeConfigGvnicArgs { Enabled = true },
        Metadata = { ["disable-legacy-endpoints"] = "true" },
        Tags = { GoogleFirewall.Machines },
        ResourceLabels = tags.Labels,
        Labels = { [ClusterLabels.Maker] = "gpuinfra" },
    };
}
