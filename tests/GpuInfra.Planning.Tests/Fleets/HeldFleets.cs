using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Planning.Tests.Fleets;

/// <summary>Random fleet problems with held machines in zones, held commitments and sites outside the clouds, all shared between servings.</summary>
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

        // Now and then a site outside the clouds, for some of the servings.
        for (var site = 0; site < random.Next(3); site++)
        {
            problem = WithExternal(problem, site, random, peak);
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

    /// <summary>Some machines in a site outside the clouds.</summary>
    public static FleetProblem WithExternal(FleetProblem problem, int site, Random random, int peak)
    {
        var (name, count, isFree) = ($"external e{site}", 1 + random.Next(3), random.Next(3) > 0);
        return problem with
        {
            Limits = problem.Limits.Add(new SharedLimit(name, name, count)),
            Servings =
            [
                .. problem.Servings.Select(serving => random.Next(4) == 0 ? serving : serving with
                {
                    Choices = serving.Choices.Add(new PoolChoice
                    {
                        Pool = $"{serving.Name}-external-r-external-gpu{site}",
                        Offer = $"external/r/e{site}",
                        Cloud = CloudProvider.External,
                        Region = "r",
                        Tier = Tier.External,
                        Zones = [$"site{site}"],
                        Rate = Math.Round(peak * (0.1 + 0.3 * random.NextDouble()), 3),
                        Replicas = 1 + random.Next(4),
                        Purchases = [new Purchase(name, isFree ? 0 : Math.Round((decimal)random.NextDouble() * 1000, 2), count) { Uses = [new LimitUse(name, 1)] }],
                    }),
                }),
            ],
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
