using System.Collections.Immutable;
using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// All whole fleets of one serving, of which the cheapest at given prices of the limits can be asked for: a <see cref="ServingSearch"/>
/// where each instance costs what it takes of the limits too. Branches narrow how many instances a place may have, a place being a
/// choice and a purchase.
/// </summary>
internal sealed class ServingFleets
{
    private readonly ServingNeed _serving;
    private readonly ImmutableArray<Place> _places;
    private readonly ImmutableArray<ImmutableArray<(int Limit, double Amount)>> _surges;
    private readonly ImmutableArray<int> _limits;
    private readonly SearchLimits _search;
    private readonly List<FleetColumn> _known = [];
    private (double[] Prices, bool IsCounting, ImmutableArray<Branch> Branches, FleetColumn? Column, decimal Bound)? _last;

    /// <summary>Fleets of a serving.</summary>
    public ServingFleets(int number, ServingNeed serving, ImmutableArray<SharedLimit> limits, SearchLimits search)
    {
        (Number, _serving, _search) = (number, serving, search);
        var numbers = limits.Select((limit, at) => (limit.Name, at)).ToDictionary(limit => limit.Name, limit => limit.at, StringComparer.Ordinal);
        _places =
        [
            .. serving.Choices.SelectMany((choice, at) => choice.Purchases.Select(purchase => new Place(at, purchase,
            [
                .. choice.Uses.Concat(purchase.Uses).Where(use => use.Amount != 0 && numbers.ContainsKey(use.Limit))
                    .GroupBy(use => numbers[use.Limit], use => use.Amount).OrderBy(limit => limit.Key).Select(limit => (limit.Key, limit.Sum())),
            ]))),
        ];
        _surges =
        [
            .. serving.Choices.Select(choice => choice.Surge is { Counts: true } surge
                ? surge.Uses.Where(use => use.Amount != 0 && numbers.ContainsKey(use.Limit)).Select(use => (numbers[use.Limit], use.Amount)).ToImmutableArray()
                : []),
        ];
        _limits = [.. _places.SelectMany(place => place.Uses).Concat(_surges.SelectMany(uses => uses)).Select(use => use.Limit).Distinct().Order()];
    }

    /// <summary>The serving's number.</summary>
    public int Number { get; }

    /// <summary>What a column stands for.</summary>
    public IEnumerable<PlacedInstances> Read(FleetColumn column) =>
        column.Counts.Select(item => new PlacedInstances(_serving.Choices[_places[item.Place].Choice], _places[item.Place].Purchase, item.Count));

    /// <summary>
    /// The cheapest fleet within branches at prices of the limits, what it costs at least, and the nodes searched: none where nothing has
    /// changed for the serving since it was last asked.
    /// </summary>
    public (FleetColumn? Column, decimal Bound, int Nodes) Cheapest(ImmutableArray<Branch> branches, double[] prices, bool isCounting)
    {
        double[] own = [.. _limits.Select(limit => prices[limit])];
        if (_last is { } last && last.IsCounting == isCounting && last.Prices.AsSpan().SequenceEqual(own) && last.Branches.AsSpan().SequenceEqual(branches.AsSpan()))
        {
            return (last.Column, last.Bound, 0);
        }

        var (column, bound, nodes) = Search(branches, prices, isCounting);
        _last = (own, isCounting, branches, column, bound);
        return (column, bound, nodes);
    }

