using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// What a fleet takes of a quota at once: machines that run, successors that start beside them in a rolling update, and on-demand machines
/// that stand in for spot ones that are taken away. Reserved machines count like any others of their family.
/// </summary>
public sealed record QuotaNeed
{
    /// <summary>The cloud.</summary>
    public required CloudProvider Cloud { get; init; }

    /// <summary>The region.</summary>
    public required string Region { get; init; }

    /// <summary>The quota's code or metric; for machines whose quota the catalog does not know, their type.</summary>
    public required string Code { get; init; }

    /// <summary>True for spot or preemptible machines, which are counted apart.</summary>
    public required bool IsSpot { get; init; }

    /// <summary>What runs at the desired size, in <see cref="Unit"/>.</summary>
    public required int Running { get; init; }

    /// <summary>What a rolling update starts beside it, and what is prepared to wait stopped.</summary>
    public required int Surge { get; init; }

    /// <summary>What stands in for spot machines where the plan falls back on demand.</summary>
    public required int Failover { get; init; }

    /// <summary>What the ledger gives the stack; null when it does not say.</summary>
    public required int? Limit { get; init; }

    /// <summary>The month of the horizon with the largest need.</summary>
    public required Month MostIn { get; init; }

    /// <summary>The need in that month.</summary>
    public required int Most { get; init; }

    /// <summary>What is counted: vCPUs on AWS, GPUs on Google Cloud.</summary>
    public string Unit => QuotaRules.UnitOf(Cloud);

    /// <summary>All of it.</summary>
    public int Total => Running + Surge + Failover;

    /// <summary>False when the ledger gives less than is needed.</summary>
    public bool Fits => Limit is null || Total <= Limit;
}
