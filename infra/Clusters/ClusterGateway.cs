using GpuInfra.Infra.Clusters.Resources;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Routes;
using Pulumi;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using CustomObject = Pulumi.Kubernetes.ApiExtensions.CustomResource;

namespace GpuInfra.Infra.Clusters;

/// <summary>
/// What clients reach: a Gateway with one route to the routers. It ends TLS, gives requests as much time as routers do and knows no other rule. Its balancer
/// answers private networks alone.
/// </summary>
internal sealed class ClusterGateway : ComponentResource
{
    /// <summary>The port of the routers' Service.</summary>
    public const int RouterPort = 80;

    /// <summary>The class of gateways.</summary>
    private const string Class = "gpuinfra";

    /// <summary>Where both clouds are told that a balancer is private; Services of a cloud leave the other's words alone.</summary>
    private static readonly Dictionary<CloudProvider, Dictionary<string, string>> Private = new()
    {
        [CloudProvider.Aws] = new()
        {
            ["service.beta.kubernetes.io/aws-load-balancer-type"] = "nlb",
            ["service.beta.kubernetes.io/aws-load-balancer-internal"] = "true",
            ["service.beta.kubernetes.io/aws-load-balancer-cross-zone-load-balancing-enabled"] = "true",
        },
        [CloudProvider.Gcp] = new() { ["networking.gke.io/load-balancer-type"] = "Internal" },
    };

    public ClusterGateway(ClusterPlace place, RouterEntry entry, string envoy, ClusterMirror mirror, ComponentResourceOptions options)
        : base("gpuinfra:clusters:Gateway", place.Region.Name, options)
    {
        var name = $"{place.Region.Name}-{ClusterNames.Entry}";
        var space = ClusterSpace.Make(place.Region.Name, ClusterNames.Gateways, ClusterSpace.Restricted, new CustomResourceOptions { Parent = this });
        var chart = ClusterChart.EnvoyGateway.Install(place.Region.Name, Values(mirror), new CustomResourceOptions { Parent = this, DependsOn = { space } });
        var child = new CustomResourceOptions { Parent = this, DependsOn = { chart } };
        var proxy = new CustomObject($"{name}-proxy", new EnvoyProxyArgs
        {
            Metadata = new ObjectMetaArgs { Name = Class, Namespace = ClusterNames.Gateways },
            Spec = new EnvoyProxySpecArgs { Provider = new EnvoyProxyProviderArgs { Type = "Kubernetes", Kubernetes = Proxies(envoy) } },
        }, child);
        _ = new CustomObject($"{name}-class", new GatewayClassArgs
        {
            Metadata = new ObjectMetaArgs { Name = Class },
            Spec = new GatewayClassSpecArgs
            {
                ControllerName = "gateway.envoyproxy.io/gatewayclass-controller",
                ParametersRef = new ParametersReferenceArgs { Group = "gateway.envoyproxy.io", Kind = "EnvoyProxy", Name = Class, Namespace = ClusterNames.Gateways },
            },
        }, new CustomResourceOptions { Parent = this, DependsOn = { chart, proxy } });
        var isTls = entry.Table.Router.Certificate is not null;
        _ = new CustomObject(name, new GatewayArgs
        {
            Metadata = Here(),
            Spec = new GatewaySpecArgs
            {
                GatewayClassName = Class,
                Infrastructure = new GatewayInfrastructureArgs { Annotations = Private[place.Region.Cloud] },
                Listeners = new[]
                {
                    new ListenerArgs
                    {
                        Name = isTls ? "https" : "http",
                        Port = entry.Port,
                        Protocol = isTls ? "HTTPS" : "HTTP",
                        Tls = isTls ? (Input<ListenerTlsArgs>)new ListenerTlsArgs { Mode = "Terminate", CertificateRefs = new[] { new NamedReferenceArgs { Name = ClusterNames.Entry } } } : null,
                        AllowedRoutes = new AllowedRoutesArgs { Namespaces = new RouteNamespacesArgs { From = "Same" } },
                    },
                },
            },
        }, child);
        _ = new CustomObject($"{name}-route", new HttpRouteArgs
        {
            Metadata = Here(),
            Spec = new HttpRouteSpecArgs
            {
                ParentRefs = new[] { new NamedReferenceArgs { Name = ClusterNames.Entry } },
                Rules = new[]
                {
                    new HttpRouteRuleArgs
                    {
                        BackendRefs = new[] { new BackendReferenceArgs { Name = ClusterNames.Router, Port = RouterPort } },

                        // Routers know how long each serving's answer may take; Envoy Gateway then has no limit of silence either.
                        Timeouts = new HttpRouteTimeoutsArgs { Request = "0s" },
                    },
                },
            },
        }, child);
        RegisterOutputs();
    }

    private static ObjectMetaArgs Here() => new() { Name = ClusterNames.Entry, Namespace = ClusterNames.Serving };

    private static EnvoyProxyKubernetesArgs Proxies(string envoy) => new()
    {
        EnvoyDeployment = new EnvoyDeploymentArgs
        {
            Replicas = RouterEntry.Machines,
            Container = new EnvoyContainerArgs
            {
                Image = envoy,
                Resources = new ResourceRequirementsArgs { Requests = { ["cpu"] = "500m", ["memory"] = "512Mi" }, Limits = { ["memory"] = "1Gi" } },
            },
            Pod = new EnvoyPodArgs
            {
                TopologySpreadConstraints = new[]
                {
                    new TopologySpreadConstraintArgs
                    {
                        MaxSkew = 1,
                        TopologyKey = "topology.kubernetes.io/zone",
                        WhenUnsatisfiable = "ScheduleAnyway",
                        LabelSelector = new LabelSelectorArgs { MatchLabels = { ["gateway.envoyproxy.io/owning-gateway-name"] = ClusterNames.Entry } },
                    },
                },
            },
        },
        EnvoyPdb = new EnvoyDisruptionArgs { MinAvailable = RouterEntry.Machines - 1 },
        EnvoyService = new EnvoyServiceArgs
        {
            Type = "LoadBalancer",
            ExternalTrafficPolicy = "Local",
            LoadBalancerSourceRanges = PrivateRanges.All.Select(range => range.Range).ToList(),
        },
    };

    private static Dictionary<string, object> Values(ClusterMirror mirror) => new()
    {
        ["deployment"] = new Dictionary<string, object> { ["replicas"] = RouterEntry.Machines },
        ["podDisruptionBudget"] = new Dictionary<string, object> { ["minAvailable"] = 1 },
        ["global"] = new Dictionary<string, object>
        {
            ["images"] = new Dictionary<string, object>
            {
                ["envoyGateway"] = new Dictionary<string, object> { ["image"] = $"{mirror.Of("docker.io")}/envoyproxy/gateway:{ClusterChart.EnvoyGateway.Version}" },
            },
        },
    };
}
