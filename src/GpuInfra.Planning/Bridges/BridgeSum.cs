using System.Collections.Immutable;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Bridges;

/// <summary>Adds a bridge up. Everything is exact until it closes; what cents leave over is rounding.</summary>
internal sealed class BridgeSum
{
    private readonly PricedFleet _before;
    private readonly PricedFleet _after;
    private readonly Dictionary<BridgeFactor, decimal> _parts = [];
    private readonly List<string> _notes = [];

    public BridgeSum(PricedFleet before, PricedFleet after)
    {
        (_before, _after) = (before, after);
        Add(BridgeFactor.Commitments, after.Committed - before.Committed);
    }

    /// <summary>All that the bought machines of two fleets differ by, without commitments.</summary>
    public void Add(BridgeFactor factor, ImmutableArray<PricedPool> from, ImmutableArray<PricedPool> to) =>
        Add(factor, to.Sum(pool => pool.Gross) - from.Sum(pool => pool.Gross));

    /// <summary>
    /// The same, told apart by pools: one that stays on its instance type and tier moves by its price times the machines it buys afterwards, and by
    /// those that it buys no more because they are held, at the earlier price; the rest is the factor's.
    /// </summary>
    public void AddByPool(BridgeFactor rest, ImmutableArray<PricedPool> from, ImmutableArray<PricedPool> to)
    {
        var old = from.ToLookup(pool => (pool.Id, pool.InstanceType, pool.Tier));
        var both = to.Select(pool => (Now: pool, Was: old[(pool.Id, pool.InstanceType, pool.Tier)].FirstOrDefault())).Where(pair => pair.Was is not null).ToList();
        var price = both.Sum(pair => pair.Now.Unit - pair.Was!.Unit is { } dearer ? dearer * pair.Now.Bought * pair.Now.HoursPerMonth : 0);
        var held = both.Sum(pair => (pair.Was!.Held - pair.Now.Held) * (pair.Was.Unit ?? pair.Now.Unit ?? 0) * pair.Now.HoursPerMonth);
        Add(BridgeFactor.Price, price);
        Add(BridgeFactor.Commitments, held);
        Add(rest, to.Sum(pool => pool.Gross) - from.Sum(pool => pool.Gross) - price - held);
    }

    /// <summary>Notes factors that could only be planned together with the one that followed.</summary>
    public void Note(IReadOnlyCollection<BridgeFactor> waiting, BridgeFactor? with)
    {
        if (waiting.Count > 0)
        {
            _notes.Add($"{string.Join(" and ", waiting.Select(factor => JsonText.Word(factor)))} cannot be planned alone and is counted under "
                + JsonText.Word(with ?? BridgeFactor.Calibration));
        }
    }

    /// <summary>The bridge, in cents.</summary>
    public CostBridge Close(ImmutableArray<BridgeFactor> factors)
    {
        var (before, after) = (_before.Monthly, _after.Monthly);
        var told = factors.Where(factor => factor != BridgeFactor.Rounding)
            .Select(factor => new BridgePart(factor, new Usd(_parts.GetValueOrDefault(factor)).ToCents())).ToList();
        var rounding = (after - before).Amount - told.Sum(part => part.Amount.Amount);
        return new CostBridge(before, after, [.. told, new BridgePart(BridgeFactor.Rounding, new Usd(rounding))], [.. _notes]);
    }

    private void Add(BridgeFactor factor, decimal amount) => _parts[factor] = _parts.GetValueOrDefault(factor) + amount;
}
