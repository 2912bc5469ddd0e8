using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Sizing;

/// <summary>
/// How fast GPUs exchange activations: over NVLink within its domain, over PCI Express within a node, over the network between nodes.
/// </summary>
internal readonly struct Interconnect
{
    /// <summary>
    /// A network card of 400 Gbit/s per GPU, as 8-GPU instances of both clouds have (EFA, InfiniBand or GPUDirect over Ethernet); the
    /// data sheet's rate. No measured row crosses nodes, so collectives are taken to reach PCI Express's share of it.
    /// </summary>
    private const double NetworkBytesPerSecond = 50e9;

    private readonly int _domain;
    private readonly double _start;
    private readonly double _near;
    private readonly double _host;
    private readonly double _network;

    public Interconnect(Gpu gpu, Calibration calibration)
    {
        _host = gpu.Board.HostLink.BytesPerSecond * calibration[Coefficient.PcieShare];
        _network = NetworkBytesPerSecond * calibration[Coefficient.PcieShare];
        (_near, _start, _domain) = gpu.NvLink is { } link
            ? (link.BytesPerSecond / 2 * calibration[Coefficient.NvLinkShare], calibration[Coefficient.NvLinkSeconds], gpu.Board.NvLinkGpus)
            : (_host, calibration[Coefficient.PcieSeconds], GpuBoard.NodeGpus);
    }

    /// <summary>
    /// Seconds per byte that each of <paramref name="gpus"/> GPUs contributes to an exchange. An all-gather or a reduce-scatter is one
    /// pass, an all-reduce two; a pass moves (n − 1)/n of the data over every GPU's link, and what leaves a domain is shared by its GPUs.
    /// </summary>
    public double SecondsPerByte(int gpus, int passes)
    {
        var near = Math.Min(gpus, _domain);
        var domains = (gpus + _domain - 1) / _domain;
        var far = gpus <= GpuBoard.NodeGpus ? _host : _network;
        return passes * (((near - 1.0) / near / _near) + ((domains - 1.0) / domains / near / far));
    }

    /// <summary>Seconds that an exchange among <paramref name="gpus"/> GPUs takes at least; it grows with those that must meet.</summary>
    public double StartSeconds(int gpus) => _start * (0.5 + (gpus / 8.0));
}
