using System.Collections.Immutable;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Routes;
using Pulumi;
using Pulumi.Kubernetes.Apps.V1;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Networking.V1;
using Pulumi.Kubernetes.Policy.V1;
using Pulumi.Kubernetes.Types.Inputs.Apps.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using Pulumi.Kubernetes.Types.Inputs.Networking.V1;
using Pulumi.Kubernetes.Types.Inputs.Policy.V1;
using Deployment = Pulumi.Kubernetes.Apps.V1.Deployment;

namespace GpuInfra.Infra.Clusters;

/// <summary>Images of what answers clients, by digest.</summary>
/// <param name="Haproxy">HAProxy 2.6 or later, whose stop signal is SIGUSR1 as the official image's is.</param>
/// <param name="Envoy">The Envoy that the release of Envoy Gateway names.</param>
/// <param name="Bridge">Python 3.11 or later; null where no router has a bridge beside it.</param>
/// <param name="Canary">Python 3.10 or later; null where no canary stops by itself.</param>
internal sealed record RouterImages(string Haproxy, string Envoy, string? Bridge, string? Canary);

/// <summary>
/// A region's way in where its replicas run in a cluster: a gateway that clients reach, and behind it routers with the rules, weights and places that
/// routers on machines have (decision 039). Nothing of it where the plan wants no router.
/// </summary>
internal sealed class ClusterRouter : ComponentResource
{
    /// <param name="place">The cluster.</param>
    /// <param name="images">What it runs.</param>
    /// <param name="mirror">Where images of charts are pulled from.</param>
    /// <param name="options">Whose it is; it depends on the namespace of engines and on <see cref="ClusterSecrets"/>.</param>
    public ClusterRouter(ClusterPlace place, RouterImages images, ClusterMirror mirror, ComponentResourceOptions options)
        : base("gpuinfra:clusters:Router", place.Region.Name, options)
    {
        if (place.Region.Entry is { } entry)
        {
            var name = $"{place.Region.Name}-{ClusterNames.Router}";
            var child = new CustomResourceOptions { Parent = this };
            child.DependsOn.AddRange(options.DependsOn);
            Secrets(name, entry, child);
            Routers(place, name, entry, images, child);
            _ = new ClusterGateway(place, entry, images.Envoy, mirror, new ComponentResourceOptions { Parent = this });
        }

        RegisterOutputs();
    }

    private static void Secrets(string name, RouterEntry entry, CustomResourceOptions child)
    {
        var content = entry.ApiSecrets.ToDictionary(HaproxyConfig.KeyOf, Template);
        var keys = entry.Table.Router.Keys;
        if (!keys.IsEmpty)
        {
            content["teams.map"] = string.Concat(keys.Select(key => $"{{{{ .{ClusterSecrets.InTemplate(key.Secret)} | trimSuffix \"\\n\" | sha256sum }}}} {key.Team}\n"));
        }

        if (content.Count > 0)
        {
            _ = new Pulumi.Kubernetes.ApiExtensions.CustomResource($"{name}-keys", ClusterSecrets.Of(
                RouterPod.Secret, ClusterNames.Serving, type: null, keys.Select(key => key.Secret).Concat(entry.ApiSecrets), content), child);
        }

        if (entry.Table.Router.Certificate is { } certificate)
        {
            // The gateway wants chain and key apart; the key is PKCS #8.
            _ = new Pulumi.Kubernetes.ApiExtensions.CustomResource($"{name}-certificate", ClusterSecrets.Of(
                ClusterNames.Entry, ClusterNames.Serving, "kubernetes.io/tls", [certificate], new()
                {
                    ["tls.crt"] = $"{{{{ .{ClusterSecrets.InTemplate(certificate)} | filterPEM \"CERTIFICATE\" }}}}",
                    ["tls.key"] = $"{{{{ .{ClusterSecrets.InTemplate(certificate)} | filterPEM \"PRIVATE KEY\" }}}}",
                }), child);
        }

        static string Template(string secret) => $"{{{{ .{ClusterSecrets.InTemplate(secret)} | trimSuffix \"\\n\" }}}}";
    }

    private static void Routers(ClusterPlace place, string name, RouterEntry entry, RouterImages images, CustomResourceOptions child)
    {
        var content = RouterPod.Content(entry);
        (string Name, ImmutableSortedDictionary<string, string> Files)[] beside = [(BridgeContainer.Name, BridgeSource.Files(entry, RouterPod.Site)), (CanaryContainer.Name, CanaryContainer.Files(entry))];
        foreach (var (what, files) in beside.Where(container => !container.Files.IsEmpty))
        {
            _ = new ConfigMap($"{name}-{what}", new ConfigMapArgs { Metadata = Named(what), Data = files.ToDictionary() }, child);
        }

        if (!entry.OwnApis.IsEmpty)
        {
            _ = new ServiceAccount(name, new ServiceAccountArgs { Metadata = Named(ClusterNames.Router), AutomountServiceAccountToken = false }, child);
        }

        var selector = new LabelSelectorArgs { MatchLabels = RouterPod.Labels };
        _ = new ConfigMap(name, new ConfigMapArgs { Metadata = Named(RouterPod.Config), Data = content }, child);
        _ = new Deployment(name, new DeploymentArgs
        {
            Metadata = Named(ClusterNames.Router),
            Spec = new DeploymentSpecArgs
            {
                Replicas = RouterEntry.Machines,
                Selector = selector,
                Strategy = new DeploymentStrategyArgs { Type = "RollingUpdate", RollingUpdate = new RollingUpdateDeploymentArgs { MaxSurge = 1, MaxUnavailable = 0 } },
                RevisionHistoryLimit = 3,
                Template = new PodTemplateSpecArgs
                {
                    Metadata = new ObjectMetaArgs { Labels = RouterPod.Labels, Annotations = { ["gpu.fleet/configuration"] = ClusterFiles.SumOf(content.Concat(beside.SelectMany(container => container.Files))) } },
                    Spec = RouterPod.Of(entry, images),
                },
            },
        }, child);
        _ = new Service(name, new ServiceArgs
        {
            Metadata = Named(ClusterNames.Router),
            Spec = new ServiceSpecArgs
            {
                Selector = RouterPod.Labels,
                Ports = { new ServicePortArgs { Name = RouterPod.Port, Port = ClusterGateway.RouterPort, TargetPort = RouterPod.Port, Protocol = "TCP" } },
            },
        }, child);
        _ = new PodDisruptionBudget(name, new PodDisruptionBudgetArgs
        {
            Metadata = Named(ClusterNames.Router),
            Spec = new PodDisruptionBudgetSpecArgs { Selector = selector, MinAvailable = RouterEntry.Machines - 1, UnhealthyPodEvictionPolicy = "AlwaysAllow" },
        }, child);
        foreach (var (what, spec) in RouterTraffic.Of(entry, place.Region.Cloud))
        {
            _ = new NetworkPolicy($"{name}-{what}", new NetworkPolicyArgs { Metadata = Named(what), Spec = spec }, child);
        }
    }

    private static ObjectMetaArgs Named(string name) => new() { Name = name, Namespace = ClusterNames.Serving, Labels = RouterPod.Labels };
}
