using System.Collections.Immutable;
using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Fleets;

/// <summary>Writes a <see cref="FleetProblem"/> down as an integer program, and knows what its rows and variables stand for.</summary>
internal sealed class FleetFormulation
{
    private const int Digits = 12;

    private readonly FleetProblem _problem;
    private readonly List<(PoolChoice Choice, Purchase Purchase, int Variable)> _counts = [];
    private readonly Dictionary<PoolChoice, int> _mostInZone = new(ReferenceEqualityComparer.Instance);
    private readonly List<Promise> _promises = [];

    /// <summary>Writes a problem down.</summary>
    public FleetFormulation(FleetProblem problem)
    {
        _problem = problem;
        foreach (var serving in problem.Servings)
        {
            AddVariables(serving);
            AddRows(serving);
        }

        foreach (var limit in problem.Limits)
        {
            var terms = Terms(count => count.Choice.Use(limit.Name));
            if (terms.Length > 0)
            {
                Promise(null, PromiseKind.Limit, limit.Words, Program.Add(new Row(LpFormat.Name("limit", limit.Name), terms, Sense.AtMost, limit.Most)));
            }
        }

        if (problem.MostMonthly is { } most)
        {
            var terms = Terms(count => (double)count.Purchase.Monthly);
            Promise(null, PromiseKind.Spend, "the most to spend", Program.Add(new Row("spend", terms, Sense.AtMost, (double)most)));
        }
    }

    /// <summary>The program.</summary>
    public IntegerProgram Program { get; } = new();

    /// <summary>What the rows promise, in the order of the servings.</summary>
    public IReadOnlyList<Promise> Promises => _promises;

    /// <summary>The numbers of instances that a solution's values say, without zeros.</summary>
    public ImmutableArray<PlacedInstances> Read(ImmutableArray<double> values) =>
    [
        .. _counts.Where(count => values[count.Variable] > 0.5)
            .Select(count => new PlacedInstances(count.Choice, count.Purchase, (int)Math.Round(values[count.Variable]))),
    ];

    /// <summary>What a unit of each variable takes of a limit.</summary>
    public ImmutableArray<double> UsesOf(string limit)
    {
        var uses = new double[Program.Variables.Count];
        foreach (var count in _counts)
        {
            uses[count.Variable] = count.Choice.Use(limit);
        }

        return [.. uses];
    }

    /// <summary>Enough by itself whatever else is lost, so that more can never be needed.</summary>
    public static int MostInstances(ServingNeed serving, PoolChoice choice) => checked((int)(
        Math.Ceiling(serving.Peak / choice.Rate) + 2 * Math.Ceiling(serving.P95 / choice.Rate) + choice.Zones.Length
        + Math.Ceiling((double)serving.FewestReplicas / choice.Replicas) + 1));

    private void AddVariables(ServingNeed serving)
    {
        foreach (var choice in serving.Choices)
        {
            var most = MostInstances(serving, choice);
            foreach (var purchase in choice.Purchases)
            {
                var name = LpFormat.Name("n", serving.Name, choice.Offer, JsonText.Word(choice.Tier), purchase.Term);
                _counts.Add((choice, purchase, Program.Add(new Variable(name, 0, Math.Min(most, purchase.Most ?? most), purchase.Monthly, true))));
            }

            if (serving.Survive.Zone.Fraction > 0)
            {
                _mostInZone.Add(choice, Program.Add(new Variable(
                    LpFormat.Name("w", serving.Name, choice.Offer, JsonText.Word(choice.Tier)), 0, Math.Ceiling((double)most / choice.Zones.Length), 0, true)));
            }
        }
    }

    private void AddRows(ServingNeed serving)
    {
        var own = _counts.Where(count => serving.Choices.Contains(count.Choice, ReferenceEqualityComparer.Instance)).ToList();
        AddPeaks(serving, own);
        AddZones(serving, own);
        AddOffers(serving, own);
        if (serving.Survive.Cloud.Fraction > 0)
        {
            foreach (var cloud in serving.Clouds)
            {
                var left = Rates(serving, own.Where(count => count.Choice.Cloud != cloud.Cloud));
                Promise(serving, PromiseKind.Cloud, JsonText.Word(cloud.Cloud), Program.Add(new Row(
                    LpFormat.Name("cloud", serving.Name, JsonText.Word(cloud.Cloud)), left, Sense.AtLeast, Scaled(serving, serving.Survive.Cloud.Fraction * serving.P95))));
            }
        }

        if (serving.FewestReplicas > 0)
        {
            Promise(serving, PromiseKind.Replicas, "", Program.Add(new Row(
                LpFormat.Name("replicas", serving.Name), [.. own.Select(count => new Term(count.Variable, count.Choice.Replicas))], Sense.AtLeast, serving.FewestReplicas)));
        }
    }

