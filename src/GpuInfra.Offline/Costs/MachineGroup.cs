using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;
using Pulumi.Offline;

namespace GpuInfra.Offline.Costs;

/// <summary>An instance group as its registration, its template and its schedules say it will run.</summary>
internal sealed record MachineGroup
{
    /// <summary>The group.</summary>
    public required ResourceRecord Resource { get; init; }

    /// <summary>The template that its machines start from.</summary>
    public required ResourceRecord? Template { get; init; }

    /// <summary>The machine type of its template; empty when there is none.</summary>
    public required string MachineType { get; init; }

    /// <summary>What it starts; null when the catalog does not have it in the region.</summary>
    public required Offer? Offer { get; init; }

    /// <summary>Machines while it runs.</summary>
    public required decimal Instances { get; init; }

    /// <summary>Hours of an average month in which they run; null when its schedule cannot be read.</summary>
    public required decimal? Hours { get; init; }

    /// <summary>The part of its machines that is interruptible, 0 to 1.</summary>
    public required decimal SpotShare { get; init; }

    /// <summary>Zones it may use.</summary>
    public required ImmutableArray<string> Zones { get; init; }

    /// <summary>The disks of each machine.</summary>
    public required ImmutableArray<MachineDisk> Disks { get; init; }

    /// <summary>Machines that wait stopped beside those that run: their disks are there all month, and nothing else of them costs.</summary>
    public decimal Standby { get; init; }

    /// <summary>Machine-hours of an average month.</summary>
    public decimal MachineHours => Instances * (Hours ?? 0);

    /// <summary>The mean spot price over its own zones; null when none has one.</summary>
    public UsdPerHour? Spot =>
        Offer is { } offer ? (offer with { Zones = [.. offer.Zones.Where(zone => Zones.Contains(zone.Zone))] }).MeanSpot : null;

    /// <summary>How its hours come about, as <c>6 × 730 h</c>.</summary>
    public string Formula => FormattableString.Invariant($"{Instances:0.##} × {Hours:0.##} h");
}

/// <summary>A disk that every machine of a group gets.</summary>
/// <param name="Type">Its type, as the cloud calls it.</param>
/// <param name="Gib">Its size.</param>
/// <param name="Iops">Operations per second asked for; null for what the type brings.</param>
/// <param name="Throughput">MiB per second asked for; null for what the type brings.</param>
internal sealed record MachineDisk(string Type, decimal Gib, decimal? Iops, decimal? Throughput);
