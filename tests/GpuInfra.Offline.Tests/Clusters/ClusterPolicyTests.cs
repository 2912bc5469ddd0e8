using GpuInfra.Offline.Policies;
using Pulumi.Offline;
using static GpuInfra.Offline.Policies.ResourceTypes;
using static GpuInfra.Offline.Tests.Prod;

namespace GpuInfra.Offline.Tests.Clusters;

/// <summary>What policies of clusters catch, planted one by one.</summary>
public class ClusterPolicyTests
{
    private const string Space = "kubernetes:core/v1:Namespace";
    private static readonly PropertyValue Yes = new PropertyValue.Bool(true);
    private static readonly PropertyValue No = new PropertyValue.Bool(false);
    private static readonly string[] Pod = ["spec", "template", "spec"];

    public static TheoryData<string, string[]> Pods => new()
    {
        { "token of the cluster", ["automountServiceAccountToken", "true"] },
        { "share the host", ["hostNetwork", "true"] },
        { "all of the kernel", ["securityContext", "seccompProfile", "type", "Unconfined"] },
        { "run as root", ["securityContext", "runAsNonRoot", "false"] },
        { "may get more rights", ["containers", "securityContext", "allowPrivilegeEscalation", "true"] },
        { "keeps rights of root", ["containers", "securityContext", "capabilities", "drop", "NET_RAW"] },
        { "change its own program", ["containers", "securityContext", "readOnlyRootFilesystem", "false"] },
        { "another program tomorrow", ["containers", "image", "vllm/vllm-openai:latest"] },
    };

    [Theory]
    [MemberData(nameof(Pods))]
    public async Task A_pod_with_more_than_it_needs_is_caught(string says, string[] path)
    {
        var value = path[^1] switch { "true" => Yes, "false" => No, "NET_RAW" => List(Text("NET_RAW")), var text => Text(text) };
        await Caught(PodRules.PodsRestricted, says, Kube.Deployment, "assistant", value, [.. Pod, .. path[..^1]]);
    }

    [Fact]
    public Task A_file_of_the_host_is_caught_where_no_exception_says_why() => Caught(
        PodRules.PodsRestricted, "see the host's files", Kube.Deployment, "assistant", List(Map(("name", Text("x")), ("hostPath", Map(("path", Text("/")))))), [.. Pod, "volumes"]);

    [Fact]
    public Task A_container_without_a_limit_is_caught() => Caught(
        PodRules.PodsRestricted, "no limit", Kube.Deployment, "assistant", null, [.. Pod, "initContainers", "resources", "limits"]);

    [Fact]
    public Task A_namespace_without_a_level_is_caught() => Caught(
        PodRules.NamespacesClosed, "Pod Security", Space, "serving", null, "metadata", "labels", "pod-security.kubernetes.io/enforce");

    [Fact]
    public Task A_namespace_of_engines_that_lets_anything_be_is_caught() => Caught(
        PodRules.NamespacesClosed, "may do anything", Space, "serving", Text("privileged"), "metadata", "labels", "pod-security.kubernetes.io/enforce");

    [Fact]
    public async Task Engines_that_anybody_reaches_are_caught()
    {
        var record = await Kube.Record;
        Assert.Contains(PodRules.NamespacesClosed.Find(record.Without("kubernetes:networking.k8s.io/v1:NetworkPolicy")), finding => finding.Detail.Contains("no NetworkPolicy", StringComparison.Ordinal));
    }

