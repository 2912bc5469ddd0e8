using GpuInfra.Planning.Monitoring;

namespace GpuInfra.Infra.Common;

/// <summary>
/// The ports that replicas listen on: the first replica of a machine on 8000, the next on 8001, …; eight GPUs cut into seven instances each are
/// the most that planning puts on a machine (<c>OfferSizer.MostReplicas</c>).
/// </summary>
internal static class EnginePorts
{
    public const int First = ExporterPorts.Engine;

    public const int Last = First + 63;
}
