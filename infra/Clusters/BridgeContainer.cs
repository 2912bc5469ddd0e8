using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;

namespace GpuInfra.Infra.Clusters;

/// <summary>The bridge beside HAProxy in a router's pod: they share the loopback, and nobody else reaches it (decision 046).</summary>
internal static class BridgeContainer
{
    /// <summary>The container, and the object with its program.</summary>
    public const string Name = "bridge";

    private const string Path = "/etc/gpuinfra-bridge";

    /// <summary>The container.</summary>
    /// <param name="image">Python 3.11 or later, by digest.</param>
    /// <param name="keys">Keys that it may show.</param>
    public static ContainerArgs Of(string image, InputList<EnvVarArgs> keys) => new()
    {
        Name = Name,
        Image = image,
        Command = { "python3", "-B", $"{Path}/main.py", $"{Path}/{BridgeSource.Configuration}" },
        Env = keys,
        SecurityContext = EnginePod.Unprivileged(),
        Resources = new ResourceRequirementsArgs { Requests = { ["cpu"] = "250m", ["memory"] = "512Mi" }, Limits = { ["memory"] = "2Gi" } },

        // HAProxy asks for its health and goes on without it, so the pod stays ready; here one that hangs is started anew.
        LivenessProbe = new ProbeArgs
        {
            Exec = new ExecActionArgs
            {
                Command = { "python3", "-c", FormattableString.Invariant($"import urllib.request as r; r.urlopen('http://127.0.0.1:{RouterPod.Site.BridgePort}/health', timeout=4)") },
            },
            PeriodSeconds = 30,
            TimeoutSeconds = 5,
            FailureThreshold = 3,
        },

        // Told to stop, it finishes the answers that pass it; it is told after HAProxy, which takes no new ones then.
        Lifecycle = new LifecycleArgs { PreStop = new LifecycleHandlerArgs { Sleep = new SleepActionArgs { Seconds = RouterPod.UnknownSeconds + 5 } } },
        VolumeMounts = { new VolumeMountArgs { Name = Name, MountPath = Path, ReadOnly = true } },
    };
}
