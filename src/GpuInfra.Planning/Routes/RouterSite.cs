namespace GpuInfra.Planning.Routes;

/// <summary>Where a router's things are on its machine, or in its container.</summary>
public sealed record RouterSite
{
    /// <summary>On the machines that are deployed.</summary>
    public static RouterSite Deployed { get; } = new();

    /// <summary>In a cluster: without root, behind a gateway, and with replicas that are found by name.</summary>
    /// <param name="services">Where the pools' Services are named, as <c>serving.svc.cluster.local</c>.</param>
    public static RouterSite InCluster(string services) => new() { User = "", Port = 8080, IsBehindGateway = true, Services = services };

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

    /// <summary>Where it takes back what the bridge has had.</summary>
    public int LoopPort { get; init; } = RouterEntry.LoopPort;

    /// <summary>Where the bridge beside it listens.</summary>
    public int BridgePort { get; init; } = RouterEntry.BridgePort;

    /// <summary>Where the pools' Services are named; null on machines, whose agent finds replicas and gives them places.</summary>
    public string? Services { get; init; }

    /// <summary>The port of replicas that are found by name.</summary>
    public int EnginePort { get; init; } = 8000;

    /// <summary>Who resolves names, as <c>127.0.0.1:53</c>; null for whom the machine or container asks.</summary>
    public string? NameServer { get; init; }

    /// <summary>True where a gateway before it ends TLS and says in <c>X-Forwarded-For</c> who asks.</summary>
    public bool IsBehindGateway { get; init; }
}
