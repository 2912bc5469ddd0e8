namespace GpuInfra.Planning.Catalogs;

/// <summary>
/// A way to cut a GPU into instances that share nothing (NVIDIA's Multi-Instance GPU): each has its slices of the memory, of the cache and memory
/// paths behind it, and of the multiprocessors.
/// </summary>
/// <param name="Gpu">The GPU's id.</param>
/// <param name="Profile">NVIDIA's name, as <c>1g.10gb</c>.</param>
/// <param name="MemorySlices">Slices of the memory that an instance has.</param>
/// <param name="CacheSlices">Slices of the cache, and with it of the bandwidth.</param>
/// <param name="OfMemorySlices">Slices of memory and cache that the GPU has.</param>
/// <param name="ComputeSlices">Slices of the multiprocessors that an instance has.</param>
/// <param name="OfComputeSlices">Slices of them that the GPU has.</param>
/// <param name="Instances">Instances that fit on the GPU at once.</param>
/// <param name="Source">Where the figures stand.</param>
/// <param name="AsOf">When they were read.</param>
public sealed record MigProfile(
    string Gpu, string Profile, int MemorySlices, int CacheSlices, int OfMemorySlices, int ComputeSlices, int OfComputeSlices, int Instances, string Source, DateOnly AsOf);
