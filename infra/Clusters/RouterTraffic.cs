using GpuInfra.Infra.Common;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Routes;
using Pulumi;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using Pulumi.Kubernetes.Types.Inputs.Networking.V1;

namespace GpuInfra.Infra.Clusters;

/// <summary>Who may talk to routers, and to whom they may. All else in the namespace is closed (<c>nothing-else</c>).</summary>
internal static class RouterTraffic
{
    /// <summary>Link-local addresses, where clouds hand out credentials.</summary>
    private const string Metadata = "169.254.0.0/16";

    /// <summary>The policies by name.</summary>
    public static IEnumerable<(string Name, NetworkPolicySpecArgs Spec)> Of(RouterEntry entry, CloudProvider cloud)
    {
        yield return ("router-in", new NetworkPolicySpecArgs
        {
            PodSelector = Routers(),
            PolicyTypes = { "Ingress" },
            Ingress =
            {
                new NetworkPolicyIngressRuleArgs { From = { In(ClusterNames.Gateways) }, Ports = { Port(RouterPod.Port) } },
                new NetworkPolicyIngressRuleArgs { From = { In(ClusterNames.Monitoring) }, Ports = { Port(RouterPod.HealthPort) } },
            },
        });
        yield return ("router-out", new NetworkPolicySpecArgs { PodSelector = Routers(), PolicyTypes = { "Egress" }, Egress = Out(entry).Concat(entry.OwnApis.IsEmpty ? [] : [ClusterTraffic.Credentials(cloud)]).ToList() });
    }

    private static IEnumerable<NetworkPolicyEgressRuleArgs> Out(RouterEntry entry)
    {
        yield return new NetworkPolicyEgressRuleArgs
        {
            To = { new NetworkPolicyPeerArgs { PodSelector = new LabelSelectorArgs { MatchLabels = { [ClusterNames.RoleLabel] = "engine" } } } },
            Ports = { Port(ClusterNames.EnginePort) },
        };
        if (!entry.Others.IsEmpty)
        {
            yield return new NetworkPolicyEgressRuleArgs
            {
                To = PrivateRanges.All.Select(range => new NetworkPolicyPeerArgs { IpBlock = new IPBlockArgs { Cidr = range.Range } }).ToList(),
                Ports = { new NetworkPolicyPortArgs { Protocol = "TCP", Port = entry.Port } },
            };
        }

        if (entry.HasWayOut && entry.Table.Routes.Any(route => !entry.ApisOf(route).IsEmpty || entry.CascadeOf(route) is not null || route.Backends.Any(backend => backend.Endpoint is not null)))
        {
            yield return new NetworkPolicyEgressRuleArgs
            {
                To = { new NetworkPolicyPeerArgs { IpBlock = new IPBlockArgs { Cidr = "0.0.0.0/0", Except = { Metadata } } } },
                Ports = { new NetworkPolicyPortArgs { Protocol = "TCP", Port = 443 } },
            };
        }
    }

    private static LabelSelectorArgs Routers() => new() { MatchLabels = RouterPod.Labels };

    private static NetworkPolicyPeerArgs In(string space) =>
        new() { NamespaceSelector = new LabelSelectorArgs { MatchLabels = { ["kubernetes.io/metadata.name"] = space } } };

    private static NetworkPolicyPortArgs Port(string name) => new() { Protocol = "TCP", Port = name };
}