    private void AddPeaks(ServingNeed serving, List<(PoolChoice Choice, Purchase Purchase, int Variable)> own)
    {
        var shares = new List<Term>();
        foreach (var cloud in serving.Clouds)
        {
            var word = JsonText.Word(cloud.Cloud);
            var terms = Rates(serving, own.Where(count => count.Choice.Cloud == cloud.Cloud)).ToList();
            var right = Math.Round(cloud.Share, Digits);
            if (serving.Tolerance > 0 && serving.Clouds.Length > 1)
            {
                var (low, high) = (Math.Max(0, right - serving.Tolerance), Math.Min(1, right + serving.Tolerance));
                var share = Program.Add(new Variable(LpFormat.Name("f", serving.Name, word), low, high, 0, false));
                shares.Add(new Term(share, 1));
                terms.Add(new Term(share, -1));
                right = 0;
            }

            Promise(serving, PromiseKind.Peak, word, Program.Add(new Row(LpFormat.Name("peak", serving.Name, word), [.. terms], Sense.AtLeast, right)));
            if (serving.Baseline > 0)
            {
                var reserved = Rates(serving, own.Where(count => count.Choice.Cloud == cloud.Cloud && count.Choice.Tier == Tier.Reserved));
                Promise(serving, PromiseKind.Reserve, word, Program.Add(new Row(
                    LpFormat.Name("reserve", serving.Name, word), reserved, Sense.AtLeast, Scaled(serving, cloud.Share * serving.Baseline))));
            }
        }

        if (shares.Count > 0)
        {
            Program.Add(new Row(LpFormat.Name("shares", serving.Name), [.. shares], Sense.Equal, 1));
        }
    }

    private void AddZones(ServingNeed serving, List<(PoolChoice Choice, Purchase Purchase, int Variable)> own)
    {
        if (serving.Survive.Zone.Fraction == 0)
        {
            return;
        }

        foreach (var zone in LossSets.Of(serving.Choices))
        {
            var terms = Rates(serving, own)
                .Concat(zone.Choices.Select(choice => new Term(_mostInZone[choice], -Scaled(serving, choice.Rate))));
            Promise(serving, PromiseKind.Zone, zone.Name, Program.Add(new Row(
                LpFormat.Name("zone", serving.Name, zone.Name), [.. terms], Sense.AtLeast, Scaled(serving, serving.Survive.Zone.Fraction * serving.P95))));
        }

        foreach (var choice in serving.Choices)
        {
            Program.Add(new Row(
                LpFormat.Name("spread", serving.Name, choice.Offer, JsonText.Word(choice.Tier)),
                [.. own.Where(count => ReferenceEquals(count.Choice, choice)).Select(count => new Term(count.Variable, -1)), new Term(_mostInZone[choice], choice.Zones.Length)],
                Sense.AtLeast, 0));
        }
    }

    /// <summary>What may be used side by side: so many offers of a cloud, one of a pool, those of one region.</summary>
    private void AddOffers(ServingNeed serving, List<(PoolChoice Choice, Purchase Purchase, int Variable)> own)
    {
        foreach (var cloud in serving.Choices.GroupBy(choice => choice.Cloud).OrderBy(cloud => cloud.Key))
        {
            var offers = cloud.Select(choice => choice.Offer).Distinct().Order(StringComparer.Ordinal).ToList();
            var regions = cloud.Select(choice => choice.Region).Distinct().Order(StringComparer.Ordinal).ToList();
            var pools = cloud.GroupBy(choice => choice.Pool).Where(pool => pool.Count() > 1).ToList();
            if (offers.Count <= serving.MostOffers && regions.Count == 1 && pools.Count == 0)
            {
                continue;
            }

            var used = offers.ToDictionary(offer => offer, offer => Program.Add(new Variable(LpFormat.Name("y", serving.Name, offer), 0, 1, 0, true)));
            foreach (var choice in cloud)
            {
                Program.Add(new Row(
                    LpFormat.Name("use", serving.Name, choice.Offer, JsonText.Word(choice.Tier)),
                    [.. own.Where(count => ReferenceEquals(count.Choice, choice)).Select(count => new Term(count.Variable, 1)), new Term(used[choice.Offer], -MostInstances(serving, choice))],
                    Sense.AtMost, 0));
            }

            var word = JsonText.Word(cloud.Key);
            if (offers.Count > serving.MostOffers)
            {
                Program.Add(new Row(LpFormat.Name("offers", serving.Name, word), [.. offers.Select(offer => new Term(used[offer], 1))], Sense.AtMost, serving.MostOffers));
            }

            if (serving.MostOffers > 1)
            {
                AddPools(pools, used);
                AddRegions(serving, word, regions, cloud, used);
            }
        }
    }

