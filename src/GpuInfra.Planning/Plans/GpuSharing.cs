using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Plans;

/// <summary>Whether several replicas of a serving may share a GPU.</summary>
/// <param name="Mode">How.</param>
/// <param name="Profile">The MIG profile; null where any may be chosen.</param>
/// <param name="PerGpu">Replicas on each GPU; null for as many as the profile allows.</param>
public sealed record GpuSharing(SharingMode Mode, string? Profile = null, int? PerGpu = null)
{
    /// <summary>Each replica has its GPUs to itself.</summary>
    public static GpuSharing None { get; } = new(SharingMode.None);

    /// <summary>The parts that a GPU may be cut into; none where the plan's profile or number cannot be had of it.</summary>
    public IEnumerable<GpuCut> SharesOf(Gpu gpu) => Mode switch
    {
        SharingMode.TimeSlicing => [new GpuCut(null, PerGpu ?? 1)],
        SharingMode.Mig => gpu.Mig.Where(profile => Profile is null ? profile.Instances > 1 : profile.Profile == Profile)
            .Where(profile => PerGpu is null || PerGpu <= profile.Instances)
            .Select(profile => new GpuCut(profile.Profile, PerGpu ?? profile.Instances)),
        _ => [],
    };

    /// <summary>Whether a whole GPU may be taken as well: where the plan leaves the cut to the planner.</summary>
    public bool AllowsWhole => Mode == SharingMode.None || (Mode == SharingMode.Mig && Profile is null);
}

/// <summary>How replicas share a GPU.</summary>
public enum SharingMode
{
    /// <summary>They do not.</summary>
    None,

    /// <summary>It is cut into instances (NVIDIA's MIG).</summary>
    Mig,

    /// <summary>They take turns on it.</summary>
    TimeSlicing,
}
