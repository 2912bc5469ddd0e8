namespace GpuInfra.Planning.Catalogs;

/// <summary>A part of a GPU that one replica has: an instance of its own, or its turn on a GPU that several take turns on.</summary>
/// <param name="Profile">The MIG profile; null where replicas take turns.</param>
/// <param name="PerGpu">Such parts on a GPU, two or more unless a profile fits once only.</param>
public sealed record GpuCut(string? Profile, int PerGpu)
{
    /// <summary>
    /// Of its nominal memory an instance shows 97.5 %: 9.75 of 10 GiB on H100 (<c>nvidia-smi mig -lgip</c>, jbarrow.ai/field_notes/nvidia-mig, 2026-06-11).
    /// </summary>
    private const double Shown = 0.975;

    /// <summary>
    /// The GPU as one of the replicas sees it. An instance has its slices of everything and no link to other GPUs. Replicas that take turns have equal parts of the
    /// memory, which the engine's limit keeps, and on average of the rest: each runs alone, at full speed, for its part of the time. What the host does
    /// for a step is not shared either way: hosts have cores enough.
    /// </summary>
    public Gpu Of(Gpu gpu)
    {
        var mig = Profile is null ? null : gpu.Mig.First(profile => profile.Profile == Profile);
        var (memory, bandwidth, compute) = mig is null
            ? (1.0 / PerGpu, 1.0 / PerGpu, 1.0 / PerGpu)
            : (Shown * mig.MemorySlices / mig.OfMemorySlices, (double)mig.CacheSlices / mig.OfMemorySlices, (double)mig.ComputeSlices / mig.OfComputeSlices);
        return gpu with
        {
            Memory = gpu.Memory * memory,
            Bandwidth = gpu.Bandwidth * bandwidth,
            Fp16 = gpu.Fp16 * compute,
            Fp8 = gpu.Fp8 * compute,
            Int8 = gpu.Int8 * compute,
            Fp4 = gpu.Fp4 * compute,
            NvLink = null,
        };
    }

    /// <summary>As <c>3 × 2g.20gb</c>.</summary>
    public override string ToString() => Profile is null ? FormattableString.Invariant($"{PerGpu} by turns") : FormattableString.Invariant($"{PerGpu} × {Profile}");
}
