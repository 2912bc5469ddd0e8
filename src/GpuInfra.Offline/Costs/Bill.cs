using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Offline.Costs;

/// <summary>What a pricing rule says of a resource.</summary>
internal sealed record Pricing(ImmutableArray<CostLine> Lines, ImmutableArray<UnpricedPart> Unpriced, string? FreeBecause)
{
    /// <summary>It costs nothing by itself.</summary>
    public static Pricing Free(string because) => new([], [], because);
}

/// <summary>Collects the lines of a resource. A price is the region's own or there is none: it is never taken from another region.</summary>
internal sealed class Bill(RegionPrices prices, CloudProvider cloud, string region)
{
    private readonly ImmutableArray<CostLine>.Builder _lines = ImmutableArray.CreateBuilder<CostLine>();
    private readonly ImmutableArray<UnpricedPart>.Builder _unpriced = ImmutableArray.CreateBuilder<UnpricedPart>();

    /// <summary>A quantity of a catalog SKU; nothing when the quantity is zero.</summary>
    public Bill Add(CostKind kind, string service, string sku, decimal quantity, string formula)
    {
        if (quantity == 0)
        {
            return this;
        }

        return prices.Find(cloud, region, service, sku) is { } row
            ? Add(new CostLine(kind, sku, quantity, row.Unit, row.Price, formula, row.Source, row.AsOf))
            : Unpriced(sku, $"no price row for {region}");
    }

    /// <summary>Hours of an offer's machines; nothing when there are none.</summary>
    public Bill Add(CostKind kind, Offer offer, string market, UsdPerHour? price, decimal hours, string formula)
    {
        if (hours == 0)
        {
            return this;
        }

        return price is { } known
            ? Add(new CostLine(kind, offer.InstanceType, hours, "hour", new Usd(known.Amount), formula, offer.Source, offer.AsOf))
            : Unpriced($"{offer.InstanceType} {market}", $"no price row for {region}");
    }

    /// <summary>A line that is priced already.</summary>
    public Bill Add(CostLine line)
    {
        _lines.Add(line);
        return this;
    }

    /// <summary>A part that is billed and has no price here.</summary>
    public Bill Unpriced(string what, string reason)
    {
        _unpriced.Add(new UnpricedPart(what, reason));
        return this;
    }

    /// <summary>The resource's pricing.</summary>
    /// <param name="otherwise">Why it is free when nothing was added.</param>
    public Pricing ToPricing(string otherwise) => _lines.Count + _unpriced.Count == 0
        ? Pricing.Free(otherwise)
        : new Pricing(_lines.ToImmutable(), _unpriced.ToImmutable(), null);
}
