using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Catalogs;

/// <summary>What an accelerator's sustained speed depends on besides its peak rates.</summary>
/// <param name="PowerWatts">Power that it may draw for long (thermal design power), above zero.</param>
/// <param name="ProcessNm">Name of the manufacturing process in nanometres, above zero; smaller ones take less energy per operation.</param>
/// <param name="HostLink">PCI Express to the host and to other accelerators, one way.</param>
/// <param name="NvLinkGpus">Accelerators that NVLink joins, at least 1; 1 where there is none.</param>
public sealed record GpuBoard(double PowerWatts, double ProcessNm, ByteRate HostLink, int NvLinkGpus)
{
    /// <summary>Accelerators that one host has at most, whatever joins them.</summary>
    public const int NodeGpus = 8;
}
