using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Infra.Common;

/// <summary>The machines without a GPU that the stack needs for itself: routers and monitors.</summary>
internal static class CpuMachine
{
    /// <summary>GiB of the disk that it starts from: the system and its logs.</summary>
    public const int DiskGib = 20;

    /// <summary>Its type: two processors, and 8 GiB for the requests that wait in a router or the series that a monitor looks at.</summary>
    public static string Type(CloudProvider cloud) => cloud == CloudProvider.Aws ? "m7i.large" : "e2-standard-2";

    /// <summary>The script that it runs when it starts: its settings, what <c>shell.sh</c> and <c>machine.sh</c> have, and its own part. It holds names of secrets and no secret.</summary>
    /// <param name="settings">The settings, in order.</param>
    /// <param name="assets">Its own parts in <c>Assets/</c>, in order.</param>
    public static string Script(IEnumerable<(string Key, string Value)> settings, params IEnumerable<string> assets) =>
        $"#!/usr/bin/env bash\n{string.Concat(settings.Select(setting => $"{setting.Key}={Bootstrap.Quote(setting.Value)}\n"))}{Own("shell.sh")}{Own("machine.sh")}{string.Concat(assets.Select(Own))}";

    /// <summary>A text of <c>Assets/</c> without the line that names the interpreter.</summary>
    private static string Own(string asset)
    {
        var text = EmbeddedText.Read(asset);
        return text.StartsWith("#!", StringComparison.Ordinal) ? text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..] : text;
    }
}
