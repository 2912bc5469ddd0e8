using System.Collections.Immutable;

namespace GpuInfra.Planning.Monitoring;

/// <summary>
/// What is wrong with a cluster, which no machine of a fleet without one can have, from kube-state-metrics. What scrapes it gives <c>kube_node_labels</c> and
/// <c>kube_pod_labels</c> the label <c>pool</c> that nodes and engines have.
/// </summary>
internal static class ClusterAlerts
{
    /// <summary>Pods of engines with their pool.</summary>
    private const string Engines = """kube_pod_labels{namespace="serving",pool!=""}""";

    /// <summary>Series that machines write themselves, and clusters' monitors record from what they read: so the same alerts hold.</summary>
    public static ImmutableArray<(string Name, string Expression)> Recorded { get; } =
    [
        // From asking for a replica to its first token. Pods that are older have become ready again, which is no start.
        ("gpuinfra_start_seconds", $$"""
            max by (pod, pool) (
              ((kube_pod_status_ready_time{namespace="serving"} - on (namespace, pod) kube_pod_created{namespace="serving"})
                and on (namespace, pod) time() - kube_pod_created{namespace="serving"} < 7200)
              * on (namespace, pod) group_left (pool) {{Engines}}
            )
            """),
    ];

    public static AlertGroup Group(bool stopsCanaries) => new("cluster",
    [
        new("NodeNotReady", AlertSeverity.Ticket, TimeSpan.FromMinutes(5),
            """max by (node) (kube_node_status_condition{condition="Ready",status="true"}) == 0""",
            "The node {{ $labels.node }} does not answer its cluster"),
        new("GpuNotAllocatable", AlertSeverity.Page, TimeSpan.FromMinutes(10),
            """
            (sum by (node) (kube_node_status_allocatable{resource=~"nvidia_com_.+"}) < on (node) sum by (node) (kube_node_status_capacity{resource=~"nvidia_com_.+"}))
              or on (node) 0 * (max by (node) (kube_node_labels{pool!=""}) unless on (node) sum by (node) (kube_node_status_allocatable{resource=~"nvidia_com_.+"}) > 0)
            """,
            "{{ $labels.node }} offers {{ $value }} GPUs, fewer than it has: its device plugin or a GPU fails"),
        new("GpuPodsPending", AlertSeverity.Ticket, TimeSpan.FromMinutes(10),
            $$"""
            sum by (pool) (kube_pod_status_unschedulable{namespace="serving"} * on (namespace, pod) group_left (pool) {{Engines}}) > 0
            """,
            "{{ $value }} replicas of {{ $labels.pool }} find no node"),
        .. stopsCanaries
            ? new AlertRule[]
            {
                // It is available while its looks are answered, and each router has a container that hears of the word.
                new("CanaryUnguarded", AlertSeverity.Ticket, TimeSpan.FromMinutes(10),
                    """
                    (sum(kube_deployment_status_replicas_available{namespace="monitoring",deployment="canaries"}) or vector(0)) < 1
                      or (sum(kube_pod_container_status_ready{namespace="serving",container="canary"}) or vector(0)) < 2
                    """,
                    "Nothing stops a canary that fails: what looks at its alerts, or what tells routers, does not run or gets no answer"),
            }
            : [],
    ]);
}
