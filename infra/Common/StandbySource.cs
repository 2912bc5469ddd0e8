using System.Collections.Immutable;
using GpuInfra.Infra.Amazon;

namespace GpuInfra.Infra.Common;

/// <summary>What the machines of a pool do of which some wait prepared and stopped: a file that their start script reads, since user data has no room for it.</summary>
internal static class StandbySource
{
    /// <summary>What the file's path in the bucket begins with.</summary>
    private const string Root = "standby";

    /// <summary>Where the start script begins to do things: what is above are functions, of which this replaces some.</summary>
    private const string Begin = "\nmount_cache\n";

    private static readonly Lazy<ImmutableArray<MachineFile>> All = new(() => [new(Root, "standby.sh", EmbeddedText.Read("standby.sh"))]);

    /// <summary>Its file.</summary>
    public static ImmutableArray<MachineFile> Files => All.Value;

    /// <summary>The start script with the file read before anything is done; it needs <see cref="MachineFile.Fetcher"/>.</summary>
    public static string Into(string script) => script.Contains(Begin, StringComparison.Ordinal)
        ? script.Replace(Begin, Start + Begin, StringComparison.Ordinal)
        : throw new InvalidOperationException("The start script begins otherwise than this expects.");

    /// <summary>The script's last line.</summary>
    public const string End = "\nprepared\n";

    private static string Start => $$"""

        HOOK='{{AmazonStandby.Hook}}' DISK=/var/lib/gpuinfra KEPT=/var/lib/gpuinfra-boot/bootstrap.sh
        STANDBY=/usr/local/lib/gpuinfra-standby
        retry 10 fetch_files "${STANDBY}" {{string.Join(' ', Files.Select(file => file.Key))}}
        . "${STANDBY}/standby.sh"
        """;
}
