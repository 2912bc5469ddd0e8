using System.Collections.Immutable;
using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Fleets;

/// <summary>A serving's numbers of instances (n) and the most of them in a zone (w), with the terms that rows are made of.</summary>
internal sealed class ServingVariables
{
    private const int Digits = 12;

    private readonly Dictionary<PoolChoice, int> _mostInZone = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<PoolChoice, int> _surges = new(ReferenceEqualityComparer.Instance);

    /// <summary>Adds the variables of a serving to a program.</summary>
    public ServingVariables(ServingNeed serving, IntegerProgram program)
    {
        Serving = serving;
        var counts = ImmutableArray.CreateBuilder<InstanceCount>();
        foreach (var choice in serving.Choices)
        {
            var most = MostInstances(serving, choice);
            foreach (var purchase in choice.Purchases)
            {
                var name = LpFormat.Name("n", serving.Name, choice.Offer, JsonText.Word(choice.Tier), purchase.Term);
                counts.Add(new(choice, purchase, program.Add(new Variable(name, purchase.Least, Math.Min(most, purchase.Most ?? most), purchase.Monthly, true))));
            }

            if (serving.Survive.Zone.Fraction > 0)
            {
                _mostInZone.Add(choice, program.Add(new Variable(
                    LpFormat.Name("w", serving.Name, choice.Offer, JsonText.Word(choice.Tier), choice.Place), 0, Math.Ceiling((double)most / choice.Zones.Length), 0, true)));
            }
        }

        Counts = counts.ToImmutable();
        foreach (var choice in serving.Choices.Where(choice => choice.Surge is { Counts: true }))
        {
            var (surge, most) = (choice.Surge!, MostInstances(serving, choice));
            var every = Math.Min(surge.Every, most);
            var started = program.Add(new Variable(
                LpFormat.Name("s", serving.Name, choice.Offer, JsonText.Word(choice.Tier)), 0, Math.Ceiling((double)most / every), surge.Monthly * surge.Instances, true));
            program.Add(new Row(
                LpFormat.Name("surge", serving.Name, choice.Offer, JsonText.Word(choice.Tier)),
                [new Term(started, every), .. Of(choice, -1)], Sense.AtLeast, -surge.Spared));
            _surges.Add(choice, started);
        }
    }

    /// <summary>The serving.</summary>
    public ServingNeed Serving { get; }

    /// <summary>A number for each choice and purchase.</summary>
    public ImmutableArray<InstanceCount> Counts { get; }

    /// <summary>The variable for the most instances of a choice in one zone; only where a zone's loss must be survived.</summary>
    public int MostInZone(PoolChoice choice) => _mostInZone[choice];

    /// <summary>What a unit of each variable takes of a limit: instances, and what rolling updates start beside them.</summary>
    public IEnumerable<Term> Uses(string limit) => Counts.Select(count => new Term(count.Variable, count.Use(limit)))
        .Concat(_surges.Select(surge => new Term(surge.Value, surge.Key.SurgeUse(limit) * surge.Key.Surge!.Instances)))
        .Where(term => term.Coefficient != 0);

    /// <summary>All instances of a choice, each with a coefficient.</summary>
    public Term[] Of(PoolChoice choice, double coefficient) =>
        [.. Counts.Where(count => ReferenceEquals(count.Choice, choice)).Select(count => new Term(count.Variable, coefficient))];

    /// <summary>What instances of some choices carry.</summary>
    public Term[] Rates(Func<PoolChoice, bool> isMeant) =>
        [.. Counts.Where(count => isMeant(count.Choice)).Select(count => new Term(count.Variable, Scaled(count.Choice.Rate)))];

    /// <summary>What instances carry for a cloud: of its own choices that are meant, and its share of what is outside the clouds.</summary>
    public Term[] RatesFor(CloudShare cloud, Func<PoolChoice, bool> isMeant) =>
    [
        .. Counts.Where(count => count.Choice.IsExternal || (count.Choice.Cloud == cloud.Cloud && isMeant(count.Choice)))
            .Select(count => new Term(count.Variable, Scaled(count.Choice.PartFor(cloud) * count.Choice.Rate))),
    ];

    /// <summary>Requests per second as a share of the serving's peak.</summary>
    public double Scaled(double requestsPerSecond) => Math.Round(requestsPerSecond / Serving.Peak, Digits);

    /// <summary>A share to as many digits as rates have.</summary>
    public static double Rounded(double share) => Math.Round(share, Digits);

    /// <summary>Enough by itself whatever else is lost, so that more can never be needed.</summary>
    public static int MostInstances(ServingNeed serving, PoolChoice choice) => checked((int)(
        Math.Ceiling(serving.Peak / choice.Rate) + 2 * Math.Ceiling(serving.P95 / choice.Rate) + choice.Zones.Length
        + Math.Ceiling((double)serving.FewestReplicas / choice.Replicas) + 1));
}

/// <summary>The variable for the instances of a choice that are paid for in one way.</summary>
internal sealed record InstanceCount(PoolChoice Choice, Purchase Purchase, int Variable)
{
    /// <summary>What an instance takes of a limit.</summary>
    public double Use(string limit) => Choice.Use(limit, Purchase);
}
