using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>Whoever reaches a cluster's API reaches everything in it.</summary>
internal static class ClusterSettingRules
{
    private static readonly string[] Logs = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

    public static Policy<Evidence> ClustersClosed { get; } = new(
        "clusters-closed",
        "every cluster's API is private, its secrets are encrypted, what is done to it is logged, and its nodes have no rights to spare",
        "EKS: endpointPublicAccess false, encryptionConfig of secrets, all five logs, authenticationMode API without the creator's rights; GKE: private nodes and endpoint, databaseEncryption, Workload Identity with GKE_METADATA, shielded nodes, a release channel.",
        evidence => evidence.Look(resource => resource.Type switch
        {
            ResourceTypes.EksCluster => Eks(resource.Inputs),
            ResourceTypes.GkeCluster => Gke(resource.Inputs),
            ResourceTypes.GkeNodePool => GkeNodes(resource),
            ResourceTypes.EksNodeGroup => EksNodes(resource),
            ResourceTypes.KarpenterClass => Karpenter(resource.Inputs.At("spec")),
            _ => null,
        }));

    private static IEnumerable<string> Eks(PropertyValue cluster)
    {
        if (cluster.TextAt("vpcConfig", "endpointPrivateAccess") != "true" || cluster.TextAt("vpcConfig", "endpointPublicAccess") != "false")
        {
            yield return "its API answers the internet, or not the network: endpointPublicAccess is not false, or endpointPrivateAccess not true";
        }

        if (!cluster.ListAt("encryptionConfig", "resources").Any(what => what.TextAt() == "secrets") || cluster.At("encryptionConfig", "provider", "keyArn") is null)
        {
            yield return "its secrets are not encrypted by the stack's key: encryptionConfig";
        }

        foreach (var log in Logs.Except(cluster.ListAt("enabledClusterLogTypes").Select(log => log.TextAt() ?? "")))
        {
            yield return $"it keeps no {log} log: enabledClusterLogTypes";
        }

        if (cluster.TextAt("accessConfig", "authenticationMode") != "API" || cluster.TextAt("accessConfig", "bootstrapClusterCreatorAdminPermissions") != "false")
        {
            yield return "who may do what stands in the cluster, or whoever made it may do everything: accessConfig";
        }
    }

    private static IEnumerable<string> Gke(PropertyValue cluster)
    {
        (bool Holds, string Fault)[] rules =
        [
            (cluster.TextAt("privateClusterConfig", "enablePrivateNodes") == "true" && cluster.TextAt("privateClusterConfig", "enablePrivateEndpoint") == "true", "its nodes or its API have an address on the internet: privateClusterConfig"),
            (cluster.TextAt("databaseEncryption", "state") == "ENCRYPTED" && cluster.At("databaseEncryption", "keyName") is not null, "its secrets are not encrypted by the stack's key: databaseEncryption"),
            (cluster.At("workloadIdentityConfig", "workloadPool") is not null, "its pods have the rights of their nodes: workloadIdentityConfig"),
            (cluster.TextAt("enableShieldedNodes") == "true", "its nodes are not shielded: enableShieldedNodes"),
            (cluster.TextAt("releaseChannel", "channel") is "STABLE" or "REGULAR", "it is in no release channel that is kept up to date: releaseChannel"),
            (cluster.TextAt("datapathProvider") == "ADVANCED_DATAPATH", "it keeps no network policies: datapathProvider is not ADVANCED_DATAPATH"),
            (cluster.TextAt("enableLegacyAbac") != "true" && cluster.TextAt("masterAuth", "clientCertificateConfig", "issueClientCertificate") != "true", "it lets in by certificate or by the old rules: masterAuth, enableLegacyAbac"),
        ];
        return rules.Where(rule => !rule.Holds).Select(rule => rule.Fault);
    }

    private static IEnumerable<string> GkeNodes(ResourceRecord pool)
    {
        var node = pool.Inputs.At("nodeConfig");
        var account = node.TextAt("serviceAccount");
        (bool Holds, string Fault)[] rules =
        [
            (node.TextAt("workloadMetadataConfig", "mode") == "GKE_METADATA", "its pods get the node's credentials: workloadMetadataConfig is not GKE_METADATA"),
            (account is not null && !account.EndsWith("-compute@developer.gserviceaccount.com", StringComparison.Ordinal), "its nodes run as the project's default account"),
            (node.TextAt("kubeletConfig", "insecureKubeletReadonlyPortEnabled") == "FALSE", "its kubelets answer without asking who calls: insecureKubeletReadonlyPortEnabled is not FALSE"),
            (node.TextAt("shieldedInstanceConfig", "enableIntegrityMonitoring") == "true", "its nodes' start is not watched: shieldedInstanceConfig"),
            (!node.ListAt("guestAccelerators").Any() || node.ListAt("guestAccelerators").All(gpu => gpu.TextAt("gpuDriverInstallationConfig", "gpuDriverVersion") is not null), "its driver is not spelt out, and the next plan replaces the pool: gpuDriverInstallationConfig"),
            (pool.Inputs.TextAt("management", "autoRepair") == "true" && pool.Inputs.TextAt("management", "autoUpgrade") == "true", "GKE refuses a pool of a release channel that is not repaired and kept up to date: management"),
        ];
        return rules.Where(rule => !rule.Holds).Select(rule => rule.Fault);
    }

    private static IEnumerable<string> EksNodes(ResourceRecord group)
    {
        var isOfGpus = group.Inputs.ListAt("taints").Any(taint => taint.TextAt("key") == "nvidia.com/gpu");
        if (isOfGpus && group.Inputs.TextAt("amiType")?.EndsWith("_NVIDIA", StringComparison.Ordinal) != true)
        {
            yield return $"its nodes' image {group.Inputs.TextAt("amiType")} has no driver: nobody sees a GPU";
        }

        if (group.Inputs.TextAt("nodeRepairConfig", "enabled") == "true" && group.Inputs.NumberAt("nodeRepairConfig", "maxParallelNodesRepairedCount") != 1)
        {
            yield return "one false alarm may take all its nodes: maxParallelNodesRepairedCount is not 1";
        }
    }

    private static IEnumerable<string> Karpenter(PropertyValue? spec)
    {
        if (spec.TextAt("metadataOptions", "httpTokens") != "required" || spec.NumberAt("metadataOptions", "httpPutResponseHopLimit") != 1)
        {
            yield return "its pods get the node's credentials: metadataOptions";
        }

        if (!spec.ListAt("blockDeviceMappings").Any() || spec.ListAt("blockDeviceMappings").Any(disk => disk.TextAt("ebs", "encrypted") != "true" || disk.At("ebs", "kmsKeyID") is null))
        {
            yield return "its nodes' disks are not encrypted by the stack's key: blockDeviceMappings";
        }
    }
}