    public static TheoryData<string, string, string, string[]> Settings => new()
    {
        { "answers the internet", EksCluster, "true", ["vpcConfig", "endpointPublicAccess"] },
        { "not encrypted", EksCluster, "", ["encryptionConfig"] },
        { "keeps no audit log", EksCluster, "", ["enabledClusterLogTypes"] },
        { "who may do what", EksCluster, "CONFIG_MAP", ["accessConfig", "authenticationMode"] },
        { "have an address on the internet", GkeCluster, "false", ["privateClusterConfig", "enablePrivateNodes"] },
        { "not encrypted", GkeCluster, "DECRYPTED", ["databaseEncryption", "state"] },
        { "rights of their nodes", GkeCluster, "", ["workloadIdentityConfig"] },
        { "keeps no network policies", GkeCluster, "LEGACY_DATAPATH", ["datapathProvider"] },
        { "node's credentials", GkeNodePool, "GCE_METADATA", ["nodeConfig", "workloadMetadataConfig", "mode"] },
        { "without asking who calls", GkeNodePool, "TRUE", ["nodeConfig", "kubeletConfig", "insecureKubeletReadonlyPortEnabled"] },
        { "may take all its nodes", EksNodeGroup, "9", ["nodeRepairConfig", "maxParallelNodesRepairedCount"] },
        { "node's credentials", KarpenterClass, "optional", ["spec", "metadataOptions", "httpTokens"] },
        { "disks are not encrypted", KarpenterClass, "false", ["spec", "blockDeviceMappings", "ebs", "encrypted"] },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task A_cluster_or_node_that_is_open_is_caught(string says, string type, string value, string[] path) => await Caught(
        ClusterSettingRules.ClustersClosed, says, type, "", value switch { "" => null, "true" => Yes, "false" => No, _ => Text(value) }, path);

    [Fact]
    public Task A_successor_beside_a_replica_that_fills_its_reservation_is_caught() => Caught(
        SurgeRules.SurgeFits, "maxSurge is not 0", Kube.Deployment, "assistant-aws-us-east-1-reserved", new PropertyValue.Number(1), "spec", "strategy", "rollingUpdate", "maxSurge");

    [Fact]
    public async Task A_node_pool_that_surges_beside_its_reservation_is_caught()
    {
        var reserved = (await Kube.Record).Of(GkeNodePool).First(pool => pool.Inputs.TextAt("nodeConfig", "reservationAffinity", "consumeReservationType") == "SPECIFIC_RESERVATION");
        await Caught(SurgeRules.SurgeFits, "maxSurge is not 0", GkeNodePool, reserved.Name, new PropertyValue.Number(1), "upgradeSettings", "maxSurge");
    }

    [Fact]
    public Task Spot_nodes_for_people_who_wait_are_caught() => Caught(
        PurchaseRules.SpotNeverOnline, "interruptible machines for the online serving", GkeNodePool, "assistant", Yes, "nodeConfig", "spot");

    [Fact]
    public Task A_node_group_on_the_latest_template_is_caught() => Caught(
        GroupRules.PinnedTemplateVersion, "$Latest", EksNodeGroup, "", Text("$Latest"), "launchTemplate", "version");

    [Fact]
    public Task A_node_pool_that_takes_any_reservation_is_caught() => Caught(
        ReservationRules.ReservationTargeted, "ANY_RESERVATION", GkeNodePool, "assistant", Text("ANY_RESERVATION"), "nodeConfig", "reservationAffinity", "consumeReservationType");

    [Fact]
    public async Task Karpenter_that_may_take_away_what_it_did_not_start_is_caught()
    {
        var record = await Kube.Record;
        var policy = record.Of("aws:iam/rolePolicy:RolePolicy").Single(policy => policy.Name.EndsWith("-kube-system-karpenter", StringComparison.Ordinal));
        var text = policy.Inputs.TextAt("policy")!;
        var loose = text.Replace("aws:ResourceTag/karpenter.sh/nodepool", "aws:ResourceTag/anything", StringComparison.Ordinal);
        Assert.NotEqual(text, loose);
        Assert.NotEmpty(ShutdownRules.StopFenced.Find(record.With(policy.Type, policy.Name, Text(loose), "policy")));
    }

    private static async Task Caught(Policy<Evidence> policy, string says, string type, string name, PropertyValue? value, params string[] path)
    {
        var record = await Kube.Record;
        Assert.Empty(policy.Find(record));
        Assert.Contains(policy.Find(record.With(type, name, value, path)), finding => finding.Detail.Contains(says, StringComparison.Ordinal));
    }
}
