using System.Collections.Immutable;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Routes;
using Pulumi;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;

namespace GpuInfra.Infra.Clusters;

/// <summary>
/// What tells HAProxy in a router's pod which canaries are stopped (decision 053): the program of routers on machines, which reads the words where the kubelet puts them. So no router has a token of
/// the cluster or a way to anything for it.
/// </summary>
internal static class CanaryContainer
{
    /// <summary>The container, and the object with its program.</summary>
    public const string Name = "canary";

    private const string Path = "/etc/gpuinfra-canary", WordsPath = "/etc/gpuinfra-canaries";

    /// <summary>Its program by file; nothing where no canary stops by itself.</summary>
    public static ImmutableSortedDictionary<string, string> Files(RouterEntry entry) => RouterSource.Stopping(entry).IsEmpty ? ImmutableSortedDictionary<string, string>.Empty :
        new[] { "agent.py", "canary.py" }.ToImmutableSortedDictionary(file => file, file => EmbeddedText.Read($"router/{file}"), StringComparer.Ordinal);

    /// <summary>The container.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="image">Python 3.10 or later, by digest.</param>
    /// <param name="socket">Where HAProxy's socket is.</param>
    public static ContainerArgs Of(RouterEntry entry, string image, VolumeMountArgs socket) => new()
    {
        Name = Name,
        Image = image,
        Command = { "python3", "-B", $"{Path}/canary.py" },
        Env =
        {
            EnginePod.Variable("CLOUD", "cluster"),
            EnginePod.Variable("SOCKET", RouterPod.Site.Socket),
            EnginePod.Variable("FOLDER", RouterPod.Site.Folder),
            EnginePod.Variable("CANARIES", string.Join(' ', RouterSource.Stopping(entry).Select(one => one.Serving))),
            EnginePod.Variable("WORDS", WordsPath),
            EnginePod.Variable("STEP", "5"), // Looking at a file costs nothing.
        },
        SecurityContext = EnginePod.Unprivileged(),
        Resources = Little(),
        VolumeMounts =
        {
            socket,
            new VolumeMountArgs { Name = Name, MountPath = Path, ReadOnly = true },
            new VolumeMountArgs { Name = ClusterCanary.Words, MountPath = WordsPath, ReadOnly = true },
        },
    };

    /// <summary>Its files, and the words: a router starts where nobody has made these yet.</summary>
    public static VolumeArgs[] Volumes() =>
    [
        RouterPod.Program(Name),
        new() { Name = ClusterCanary.Words, ConfigMap = new ConfigMapVolumeSourceArgs { Name = ClusterCanary.Words, Optional = true, DefaultMode = 0x124 } },
    ];

    /// <summary>What a program that mostly waits needs.</summary>
    public static ResourceRequirementsArgs Little() => new() { Requests = { ["cpu"] = "10m", ["memory"] = "64Mi" }, Limits = { ["memory"] = "128Mi" } };
}
