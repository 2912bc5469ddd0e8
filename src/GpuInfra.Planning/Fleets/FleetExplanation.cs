using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>What a fleet would cost otherwise: without each promise and constraint of its plan, without each offer that it runs on, and with offers that it does not.</summary>
/// <param name="Prices">What promises and constraints cost, in the order of the plan.</param>
/// <param name="Margins">What the offers taken save, ordered by serving and offer.</param>
/// <param name="Distances">How far offers were from being taken, by serving, the nearest first; the cheapest of each GPU.</param>
public sealed record FleetExplanation(ImmutableArray<ConstraintPrice> Prices, ImmutableArray<OfferMargin> Margins, ImmutableArray<OfferDistance> Distances)
{
    /// <summary>Nodes of a search tree for each question: one that needs more is answered by a bound.</summary>
    internal const int Nodes = 20_000;

    /// <summary>Solves the deployed month again for each question; empty for a fleet that was not solved here.</summary>
    public static FleetExplanation Of(FleetPlan fleet, Catalog catalog) => fleet.Optimum is { } solved
        ? new(ConstraintPrices.Of(fleet, solved, catalog), OfferMargins.Of(solved), OfferDistances.Of(fleet, solved, catalog))
        : new([], [], []);
}

/// <summary>What a promise or constraint costs: the fleet's cost with it less the cost of the cheapest fleet without it alone.</summary>
/// <param name="Constraint">Its key in the plan, as <c>survive.cloud</c>.</param>
/// <param name="Words">The same in words, as <c>surviving the loss of a cloud</c>.</param>
/// <param name="Monthly">What it costs in a month; zero when it changes nothing.</param>
/// <param name="Part">The same as a part of what the fleet costs without it.</param>
/// <param name="IsProven">False when the node limit ended the search, so that it may cost more.</param>
public sealed record ConstraintPrice(string Constraint, string Words, Usd Monthly, Share Part, bool IsProven)
{
    /// <summary>As a sentence.</summary>
    public override string ToString() => Monthly.Amount == 0
        ? $"{Words} costs {(IsProven ? "nothing" : "nothing that was found")}"
        : FormattableString.Invariant($"{Words} costs {(IsProven ? "" : "at least ")}${Monthly.Amount:N0} a month ({Part.Percent:0.#} %)");
}

/// <summary>By how much an offer won.</summary>
/// <param name="Serving">The serving.</param>
/// <param name="Offer">The offer that it runs on.</param>
/// <param name="Monthly">What the serving would cost more in a month without it; negative when it is only kept because it runs; null when nothing could stand in.</param>
/// <param name="Instead">What would run instead in its cloud, as <c>3 × g6e.xlarge</c>; null when nothing could.</param>
public sealed record OfferMargin(string Serving, string Offer, Usd? Monthly, string? Instead);