    private void AddPools(IEnumerable<IGrouping<string, PoolChoice>> pools, Dictionary<string, int> used)
    {
        foreach (var pool in pools)
        {
            Program.Add(new Row(LpFormat.Name("pool", pool.Key), [.. pool.Select(choice => new Term(used[choice.Offer], 1))], Sense.AtMost, 1));
        }
    }

    private void AddRegions(ServingNeed serving, string cloud, List<string> regions, IEnumerable<PoolChoice> choices, Dictionary<string, int> used)
    {
        if (regions.Count == 1)
        {
            return;
        }

        var runsIn = regions.ToDictionary(region => region, region => Program.Add(new Variable(LpFormat.Name("v", serving.Name, cloud, region), 0, 1, 0, true)));
        foreach (var choice in choices.DistinctBy(choice => choice.Offer))
        {
            Program.Add(new Row(
                LpFormat.Name("in", serving.Name, choice.Offer), [new Term(used[choice.Offer], 1), new Term(runsIn[choice.Region], -1)], Sense.AtMost, 0));
        }

        Program.Add(new Row(LpFormat.Name("region", serving.Name, cloud), [.. runsIn.Values.Select(region => new Term(region, 1))], Sense.AtMost, 1));
    }

    private void Promise(ServingNeed? serving, PromiseKind kind, string subject, int row) => _promises.Add(new Promise(serving, kind, subject, row));

    private Term[] Terms(Func<(PoolChoice Choice, Purchase Purchase, int Variable), double> coefficient) =>
        [.. _counts.Select(count => new Term(count.Variable, coefficient(count))).Where(term => term.Coefficient != 0)];

    private static Term[] Rates(ServingNeed serving, IEnumerable<(PoolChoice Choice, Purchase Purchase, int Variable)> counts) =>
        [.. counts.Select(count => new Term(count.Variable, Scaled(serving, count.Choice.Rate)))];

    /// <summary>Requests per second as a share of the serving's peak.</summary>
    private static double Scaled(ServingNeed serving, double requestsPerSecond) => Math.Round(requestsPerSecond / serving.Peak, Digits);
}

/// <summary>Instances of a choice, paid for in one way.</summary>
internal sealed record PlacedInstances(PoolChoice Choice, Purchase Purchase, int Count)
{
    /// <summary>What they cost in a month.</summary>
    public decimal Monthly => Purchase.Monthly * Count;
}

/// <summary>What kind of thing a row promises.</summary>
internal enum PromiseKind
{
    /// <summary>A cloud carries its share of the peak with headroom.</summary>
    Peak,

    /// <summary>Reservations carry the baseline in a cloud.</summary>
    Reserve,

    /// <summary>Enough is left after the loss of a zone.</summary>
    Zone,

    /// <summary>Enough is left after the loss of a cloud.</summary>
    Cloud,

    /// <summary>There are enough replicas.</summary>
    Replicas,

    /// <summary>A shared limit is kept.</summary>
    Limit,

    /// <summary>No more is spent than allowed.</summary>
    Spend,
}

/// <summary>What a row stands for.</summary>
/// <param name="Serving">The serving; null for what servings share.</param>
/// <param name="Kind">What it promises.</param>
/// <param name="Subject">The cloud, zone or limit.</param>
/// <param name="Row">The row's number.</param>
internal sealed record Promise(ServingNeed? Serving, PromiseKind Kind, string Subject, int Row);
