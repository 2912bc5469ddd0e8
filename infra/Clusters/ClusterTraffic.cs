using GpuInfra.Planning.Catalogs;
using Pulumi;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using Pulumi.Kubernetes.Types.Inputs.Networking.V1;

namespace GpuInfra.Infra.Clusters;

/// <summary>Who may talk to whom among engines: nobody, but for what is listed. Kubernetes adds what policies allow.</summary>
internal static class ClusterTraffic
{
    private const string Anywhere = "0.0.0.0/0";

    /// <summary>Link-local addresses, where clouds hand out credentials.</summary>
    private const string Metadata = "169.254.0.0/16";

    /// <summary>Where EKS Pod Identity's agent answers.</summary>
    private const string PodIdentity = "169.254.170.23/32";

    /// <summary>Where GKE's metadata server answers: by its well-known address, and behind Dataplane V2 at the one that leads to.</summary>
    private static readonly string[] GoogleMetadata = ["169.254.169.254/32", "169.254.169.252/32"];

    /// <summary>The policies by name.</summary>
    public static IEnumerable<(string Name, NetworkPolicySpecArgs Spec)> Of(RegionFleet region)
    {
        yield return ("nothing-else", new NetworkPolicySpecArgs { PodSelector = new LabelSelectorArgs(), PolicyTypes = { "Ingress", "Egress" } });
        var trains = region.Trains && region.Cloud == CloudProvider.Gcp; // There its APIs have addresses of their own, and it asks for no other name.
        yield return ("names", Out(trains ? AllBut(TrainingPod.Role) : new LabelSelectorArgs(), Names()));
        yield return ("engines-in", new NetworkPolicySpecArgs
        {
            PodSelector = Role("engine"),
            PolicyTypes = { "Ingress" },
            Ingress =
            {
                new NetworkPolicyIngressRuleArgs
                {
                    From =
                    {
                        new NetworkPolicyPeerArgs { PodSelector = Role("router") },
                        new NetworkPolicyPeerArgs { NamespaceSelector = Named(ClusterNames.Monitoring) },
                    },
                    Ports = { new NetworkPolicyPortArgs { Protocol = "TCP", Port = ClusterNames.EnginePort } },
                },
            },
        });
        foreach (var pool in region.Pools.Select(plan => plan.Pool).Where(pool => pool.NodesPerReplica > 1))
        {
            // Pods of a replica meet at ports that the engine chooses; those of one pool are alike.
            var own = new LabelSelectorArgs { MatchLabels = { [ClusterNames.RoleLabel] = "engine", [ClusterNames.PoolLabel] = pool.Id } };
            yield return ($"replicas-{pool.Id}", new NetworkPolicySpecArgs
            {
                PodSelector = own,
                PolicyTypes = { "Ingress", "Egress" },
                Ingress = { new NetworkPolicyIngressRuleArgs { From = { new NetworkPolicyPeerArgs { PodSelector = own } } } },
                Egress = { new NetworkPolicyEgressRuleArgs { To = { new NetworkPolicyPeerArgs { PodSelector = own } } } },
            });
        }

        if (region.Pools.Any(pool => pool is { Queue: not null, FineTuning: null }))
        {
            yield return ("jobs-out", Out(Role("job"), Credentials(region.Cloud), Https()));
        }

        if (region.Trains)
        {
            yield return ("training-out", Out(Role(TrainingPod.Role), region.Cloud == CloudProvider.Aws
                ? [Credentials(region.Cloud), Https()]
                : [new NetworkPolicyEgressRuleArgs { To = { Address(RunnerCredentials.GoogleApis) }, Ports = { Port("TCP", 443) } }]));
        }

        yield return ("engines-out", Out(Role("engine"), Credentials(region.Cloud), Https()));
    }

    /// <summary>Who resolves names.</summary>
    public static NetworkPolicyEgressRuleArgs Names() => new()
    {
        To = { new NetworkPolicyPeerArgs { NamespaceSelector = Named("kube-system") } },
        Ports = { Port("UDP", 53), Port("TCP", 53) },
    };

    /// <summary>The bucket, and where jobs come from: their addresses are too many to list.</summary>
    private static NetworkPolicyEgressRuleArgs Https() => new()
    {
        To = { new NetworkPolicyPeerArgs { IpBlock = new IPBlockArgs { Cidr = Anywhere, Except = { Metadata } } } },
        Ports = { Port("TCP", 443) },
    };

    /// <summary>Where pods get their own credentials.</summary>
    public static NetworkPolicyEgressRuleArgs Credentials(CloudProvider cloud) => cloud == CloudProvider.Aws
        ? new NetworkPolicyEgressRuleArgs { To = { Address(PodIdentity) }, Ports = { Port("TCP", 80) } }
        : new NetworkPolicyEgressRuleArgs { To = GoogleMetadata.Select(Address).ToList(), Ports = { Port("TCP", 80), Port("TCP", 988) } };

    private static NetworkPolicyPeerArgs Address(string range) => new() { IpBlock = new IPBlockArgs { Cidr = range } };

    private static NetworkPolicySpecArgs Out(LabelSelectorArgs who, params NetworkPolicyEgressRuleArgs[] rules) => new()
    {
        PodSelector = who,
        PolicyTypes = { "Egress" },
        Egress = rules,
    };

    private static LabelSelectorArgs Role(string role) => new() { MatchLabels = { [ClusterNames.RoleLabel] = role } };

    private static LabelSelectorArgs AllBut(string role) => new()
    {
        MatchExpressions = { new LabelSelectorRequirementArgs { Key = ClusterNames.RoleLabel, Operator = "NotIn", Values = { role } } },
    };

    private static LabelSelectorArgs Named(string space) => new() { MatchLabels = { ["kubernetes.io/metadata.name"] = space } };

    private static NetworkPolicyPortArgs Port(string protocol, int port) => new() { Protocol = protocol, Port = port };
}
