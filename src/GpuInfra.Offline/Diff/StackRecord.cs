using System.Collections.Immutable;
using System.Text.Json;
using GpuInfra.Offline.Diff.Reading;
using GpuInfra.Planning.Plans;
using Pulumi.Offline;

namespace GpuInfra.Offline.Diff;

/// <summary>
/// What a diff reads of a preview, from a file or from memory: both come through the same document, so they compare alike.
/// </summary>
public sealed record StackRecord
{
    /// <summary>The stack.</summary>
    public required string Stack { get; init; }

    /// <summary>What the fleet costs, leaves over and consists of.</summary>
    public required FleetFacts Fleet { get; init; }

    /// <summary>Every registration, with computed values unknown.</summary>
    public required ImmutableArray<ResourceRecord> Resources { get; init; }

    /// <summary>
    /// By URN, the inputs that hold unknowns, with invented values in their place; empty for a record of an older version. They show
    /// changes around an unknown, as of a script that names a bucket.
    /// </summary>
    public required ImmutableSortedDictionary<string, PropertyValue.Map> Resolved { get; init; }

    /// <summary>Names of servings, regions and clouds that the plan retires: what belongs to them may go.</summary>
    public ImmutableArray<string> Retired { get; init; } = [];

    /// <summary>The plan's waivers; none for a record of an older version.</summary>
    public ImmutableArray<Waiver> Waivers { get; init; } = [];

    /// <summary>Days on which the plan lets only growth be deployed; none for a record of an older version.</summary>
    public ImmutableArray<Freeze> Freezes { get; init; } = [];

    /// <summary>What policies said when it was made; none for a record of an older version.</summary>
    public ImmutableArray<CheckResult> Checks { get; init; } = [];

    /// <summary>The cloud that is deployed, as <c>aws</c>, while the others are left as they are; null when all are.</summary>
    public string? Scope { get; init; }

    /// <summary>The incident that the fleet was planned in; null in ordinary times.</summary>
    public IncidentFacts? Incident { get; init; }

    /// <summary>The stack's outputs.</summary>
    public required PropertyValue.Map Outputs { get; init; }

    /// <summary>A preview, as its record would hold it.</summary>
    public static StackRecord Of(PreviewRecord preview)
    {
        using var buffer = new MemoryStream();
        PreviewJson.Write(buffer, preview);
        using var document = JsonDocument.Parse(buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
        return RecordReader.Read(new RecordNode(document.RootElement, ""));
    }
}
