namespace GpuInfra.Planning.Monitoring;

/// <summary>The ports that a GPU machine's series are read from, each the default of its program.</summary>
public static class ExporterPorts
{
    /// <summary>vLLM's first replica of a machine; the next answers on the next port.</summary>
    public const int Engine = 8000;

    /// <summary>The DCGM exporter (NVIDIA/dcgm-exporter, <c>--address</c>, read 2026-05-12).</summary>
    public const int Dcgm = 9400;

    /// <summary>The node exporter (prometheus.io, port allocations).</summary>
    public const int Node = 9100;
}
