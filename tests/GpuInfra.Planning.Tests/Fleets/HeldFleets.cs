using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Planning.Tests.Fleets;

/// <summary>Random fleet problems with held machines in zones and held commitments, both shared between servings.</summary>
internal static class HeldFleets
{
    /// <summary>The problem of <see cref="RandomFleets"/> of the same number, with holdings.</summary>
    public static FleetProblem Of(int seed, int servings, int offers, int peak)
    {
        var (random, problem) = (new Random(seed + 7), RandomFleets.Of(seed, servings, offers, peak));
        var all = problem.Servings.SelectMany(serving => serving.Choices).Select(choice => choice.Offer).Distinct().Order(StringComparer.Ordinal).ToList();
        foreach (var offer in all.Where(_ => random.Next(3) == 0))
        {
            problem = random.Next(2) == 0
                ? WithCommitment(problem, offer, 1 + random.Next(4), random.Next(3) == 0 ? 0.1m : 0)
                : WithReservation(problem, offer, random.Next(9), 1 + random.Next(3));
        }

        return problem with { MostMonthly = null, Paid = random.Next(1000) };
    }

    /// <summary>A commitment to so many machines of an offer, which cost a part of their price beyond it.</summary>
    public static FleetProblem WithCommitment(FleetProblem problem, string offer, int count, decimal part)
    {
        var name = $"commitment {problem.Limits.Length} {offer}";
        return Each(problem, offer, choices => choices.Select(choice => choice.Place is not null ? choice : choice with
        {
            Purchases = choice.Purchases.Add(new Purchase(name, choice.Purchases[0].Monthly * part, count) { Uses = [new LimitUse(name, 1)] }),
        })) with
        {
            Limits = problem.Limits.Add(new SharedLimit(name, name, count)),
        };
    }

    /// <summary>So many held machines of an offer in one of its zones.</summary>
    public static FleetProblem WithReservation(FleetProblem problem, string offer, int zone, int count)
    {
        var name = $"reservation {problem.Limits.Length} {offer} {zone}";
        return Each(problem, offer, choices => [.. choices, Held(choices[0])]) with { Limits = problem.Limits.Add(new SharedLimit(name, name, count)) };

        PoolChoice Held(PoolChoice choice) => choice with
        {
            Pool = choice.Pool.Replace("-OnDemand-", "-Reserved-", StringComparison.Ordinal),
            Tier = Tier.Reserved,
            Place = choice.Zones[zone % choice.Zones.Length],
            Zones = [choice.Zones[zone % choice.Zones.Length]],
            Purchases = [new Purchase(name, 0, count) { Uses = [new LimitUse(name, 1)] }],
        };
    }

    private static FleetProblem Each(FleetProblem problem, string offer, Func<List<PoolChoice>, IEnumerable<PoolChoice>> change) => problem with
    {
        Servings =
        [
            .. problem.Servings.Select(serving => serving with
            {
                Choices =
                [
                    .. serving.Choices.Where(choice => choice.Offer != offer),
                    .. serving.Choices.Where(choice => choice.Offer == offer).ToList() is { Count: > 0 } own ? change(own) : [],
                ],
            }),
        ],
    };
}