    private (FleetColumn? Column, decimal Bound, int Nodes) Search(ImmutableArray<Branch> branches, double[] prices, bool isCounting)
    {
        var priced = new Purchase?[_places.Length];
        for (var at = 0; at < _places.Length; at++)
        {
            var (_, purchase, uses) = _places[at];
            priced[at] = purchase with { Monthly = (isCounting ? purchase.Monthly : 0) + PriceOf(uses), Uses = [] };
        }

        foreach (var branch in branches)
        {
            if (priced[branch.Place] is { } purchase)
            {
                var (least, most) = (Math.Max(purchase.Least, branch.Lower), Math.Min(purchase.Most ?? int.MaxValue, branch.Upper));
                if (least > most)
                {
                    return (null, 0, 0);
                }

                priced[branch.Place] = most == 0 ? null : purchase with { Least = least, Most = most == int.MaxValue ? null : most };
            }
            else if (branch.Lower > 0)
            {
                return (null, 0, 0);
            }
        }

        // The same choices, paid for at these prices, with their first places.
        var firsts = new Dictionary<PoolChoice, int>(ReferenceEqualityComparer.Instance);
        var choices = ImmutableArray.CreateBuilder<PoolChoice>();
        for (var at = 0; at < _places.Length;)
        {
            var first = at;
            var number = _places[at].Choice;
            for (; at < _places.Length && _places[at].Choice == number; at++)
            {
            }

            ImmutableArray<Purchase> purchases = [.. priced.AsSpan(first..at).ToArray().OfType<Purchase>()];
            if (!purchases.IsEmpty)
            {
                var choice = _serving.Choices[number] with
                {
                    Purchases = purchases,
                    Uses = [],
                    Surge = _surges[number].IsEmpty ? null : _serving.Choices[number].Surge! with { Uses = [], Monthly = PriceOf(_surges[number]) },
                };
                choices.Add(choice);
                firsts.Add(choice, first);
            }
        }

        // The cheapest fleet known from other prices mostly is the cheapest still, or near enough to leave little to search.
        var (known, below) = ((FleetColumn?)null, decimal.MaxValue);
        foreach (var column in _known)
        {
            if (CostOf(column, priced, number => PriceOf(_surges[number])) is { } cost && cost < below)
            {
                (known, below) = (column, cost);
            }
        }

        var found = ServingSearch.Solve(_serving with { Choices = choices.ToImmutable() }, _search, below);
        if (!found.IsSolved)
        {
            return (known, found.Bound, found.Nodes);
        }

        var cheaper = Column(found.Instances.Select(placed => (PlaceOf(placed), placed.Count)));
        _known.Add(cheaper);
        return (cheaper, found.Bound, found.Nodes);

        decimal PriceOf(ImmutableArray<(int Limit, double Amount)> uses)
        {
            var price = 0.0;
            foreach (var (limit, amount) in uses)
            {
                price += amount * prices[limit];
            }

            return (decimal)price;
        }

        int PlaceOf(PlacedInstances placed)
        {
            var place = firsts[placed.Choice];
            while (_places[place].Purchase.Term != placed.Purchase.Term)
            {
                place++;
            }

            return place;
        }
    }

    /// <summary>What a fleet costs at prices; null when they do not allow it.</summary>
    private decimal? CostOf(FleetColumn column, Purchase?[] priced, Func<int, decimal> surgePrice)
    {
        var cost = 0m;
        for (var place = 0; place < priced.Length; place++)
        {
            var count = column.Count(place);
            if (priced[place] is { } purchase ? count < purchase.Least || count > (purchase.Most ?? int.MaxValue) : count > 0)
            {
                return null;
            }

            cost += count * (priced[place]?.Monthly ?? 0);
        }

        foreach (var (choice, started) in Started(column.Counts))
        {
            cost += started * surgePrice(choice);
        }

        return cost;
    }

    /// <summary>What updates start beside a fleet, by choice, where that takes of a limit.</summary>
    private IEnumerable<(int Choice, int Started)> Started(ImmutableArray<(int Place, int Count)> counts) => counts
        .Where(item => !_surges[_places[item.Place].Choice].IsEmpty)
        .GroupBy(item => _places[item.Place].Choice, item => item.Count)
        .Select(choice => (choice.Key, _serving.Choices[choice.Key].Surge!.Beside(choice.Sum())));

    private FleetColumn Column(IEnumerable<(int Place, int Count)> instances)
    {
        ImmutableArray<(int Place, int Count)> counts = [.. instances.OrderBy(item => item.Place)];
        return new(
            Number, counts, counts.Sum(item => _places[item.Place].Purchase.Monthly * item.Count),
            [
                .. counts.SelectMany(item => _places[item.Place].Uses.Select(use => (use.Limit, Amount: use.Amount * item.Count)))
                    .Concat(Started(counts).SelectMany(item => _surges[item.Choice].Select(use => (use.Limit, Amount: use.Amount * item.Started))))
                    .Where(use => use.Amount != 0)
                    .GroupBy(use => use.Limit).OrderBy(limit => limit.Key).Select(limit => (limit.Key, limit.Sum(use => use.Amount))),
            ]);
    }

    /// <summary>A choice by its number, a way to pay for it, and what an instance takes of the limits.</summary>
    private sealed record Place(int Choice, Purchase Purchase, ImmutableArray<(int Limit, double Amount)> Uses);
}
