using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// What a held commitment is paid with, used or not, and what a machine under it costs beyond that. A commitment to a machine type pays whole
/// machines. One to a family pays GPUs at the family's lowest price of a GPU in the region; what a machine costs above that for its GPUs
/// (more memory, more processors) is not committed to, and takes the same percentage off.
/// </summary>
/// <param name="Unit">What a unit (a machine of the type, a GPU of the family) is paid for an hour.</param>
/// <param name="Commitment">The commitment.</param>
internal sealed record CommitmentPrice(HeldCommitment Commitment, UsdPerHour Unit)
{
    /// <summary>The price of a commitment in a month; null when it is told as a percentage of a price that the catalog does not have.</summary>
    public static CommitmentPrice? Of(HeldCommitment commitment, CapacityPlan plan, Catalog catalog, Month month)
    {
        if (commitment.Hourly is { } hourly)
        {
            return new(commitment, hourly);
        }

        var prices = catalog.OffersIn(commitment.Cloud, commitment.Region)
            .Where(offer => commitment.CoversType(offer.Cloud, offer.Region, offer.InstanceType))
            .Select(offer => NegotiatedPrices.Of(offer, plan, month))
            .Where(offer => offer.OnDemand is not null)
            .Select(offer => offer.OnDemand!.Value.Amount / (commitment.InstanceType is null ? offer.GpusPerInstance : 1))
            .ToList();
        return prices.Count == 0 ? null : new(commitment, commitment.PriceOf(new UsdPerHour(prices.Min())));
    }

    /// <summary>Units that a machine takes: itself, or its GPUs.</summary>
    public int Weight(int gpusPerInstance) => Commitment.InstanceType is null ? gpusPerInstance : 1;

    /// <summary>What of a machine's price the commitment pays already.</summary>
    public UsdPerHour Paid(int gpusPerInstance) => Unit * Weight(gpusPerInstance);

    /// <summary>What one more machine under it costs beyond what is paid already; never less than nothing.</summary>
    /// <param name="price">What it would cost without.</param>
    /// <param name="gpusPerInstance">Its GPUs.</param>
    public UsdPerHour Margin(UsdPerHour price, int gpusPerInstance) =>
        new(Math.Max(0, Commitment.PriceOf(price).Amount - Paid(gpusPerInstance).Amount));

    /// <summary>What all of it is paid in an average month.</summary>
    public decimal Monthly => Unit.Amount * Commitment.Count * UsdPerHour.HoursPerMonth;
}
