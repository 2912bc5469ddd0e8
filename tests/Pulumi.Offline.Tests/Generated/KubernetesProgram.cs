using Pulumi.Kubernetes.Types.Inputs.Apps.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Helm.V3;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using K8s = Pulumi.Kubernetes;

namespace Pulumi.Offline.Tests.Generated;

/// <summary>Kubernetes objects as people write them against the official SDK.</summary>
internal static class KubernetesProgram
{
    public static void Declare()
    {
        var provider = new K8s.Provider("cluster", new() { KubeConfig = "{}", EnableServerSideApply = true });
        var options = new CustomResourceOptions { Provider = provider };
        var space = new K8s.Core.V1.Namespace("serving", new NamespaceArgs { Metadata = new ObjectMetaArgs { Name = "serving" } }, options);
        var labels = new InputMap<string> { ["app"] = "vllm" };
        _ = new K8s.Apps.V1.Deployment("vllm", new DeploymentArgs
        {
            Metadata = new ObjectMetaArgs { Namespace = space.Metadata.Apply(metadata => metadata.Name), Labels = labels },
            Spec = new DeploymentSpecArgs
            {
                Replicas = 2,
                Selector = new LabelSelectorArgs { MatchLabels = labels },
                Template = new PodTemplateSpecArgs
                {
                    Metadata = new ObjectMetaArgs { Labels = labels },
                    Spec = new PodSpecArgs
                    {
                        Containers =
                        {
                            new ContainerArgs
                            {
                                Name = "vllm",
                                Image = "vllm/vllm-openai:v0.9.0",
                                Ports = { new ContainerPortArgs { ContainerPortValue = 8000 } },
                                Resources = new ResourceRequirementsArgs { Limits = { ["nvidia.com/gpu"] = "8" } },
                                ReadinessProbe = new ProbeArgs { HttpGet = new HTTPGetActionArgs { Path = "/health", Port = 8000 } },
                            },
                        },
                    },
                },
            },
        }, options);
        _ = new K8s.Core.V1.Service("vllm", new ServiceArgs
        {
            Spec = new ServiceSpecArgs
            {
                Type = K8s.Core.V1.ServiceSpecType.ClusterIP,
                Selector = labels,
                Ports = { new ServicePortArgs { Port = 80, TargetPort = "http" } },
            },
        }, options);
        _ = new K8s.Core.V1.Secret("token", new SecretArgs { StringData = { ["token"] = "hf_x" } }, options);
        _ = new K8s.Helm.V3.Release("dcgm", new ReleaseArgs
        {
            Chart = "dcgm-exporter",
            Version = "4.0.0",
            RepositoryOpts = new RepositoryOptsArgs { Repo = "https://nvidia.github.io/dcgm-exporter/helm-charts" },
            Values = new Dictionary<string, object> { ["serviceMonitor"] = new Dictionary<string, object> { ["enabled"] = true } },
        }, options);
        _ = new K8s.ApiExtensions.CustomResource("pool", new NodePoolArgs { Spec = { ["weight"] = 10 } }, options);
    }

    /// <summary>A kind of the cluster, written as the official SDK asks for.</summary>
    internal sealed class NodePoolArgs() : K8s.ApiExtensions.CustomResourceArgs("karpenter.sh/v1", "NodePool")
    {
        [Input("spec")]
        private InputMap<object>? _spec;

        public InputMap<object> Spec
        {
            get => _spec ??= new InputMap<object>();
            set => _spec = value;
        }
    }
}
