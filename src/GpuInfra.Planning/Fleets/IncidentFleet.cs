using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// The fleet of a month in which places are lost: the ordinary fleet, and beside or on it what the remaining places need to carry all demand.
/// Pools stay where they are and keep at least the machines they have, those in lost places too: they are paid for, and needed when the places
/// come back (<see cref="IncidentPools"/>).
/// <para>
/// A serving that cannot have all that the plan promises with what remains gives up, in this order, what survives the loss of a cloud, what
/// survives any loss, and its offers: only then it gets others than those it uses. How far each must go is found for each by itself; all go
/// further together only where what they share is not enough, and quotas are given up last, since the cloud does not. Where a region is lost and
/// the plan has another that stands by (<see cref="DisasterRecovery"/>), every offer there may be used from the first.
/// </para>
/// </summary>
internal static class IncidentFleet
{
    private enum Given
    {
        Nothing,
        CloudPromise,
        Promises,
        Offers,
    }

    /// <summary>The fleet.</summary>
    /// <param name="plan">The plan with its incident.</param>
    /// <param name="catalog">The offers.</param>
    /// <param name="normal">The servings as they would be without it.</param>
    /// <param name="solve">Solves the month for another plan and other offers, of which each serving may use some only.</param>
    /// <exception cref="PlanException">What remains cannot carry the demand.</exception>
    public static ImmutableArray<SolvedServing> Of(
        CapacityPlan plan,
        Catalog catalog,
        ImmutableArray<SolvedServing> normal,
        Func<CapacityPlan, Catalog, IncidentRules, ImmutableArray<SolvedServing>> solve)
    {
        var incident = plan.Incident!;
        var offers = catalog.Restricted(offer => Within(offer, incident));
        var remaining = Remaining(plan, (cloud, region) => incident.LosesRegion(cloud, region) || offers.OffersIn(cloud, region).All(offer => offer.Zones.IsEmpty));
        var recovering = remaining.Clouds.SelectMany(cloud => cloud.Regions.Where(region => cloud.Recovery?.Region == region).Select(region => (cloud.Cloud, region))).ToHashSet();
        var used = normal.SelectMany(serving => serving.Pools).Where(pool => !pool.IsDraining && !IncidentPools.LosesAll(incident, pool))
            .ToLookup(pool => pool.Serving, pool => (pool.Cloud, pool.Region, pool.InstanceType), StringComparer.Ordinal);

        // A pool of replicas over machines is in one zone and keeps its name in any other, so it does not move.
        var stuck = normal.SelectMany(serving => serving.Pools).Where(pool => pool.NodesPerReplica > 1 && IncidentPools.LosesAll(incident, pool))
            .Select(pool => (pool.Serving, pool.Cloud, pool.Region, pool.Gpu)).ToHashSet();
        var holdings = new IncidentHoldings(normal);
        var given = remaining.Servings.ToImmutableDictionary(serving => serving.Name, serving => Least(Only(remaining, serving)), StringComparer.Ordinal);
        var solved = First(remaining, AtLeast).Servings ?? First(WithoutLimits(remaining), AtLeast).Servings ?? Solve(WithoutLimits(remaining), _ => Given.Offers);
        return [.. normal.Zip(solved, (before, now) => IncidentPools.Merge(before, now, incident))];

        // What a serving gives up at a level that all go to.
        Func<string, Given> AtLeast(Given level) => serving => given[serving] > level ? given[serving] : level;

        // The least that a serving gives up, were it alone.
        Given Least(CapacityPlan alone) => First(alone, Each) is { Servings: not null } within ? within.Level : First(WithoutLimits(alone), Each).Level;

        static Func<string, Given> Each(Given level) => _ => level;

        // The first level that is enough; the last one where none is.
        (Given Level, ImmutableArray<SolvedServing>? Servings) First(CapacityPlan some, Func<Given, Func<string, Given>> levels)
        {
            foreach (var level in Enum.GetValues<Given>())
            {
                if (Attempt(some, levels(level)) is { } servings)
                {
                    return (level, servings);
                }
            }

            return (Given.Offers, null);
        }

        ImmutableArray<SolvedServing>? Attempt(CapacityPlan some, Func<string, Given> level)
        {
            try
            {
                return Solve(some, level);
            }
            catch (PlanException)
            {
                return null;
            }
        }

        ImmutableArray<SolvedServing> Solve(CapacityPlan some, Func<string, Given> level) => solve(
            some with { Servings = [.. some.Servings.Select(serving => Without(serving, level(serving.Name)))] },
            offers,
            new IncidentRules(
                (serving, offer) => !stuck.Contains((serving.Name, offer.Cloud, offer.Region, offer.Gpu)) && (level(serving.Name) == Given.Offers || recovering.Contains((offer.Cloud, offer.Region)) || !used.Contains(serving.Name) || offer.Cloud == CloudProvider.External
                    || used[serving.Name].Contains((offer.Cloud, offer.Region, offer.InstanceType))),
                holdings.MostOf));
    }

