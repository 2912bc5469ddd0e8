using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Units;
using Pulumi.Offline;

namespace GpuInfra.Offline.Costs;

/// <summary>How clusters and what is in them are billed. Objects in a cluster cost nothing but the nodes that they are on.</summary>
internal static class ClusterPricing
{
    private const string OnNodes = "what is in a cluster is billed with its nodes";
    private const string Identities = "identities and grants are not billed";

    /// <summary>The entries.</summary>
    public static IEnumerable<KeyValuePair<string, PricingRule>> Rules { get; } = new Dictionary<string, PricingRule>(StringComparer.Ordinal)
    {
        ["aws:cloudwatch/eventRule:EventRule"] = Free("what AWS itself tells is not billed"),
        ["aws:cloudwatch/eventTarget:EventTarget"] = Free("what AWS itself tells is not billed"),
        ["aws:eks/accessEntry:AccessEntry"] = Free(Identities),
        ["aws:eks/accessPolicyAssociation:AccessPolicyAssociation"] = Free(Identities),
        ["aws:eks/addon:Addon"] = Free("it comes with the cluster and runs on its nodes"),
        [ResourceTypes.EksCluster] = (cluster, context) => Fee(cluster, context, "eks-cluster-standard-support"),
        [ResourceTypes.EksNodeGroup] = MachinePricing.Price,
        ["aws:eks/podIdentityAssociation:PodIdentityAssociation"] = Free(Identities),
        ["aws:iam/rolePolicyAttachment:RolePolicyAttachment"] = Free(Identities),
        ["aws:sqs/queuePolicy:QueuePolicy"] = Free(Identities),
        [ResourceTypes.GkeCluster] = (cluster, context) => Fee(cluster, context, "gke-cluster-management-fee"),
        [ResourceTypes.GkeNodePool] = MachinePricing.Price,
        [ResourceTypes.KarpenterPool] = MachinePricing.Price,
        [ResourceTypes.KarpenterClass] = Free(OnNodes),
        ["kubernetes:apps/v1:DaemonSet"] = Free(OnNodes),
        ["kubernetes:apps/v1:Deployment"] = Free(OnNodes),
        ["kubernetes:batch/v1:CronJob"] = Free(OnNodes),
        ["kubernetes:cloud.google.com/v1:ComputeClass"] = Free(OnNodes),
        ["kubernetes:core/v1:ConfigMap"] = Free(OnNodes),
        ["kubernetes:core/v1:Namespace"] = Free(OnNodes),
        ["kubernetes:core/v1:PersistentVolume"] = Free("file systems are billed, not the ways to them"),
        ["kubernetes:core/v1:PersistentVolumeClaim"] = Free("file systems are billed, not the ways to them"),
        ["kubernetes:core/v1:Service"] = Free(OnNodes),
        [ResourceTypes.LeaderWorkerSet] = Free(OnNodes),
        ["kubernetes:core/v1:ServiceAccount"] = Free(OnNodes),
        ["kubernetes:external-secrets.io/v1:ExternalSecret"] = Free(OnNodes),
        ["kubernetes:external-secrets.io/v1:SecretStore"] = Usage("secrets", "the cloud's store is read every hour: some cents for ten thousand readings"),
        ["kubernetes:gateway.envoyproxy.io/v1alpha1:EnvoyProxy"] = Free(OnNodes),
        ["kubernetes:gateway.networking.k8s.io/v1:Gateway"] = Usage("balancers", "the cluster makes one for it, by the hour and by what passes"),
        ["kubernetes:gateway.networking.k8s.io/v1:GatewayClass"] = Free(OnNodes),
        ["kubernetes:gateway.networking.k8s.io/v1:HTTPRoute"] = Free(OnNodes),
        ["kubernetes:generators.external-secrets.io/v1alpha1:Password"] = Free(OnNodes),
        ["kubernetes:helm.sh/v3:Release"] = (release, context) => release.Inputs.At("values", "prometheus", "prometheusSpec", "storageSpec", "volumeClaimTemplate") is not null
            ? Usage("disks of monitors", "the cluster makes two of 100 GiB for series and two of 1 GiB")(release, context)
            : Pricing.Free(OnNodes),
        ["kubernetes:keda.sh/v1alpha1:ScaledObject"] = Free(OnNodes),
        ["kubernetes:monitoring.coreos.com/v1:PodMonitor"] = Free(OnNodes),
        ["kubernetes:monitoring.coreos.com/v1:PrometheusRule"] = Free(OnNodes),
        ["kubernetes:networking.k8s.io/v1:NetworkPolicy"] = Free(OnNodes),
        ["kubernetes:policy/v1:PodDisruptionBudget"] = Free(OnNodes),
        [ResourceTypes.ClusterRole] = Free(OnNodes),
        [ResourceTypes.ClusterBinding] = Free(OnNodes),
        ["kubernetes:scheduling.k8s.io/v1:PriorityClass"] = Free(OnNodes),
        ["kubernetes:storage.k8s.io/v1:StorageClass"] = Free("disks are billed, not their sorts"),
    };

    private static Pricing Fee(ResourceRecord cluster, PricingContext context, string sku) => context.Bill(cluster)
        .Add(CostKind.Clusters, "kubernetes", sku, UsdPerHour.HoursPerMonth, FormattableString.Invariant($"{UsdPerHour.HoursPerMonth} h"))
        .ToPricing(OnNodes);

    private static PricingRule Usage(string what, string reason) => (resource, context) => context.Bill(resource).Unpriced(what, reason).ToPricing(reason);

    private static PricingRule Free(string because) => (_, _) => Pricing.Free(because);
}
