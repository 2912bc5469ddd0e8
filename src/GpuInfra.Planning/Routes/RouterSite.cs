namespace GpuInfra.Planning.Routes;

/// <summary>Where a router's things are on its machine.</summary>
public sealed record RouterSite
{
    /// <summary>On the machines that are deployed.</summary>
    public static RouterSite Deployed { get; } = new();

    /// <summary>Folder of the maps that the agent writes, the keys' sums and the certificate.</summary>
    public string Folder { get; init; } = "/etc/gpuinfra-router";

    /// <summary>The socket through which the agent speaks.</summary>
    public string Socket { get; init; } = "/run/haproxy/admin.sock";

    /// <summary>The user and group that it runs as; empty for who starts it.</summary>
    public string User { get; init; } = "haproxy";

    /// <summary>Where it listens; null for the entry's own port.</summary>
    public int? Port { get; init; }

    /// <summary>Connections that it keeps, each of which may hold a request of a buffer's size; the machine must allow it twice as many files.</summary>
    public int Connections { get; init; } = 10_000;

    /// <summary>Where it answers health checks.</summary>
    public int HealthPort { get; init; } = RouterEntry.HealthPort;
}