    /// <summary>What is different in an incident, and what to revert; nothing in ordinary times.</summary>
    public static IEnumerable<string> Warnings(CapacityPlan plan, ImmutableArray<Pool> pools)
    {
        if (plan.Incident is not { } incident)
        {
            yield break;
        }

        yield return $"{incident}; shutdown, refresh and pool moves are frozen, and policies that can be waived only warn";
        var changed = pools.Where(pool => pool.Incident is not null && pool.Incident.Normally != pool.Instances.Desired)
            .Select(pool => FormattableString.Invariant($"{pool.Id} {pool.Instances.Desired} → {pool.Incident!.Normally}")).ToList();
        yield return "to revert, take incident out of the plan and lock it again"
            + (changed.Count == 0 ? ": no pool's size changes" : $"; machines go back: {string.Join(", ", changed)}");
    }

    /// <summary>The plan on what remains; shares of lost clouds go to the others in proportion. Nothing is stopped while it lasts.</summary>
    /// <exception cref="PlanException">Nothing remains.</exception>
    private static CapacityPlan Remaining(CapacityPlan plan, Func<CloudProvider, string, bool> isLost)
    {
        var clouds = plan.Clouds.Select(cloud => cloud with { Regions = [.. cloud.Regions.Where(region => !isLost(cloud.Cloud, region)), .. Recovering(cloud)] })
            .Where(cloud => !cloud.Regions.IsEmpty).ToList();
        if (clouds.Count == 0)
        {
            throw new PlanException([new PlanProblem("plan", 0, 0, "incident.lost", "leaves no zone to plan on")]);
        }

        var sum = clouds.Sum(cloud => cloud.Share.Fraction);
        return plan with
        {
            Clouds = [.. clouds.Select(cloud => cloud with { Share = sum > 0 ? Share.FromFraction(cloud.Share.Fraction / sum) : Share.FromFraction(1.0 / clouds.Count) })],
            Shutdown = null,
            Incident = null,
        };

        // The region that stands by, as soon as one of the cloud's is lost and it is not itself.
        IEnumerable<string> Recovering(CloudTarget cloud) =>
            cloud.Recovery is { } recovery && cloud.Regions.Any(region => isLost(cloud.Cloud, region)) && !isLost(cloud.Cloud, recovery.Region) ? [recovery.Region] : [];
    }

    private static CapacityPlan Only(CapacityPlan plan, Serving serving) => plan with
    {
        Servings = [serving],
        Workloads = [.. plan.Workloads.Where(workload => workload.Serving == serving.Name)],
    };

    private static CapacityPlan WithoutLimits(CapacityPlan plan) => plan with
    {
        Ledger = plan.Ledger with { Quotas = [] },
        Budget = plan.Budget is { } budget ? budget with { Ceiling = null } : null,
    };

    private static Serving Without(Serving serving, Given given) => given switch
    {
        Given.Nothing => serving,
        Given.CloudPromise => serving with { Survive = serving.Survive with { Cloud = default } },
        _ => serving with { Survive = Survival.None },
    };

    private static Offer? Within(Offer offer, Incident incident) =>
        offer with { Zones = [.. offer.Zones.Where(zone => !incident.Loses(offer.Cloud, offer.Region, zone.Zone))] };
}

/// <summary>What servings may use while an incident lasts.</summary>
/// <param name="Stays">True for an offer that a serving may use.</param>
/// <param name="MostOf">Machines of a row of the ledger, by its id and how many there are, that a serving may use at most.</param>
internal sealed record IncidentRules(Func<Serving, Offer, bool> Stays, Func<Serving, string, int, int> MostOf);

/// <summary>Who runs on what the ledger holds in ordinary times: nobody takes machines there from another serving in an incident.</summary>
internal sealed class IncidentHoldings(ImmutableArray<SolvedServing> normal)
{
    private readonly ImmutableArray<(string Serving, string Row, int Instances)> _uses =
    [
        .. normal.SelectMany(serving => serving.Pools).SelectMany(pool => pool.IsExternal
            ? [(pool.Serving, pool.InstanceType, pool.Instances.Desired)]
            : pool.Held.Select(use => (pool.Serving, use.Reservation, use.Instances))),
    ];

    /// <summary>Machines of a row that a serving may use: what it has of them, and what nobody has where nobody else is on them.</summary>
    public int MostOf(Serving serving, string row, int given)
    {
        var uses = _uses.Where(use => use.Row == row).ToLookup(use => use.Serving == serving.Name, use => use.Instances);
        return uses[false].Any() ? uses[true].Sum() : given;
    }
}
