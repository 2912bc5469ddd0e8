using System.Collections.Immutable;

namespace GpuInfra.Infra.Common;

/// <summary>The ranges of private networks (RFC 1918), by a word for the names of rules.</summary>
internal static class PrivateRanges
{
    public static ImmutableArray<(string Name, string Range)> All { get; } =
        [("ten", "10.0.0.0/8"), ("one-seven-two", "172.16.0.0/12"), ("one-nine-two", "192.168.0.0/16")];
}
