using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Sizing;

/// <summary>In which formats a replica's weights are held and multiplied, and at what sustained rates.</summary>
internal readonly struct WeightNumbers
{
    private const int HalfBits = 16;
    private const double HalfBytes = 2;

    /// <summary>
    /// Share of the 16-bit rate at which 4-bit weights are unpacked and multiplied: with large batches the unpacking shows (the Marlin
    /// kernels' authors find no gain over 16 bits there, arXiv 2408.11743). An assumption: no measured row has such weights.
    /// </summary>
    private const double UnpackShare = 0.6;

    public WeightNumbers(ReplicaSetup setup, ModelParts parts, Calibration calibration)
    {
        var (gpu, precision) = (setup.Gpu, setup.Precision);
        var peak = gpu.PeakRate(precision) ?? throw new ArgumentException($"{gpu.Id} has no {precision} arithmetic.", nameof(setup));
        var bits = gpu.MultipliedBits(precision);
        Bytes = WeightBytes.Of(setup.Model, precision);
        Rate16 = SustainedRate.Of(gpu.Fp16.OperationsPerSecond, HalfBits, gpu.Board, calibration);
        Rate = SustainedRate.Of(peak.OperationsPerSecond, bits, gpu.Board, calibration) * (bits > 8 * precision.BytesPerWeight() + 1 ? UnpackShare : 1);
        Rate8 = gpu.Fp8 is { } eight ? SustainedRate.Of(eight.OperationsPerSecond, 8, gpu.Board, calibration) : Rate16;
        IsQuantised = bits < HalfBits;
        IsAttentionQuantised = IsQuantised && Bytes.Attention < parts.Attention * HalfBytes;
        IsFeedForwardQuantised = IsQuantised && Bytes.FeedForward < parts.FeedForward * HalfBytes;
    }

    /// <summary>Bytes by part of the model.</summary>
    public WeightBytes Bytes { get; }

    /// <summary>Operations per second in the weights' format.</summary>
    public double Rate { get; }

    /// <summary>Operations per second in 16 bits.</summary>
    public double Rate16 { get; }

    /// <summary>Operations per second in 8 bits; as in 16 bits where the hardware has no such format.</summary>
    public double Rate8 { get; }

    /// <summary>Operations per second on the attention's weights.</summary>
    public double AttentionRate => IsAttentionQuantised ? Rate : Rate16;

    /// <summary>Operations per second on the weights of dense feed-forward layers and shared experts.</summary>
    public double FeedForwardRate => IsFeedForwardQuantised ? Rate : Rate16;

    /// <summary>True when inputs are brought to fewer than 16 bits before they are multiplied.</summary>
    public bool IsQuantised { get; }

    /// <summary>The same of the attention, which some checkpoints keep in 16 bits.</summary>
    public bool IsAttentionQuantised { get; }

    /// <summary>The same of dense feed-forward layers and shared experts.</summary>
    public bool IsFeedForwardQuantised { get; }
}
