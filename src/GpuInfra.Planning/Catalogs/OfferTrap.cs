namespace GpuInfra.Planning.Catalogs;

/// <summary>Something about an offer that its row of prices does not show at first sight.</summary>
/// <param name="Kind">What kind of trap it is.</param>
/// <param name="Detail">What a reader should know, in one line.</param>
public sealed record OfferTrap(OfferTrapKind Kind, string Detail);

/// <summary>Kinds of <see cref="OfferTrap"/>.</summary>
public enum OfferTrapKind
{
    /// <summary>Spot costs almost what on-demand costs in some zones, and can still be taken away.</summary>
    SpotWithoutDiscount,

    /// <summary>There is a list price, and the type cannot be started on it.</summary>
    ListPriceOnly,

    /// <summary>No price is known, so it cannot be planned with.</summary>
    NoPrice,

    /// <summary>No zone is known, so nothing is placed on it.</summary>
    NoZone,

    /// <summary>It is also listed in local zones, which are off in an account until someone opts in; nothing is placed there.</summary>
    LocalZone,
}
