using System.Collections.Immutable;
using GpuInfra.Planning.Plans.Ledgers;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// What draining pools run on: of reservations and commitments, what the chosen fleet leaves over. They run as long as they drain, and are
/// no part of the choice.
/// </summary>
internal sealed class DrainingHoldings
{
    private readonly HeldCapacity _held;
    private readonly Dictionary<HeldReservation, int> _machines;
    private readonly Dictionary<CommitmentPrice, int> _units;

    private DrainingHoldings(HeldCapacity held, IReadOnlyCollection<Pool> pools)
    {
        _held = held;
        _machines = held.Reservations.ToDictionary(row => row, row => row.Grant.Given - pools.SelectMany(pool => pool.Held)
            .Where(use => use.Reservation == row.Id).Sum(use => use.Instances));
        _units = held.Commitments.ToDictionary(price => price, price => price.Commitment.Count - pools.Sum(pool => Units(price, pool)));
    }

    /// <summary>The servings of a month with what their draining pools run on.</summary>
    public static ImmutableArray<SolvedServing> Apply(SolvedMonth month)
    {
        var pools = month.Servings.SelectMany(serving => serving.Pools).ToList();
        if (pools.All(pool => !pool.IsDraining))
        {
            return month.Servings;
        }

        var left = new DrainingHoldings(month.Held, pools);
        return [.. month.Servings.Select(serving => serving.At([.. serving.Pools.Select(pool => pool.IsDraining && pool.Tier != Tier.Spot ? left.Take(pool) : pool)]))];
    }

    private Pool Take(Pool pool)
    {
        var running = pool.Tier == Tier.Reserved ? OnReservations(pool) : pool;
        var covered = CommitmentLedger.Cover(running, [.. _held.Commitments
            .Where(price => price.Commitment.CoversType(pool.Cloud, pool.Region, pool.InstanceType))
            .Select(price => new CoveredMachines(price, _units[price] / price.Weight(pool.GpusPerInstance)))]).Pool;
        foreach (var price in _held.Commitments)
        {
            _units[price] -= Units(price, covered);
        }

        return covered;
    }

    /// <summary>A reserved pool on held machines first, in their zones; the others are where an even spread puts them.</summary>
    private Pool OnReservations(Pool pool)
    {
        var price = CommitmentLedger.PriceOf(pool);
        var uses = ImmutableArray.CreateBuilder<HeldUse>();
        foreach (var row in _held.Reservations.Where(row => HeldCapacity.CanRunOn(row)
            && (row.Grant.Cloud, row.Grant.Region, row.InstanceType) == (pool.Cloud, pool.Region, pool.InstanceType) && pool.Zones.Any(zone => zone.Zone == row.Zone)))
        {
            var taken = Math.Min(_machines[row], pool.Instances.Desired - uses.Sum(use => use.Instances));
            if (taken > 0)
            {
                _machines[row] -= taken;
                uses.Add(HeldUse.Of(row, taken));
            }
        }

        var (zones, made) = (pool.Zones.Length, pool.Instances.Desired - uses.Sum(use => use.Instances));
        var hourly = uses.Aggregate(price * made, (sum, use) => sum + use.Hourly * use.Instances);
        return uses.Count == 0 ? pool : pool with
        {
            Held = [.. uses.OrderBy(use => use.Zone, StringComparer.Ordinal).ThenBy(use => use.Reservation, StringComparer.Ordinal)],
            Zones = [.. pool.Zones.Select((zone, at) => zone with { Instances = made / zones + (at < made % zones ? 1 : 0) + uses.Where(use => use.Zone == zone.Zone).Sum(use => use.Instances) })],
            Hourly = hourly,
            Monthly = (hourly * pool.HoursPerMonth).ToCents(),
        };
    }

    private static int Units(CommitmentPrice price, Pool pool) =>
        pool.Commitments.Where(use => use.Commitment == price.Commitment.Name).Sum(use => use.Instances * price.Weight(pool.GpusPerInstance));
}
