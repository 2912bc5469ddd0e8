using GpuInfra.Planning.Units;

namespace GpuInfra.Offline.Costs;

/// <summary>One product of a quantity and a unit price.</summary>
/// <param name="Kind">What it is spent on.</param>
/// <param name="Sku">What is sold: a catalog SKU, an instance type, or a held commitment.</param>
/// <param name="Quantity">How much of it an average month takes.</param>
/// <param name="Unit">What the quantity is counted in, as <c>GiB-month</c>.</param>
/// <param name="UnitPrice">US dollars for one unit; negative for what a commitment takes off.</param>
/// <param name="Formula">How the quantity follows from the registration.</param>
/// <param name="Source">Where the price stands.</param>
/// <param name="AsOf">The price's date; null where the source states none.</param>
public sealed record CostLine(
    CostKind Kind, string Sku, decimal Quantity, string Unit, Usd UnitPrice, string Formula, string Source, DateOnly? AsOf)
{
    /// <summary>Its cost in an average month, in whole cents, rounded so that a pool's lines of a kind add up.</summary>
    public Usd Monthly { get; init; }

    /// <summary>The product before rounding.</summary>
    internal decimal Exact => Quantity * UnitPrice.Amount;
}

/// <summary>Something that a resource will be billed for and the total does not hold.</summary>
/// <param name="What">What is billed, as <c>data transfer</c>.</param>
/// <param name="Reason">Why it has no price here.</param>
public sealed record UnpricedPart(string What, string Reason);
