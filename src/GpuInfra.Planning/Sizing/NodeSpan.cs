using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Sizing;

/// <summary>
/// Machines that hold one replica together: each layer is split over the GPUs of a machine, and the layers are cut into as many stages as there
/// are machines, as vLLM advises (its page "Parallelism and scaling", read 2026-11-29). So only what passes between two stages leaves a machine.
/// </summary>
/// <param name="Nodes">The machines, 2 or more.</param>
/// <param name="Fabric">What passes between two of them at most, of the data sheet.</param>
public sealed record NodeSpan(int Nodes, ByteRate Fabric)
{
    private const double ActivationBytes = 2;

    /// <summary>vLLM hands on a layer's output and the residual beside it (<c>hidden_states</c> and <c>residual</c> of its IntermediateTensors).</summary>
    private const double HandedOn = 2;

    /// <summary>
    /// The start of a transfer over a fabric: tens of microseconds over EFA and more over GPUDirect-TCPX. An assumption; what the engine itself
    /// takes to hand on (<see cref="Coefficient.StageSeconds"/>, fitted within machines) is a hundred times as much.
    /// </summary>
    private const double StartSeconds = 50e-6;

    /// <summary>Time of a hop however little is handed on.</summary>
    internal double HopSeconds => StartSeconds;

    /// <summary>Time of a hop per token: each GPU sends its part through the machine's own cards, which reach the share that PCI Express does.</summary>
    internal double HopSecondsPerToken(Model model, Calibration calibration) =>
        HandedOn * model.HiddenSize * ActivationBytes / (Fabric.BytesPerSecond * calibration[Coefficient.PcieShare]);
}
