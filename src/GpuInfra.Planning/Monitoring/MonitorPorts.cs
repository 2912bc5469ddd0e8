namespace GpuInfra.Planning.Monitoring;

/// <summary>The ports of monitors that the stack makes, each the default of its program (prometheus.io, port allocations; grafana.com, configuration).</summary>
public static class MonitorPorts
{
    /// <summary>Prometheus.</summary>
    public const int Prometheus = 9090;

    /// <summary>Alertmanager.</summary>
    public const int Alertmanager = 9093;

    /// <summary>Alertmanagers among themselves, by TCP and UDP: who has told whom.</summary>
    public const int Gossip = 9094;

    /// <summary>Grafana, which people reach through the clouds' tunnels only.</summary>
    public const int Grafana = 3000;
}
