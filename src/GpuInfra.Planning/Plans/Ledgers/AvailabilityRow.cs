using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Plans.Ledgers;

/// <summary>What was seen of one machine type, or of one GPU, in a place. At least one of its figures is there.</summary>
public sealed record AvailabilityRow
{
    /// <summary>The cloud.</summary>
    public required CloudProvider Cloud { get; init; }

    /// <summary>The region.</summary>
    public required string Region { get; init; }

    /// <summary>The zone, on AWS by its id; null for the whole region.</summary>
    public required string? Zone { get; init; }

    /// <summary>The machine type; null when it is about a GPU.</summary>
    public required string? InstanceType { get; init; }

    /// <summary>The GPU, by catalog id; null when it is about a machine type.</summary>
    public required string? Gpu { get; init; }

    /// <summary>How it would be started.</summary>
    public required PurchaseMode Mode { get; init; }

    /// <summary>The cloud's own score, 1 (will fail) to 10 (very likely to succeed); null when there is none.</summary>
    public int? Score { get; init; }

    /// <summary>Own launches; null when there were none.</summary>
    public LaunchTally? Launches { get; init; }

    /// <summary>From asking to having it; null when nobody measured.</summary>
    public TimeSpan? FulfilledIn { get; init; }

    /// <summary>How spot is taken away; null when nobody measured.</summary>
    public InterruptionFigures? Interruptions { get; init; }

    /// <summary>Where the figures are from.</summary>
    public required string Source { get; init; }

    /// <summary>The day they were seen.</summary>
    public required DateOnly Seen { get; init; }

    /// <summary>What it is about, as <c>p5.48xlarge in us-east-1 (use1-az2)</c>.</summary>
    public string Subject => $"{InstanceType ?? Gpu} in {Region}{(Zone is null ? "" : $" ({Zone})")}";

    /// <summary>True when the row is about such machines, however they are started.</summary>
    public bool IsAbout(CloudProvider cloud, string region, string instanceType, string gpu) => cloud == Cloud && region == Region
        && (InstanceType is null ? gpu == Gpu : instanceType == InstanceType);

    /// <summary>Days since it was seen; negative for a row of a later day.</summary>
    public int AgeOn(DateOnly day) => day.DayNumber - Seen.DayNumber;
}

/// <summary>Own launches: how many were tried, and how many of them failed for want of capacity.</summary>
public sealed record LaunchTally(int Tried, int Failed);

/// <summary>How often spot is taken away, and what that costs each time.</summary>
/// <param name="PerHour">Interruptions of a machine in an hour, above zero.</param>
/// <param name="Restart">From the loss to a successor that serves.</param>
/// <param name="LostWork">Work of a machine that is done again.</param>
public sealed record InterruptionFigures(double PerHour, TimeSpan Restart, TimeSpan LostWork)
{
    /// <summary>
    /// Share of paid hours that become work. Between two interruptions lie 1/λ hours of work; each costs r hours without a machine and w
    /// hours done again, so that of 1/λ + r + w hours 1/λ count: 1 / (1 + λ (r + w)) (renewal reward theorem).
    /// </summary>
    public double Uptime => 1 / (1 + PerHour * (Restart + LostWork).TotalHours);
}
