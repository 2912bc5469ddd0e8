namespace GpuInfra.Infra.Common;

/// <summary>Ports of file systems.</summary>
internal static class FilePorts
{
    /// <summary>NFS 4.</summary>
    public const int Nfs = 2049;

    /// <summary>Lustre.</summary>
    public static IReadOnlyList<(string Name, int First, int Last)> Lustre { get; } = [("lustre", 988, 988), ("lustre-more", 1018, 1023)];
}
