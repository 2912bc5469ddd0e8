namespace GpuInfra.Infra.Settings;

/// <summary>Images beside the engine's that a cluster runs, by the key of the setting that pins them.</summary>
internal static class ClusterImage
{
    /// <summary>Fetches weights, runs jobs and stops canaries: bash, coreutils, findutils, grep, Python 3.10 or later and the cloud's command line; on AWS boto3.</summary>
    public const string Tools = "tools";

    /// <summary>NVIDIA's device plugin, on AWS.</summary>
    public const string DevicePlugin = "devicePlugin";

    /// <summary>Karpenter's controller, on AWS.</summary>
    public const string Karpenter = "karpenter";

    /// <summary>AWS's device plugin for EFA, on AWS; needed where a replica spans nodes.</summary>
    public const string EfaPlugin = "efaPlugin";

    /// <summary>HAProxy 2.6 or later, whose stop signal is SIGUSR1 as the official image's is; needed where the plan wants a router.</summary>
    public const string Router = "router";

    /// <summary>The Envoy that the release of Envoy Gateway names; needed where the plan wants a router.</summary>
    public const string Gateway = "gateway";

    /// <summary>Python 3.11 or later; needed where the plan has routers' requests put into other dialects, copied or asked twice.</summary>
    public const string Bridge = "bridge";

    /// <summary>What a cloud's clusters need.</summary>
    public static string[] Of(bool isAws, bool hasRouter, bool hasBridge, bool spans) =>
    [
        Tools,
        .. isAws ? [DevicePlugin, Karpenter] : Array.Empty<string>(),
        .. isAws && spans ? [EfaPlugin] : Array.Empty<string>(),
        .. hasRouter ? [Router, Gateway] : Array.Empty<string>(),
        .. hasBridge ? [Bridge] : Array.Empty<string>(),
    ];
}
