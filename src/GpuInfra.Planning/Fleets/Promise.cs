namespace GpuInfra.Planning.Fleets;

/// <summary>What a row of a <see cref="FleetFormulation"/> stands for.</summary>
/// <param name="Serving">The serving; null for what servings share.</param>
/// <param name="Kind">What it promises.</param>
/// <param name="Subject">The cloud, zone or limit.</param>
/// <param name="Row">The row's number.</param>
internal sealed record Promise(ServingNeed? Serving, PromiseKind Kind, string Subject, int Row)
{
    /// <summary>The limit that is kept; null for other promises.</summary>
    public SharedLimit? Limit { get; init; }
}

/// <summary>What kind of thing a row promises.</summary>
internal enum PromiseKind
{
    /// <summary>A cloud carries its share of the peak with headroom.</summary>
    Peak,

    /// <summary>Reservations carry the baseline in a cloud.</summary>
    Reserve,

    /// <summary>Enough is left after the loss of a zone.</summary>
    Zone,

    /// <summary>Enough is left after the loss of a cloud.</summary>
    Cloud,

    /// <summary>There are enough replicas.</summary>
    Replicas,

    /// <summary>A shared limit is kept.</summary>
    Limit,

    /// <summary>No more is spent than allowed.</summary>
    Spend,
}
