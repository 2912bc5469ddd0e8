using System.Collections.Immutable;
using GpuInfra.Planning.Routes;

namespace GpuInfra.Infra.Common;

/// <summary>The bridge beside routers, the same program on machines and in pods: files of Python's standard library alone, and what the plan says.</summary>
internal static class BridgeSource
{
    /// <summary>The program's files; the first begins.</summary>
    private static readonly string[] Program = ["main.py", "amazon.py", "apis.py", "chat.py", "dialects.py", "figures.py", "google.py", "wire.py"];

    /// <summary>What it is told.</summary>
    public const string Configuration = "bridge.json";

    /// <summary>The files by name; none where the entry has no bridge.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="site">Where things are.</param>
    public static ImmutableSortedDictionary<string, string> Files(RouterEntry entry, RouterSite site) => !entry.HasBridge ? ImmutableSortedDictionary<string, string>.Empty :
        Program.ToImmutableSortedDictionary(file => file, file => EmbeddedText.Read($"bridge/{file}"), StringComparer.Ordinal).Add(Configuration, BridgeConfig.Of(entry, site));
}
