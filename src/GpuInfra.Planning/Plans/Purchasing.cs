using System.Collections.Immutable;

namespace GpuInfra.Planning.Plans;

/// <summary>Which tiers are used for what.</summary>
/// <param name="ReserveUpToPercentile">Demand percentile up to which online capacity is reserved; null to reserve nothing.</param>
/// <param name="ReserveTerm">The term the planner would commit to. It lowers no price until a held commitment covers it.</param>
/// <param name="SpotFor">Kinds of serving that may run on spot; never <see cref="ServingKind.Online"/>.</param>
/// <param name="SpotFallback">What happens to spot demand that spot cannot serve.</param>
public sealed record Purchasing(
    int? ReserveUpToPercentile,
    ReserveTerm ReserveTerm,
    ImmutableArray<ServingKind> SpotFor,
    SpotFallback SpotFallback)
{
    /// <summary>
    /// True when reservations may be made for what held ones do not carry of the percentile. Default: only what is held is used, so that a
    /// changed demand neither costs an hour that nobody approved nor waits for capacity that is scarce.
    /// </summary>
    public bool CreatesReservations { get; init; }

    /// <summary>The mail address that a cloud may ask back when the stack asks for quotas; null when it asks for none.</summary>
    public string? QuotaContact { get; init; }
}

/// <summary>How long capacity is committed to.</summary>
public enum ReserveTerm
{
    /// <summary>No commitment.</summary>
    None,

    /// <summary>One year.</summary>
    OneYear,

    /// <summary>Three years.</summary>
    ThreeYears,
}

/// <summary>What happens to spot demand that spot cannot serve.</summary>
public enum SpotFallback
{
    /// <summary>It waits for spot.</summary>
    None,

    /// <summary>It is served on demand.</summary>
    OnDemand,
}
