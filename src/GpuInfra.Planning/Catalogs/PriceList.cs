using System.Collections.Immutable;

namespace GpuInfra.Planning.Catalogs;

/// <summary>The prices of everything beside GPU machines, each kind read when it is first asked for.</summary>
internal sealed class PriceList
{
    private readonly Lazy<ImmutableArray<UnitPrice>> _units;
    private readonly Lazy<ImmutableArray<CpuOffer>> _cpus;
    private readonly Lazy<ImmutableArray<CommitmentDiscount>> _commitments;

    /// <summary>A list whose kinds are read by the given functions; CPU machines are made from unit prices.</summary>
    public PriceList(
        Func<ImmutableArray<UnitPrice>> units,
        Func<ImmutableArray<UnitPrice>, ImmutableArray<CpuOffer>> cpus,
        Func<ImmutableArray<CommitmentDiscount>> commitments)
    {
        _units = new Lazy<ImmutableArray<UnitPrice>>(units);
        _cpus = new Lazy<ImmutableArray<CpuOffer>>(() => cpus(_units.Value));
        _commitments = new Lazy<ImmutableArray<CommitmentDiscount>>(commitments);
    }

    /// <summary>Unit prices, ordered by cloud, region and SKU.</summary>
    public ImmutableArray<UnitPrice> Units => _units.Value;

    /// <summary>Machines without accelerators, in the order of <see cref="Units"/>.</summary>
    public ImmutableArray<CpuOffer> Cpus => _cpus.Value;

    /// <summary>Published discounts for terms.</summary>
    public ImmutableArray<CommitmentDiscount> Commitments => _commitments.Value;
}
