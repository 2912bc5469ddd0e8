using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Planning.Tests.Fleets;

public class CheapestFirstTests
{
    [Fact]
    public void Every_combination_comes_once_and_none_before_a_cheaper_one() =>
        Prop.ForAll(Lists().ToArbitrary(), lists =>
        {
            var combined = CheapestFirst.Combine(lists, cost => (decimal)cost).ToList();
            var product = lists.Aggregate(
                (IEnumerable<ImmutableArray<int>>)[[]],
                (prefixes, list) => prefixes.SelectMany(_ => list, (prefix, item) => prefix.Add(item)));
            return combined.Select(item => item.Sum).SequenceEqual(product.Select(item => (decimal)item.Sum()).Order())
                && combined.All(item => item.Sum == item.Combination.Sum())
                && combined.Select(item => string.Join(',', item.Combination)).Order(StringComparer.Ordinal)
                    .SequenceEqual(product.Select(item => string.Join(',', item)).Order(StringComparer.Ordinal));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Whoever_stops_early_asks_for_no_more_than_that()
    {
        var asked = 0;
        var lists = ImmutableArray.Create<ImmutableArray<int>>([.. Enumerable.Range(0, 1000)], [.. Enumerable.Range(0, 1000)]);
        var first = CheapestFirst.Combine(lists, cost =>
        {
            asked++;
            return (decimal)cost;
        }).First();
        Assert.Equal((0, 2000), ((int)first.Sum, asked));
    }

    private static Gen<ImmutableArray<ImmutableArray<int>>> Lists() =>
        from count in Gen.Choose(1, 3)
        from lists in Gen.ArrayOf(
            from length in Gen.Choose(1, 5)
            from items in Gen.ArrayOf(Gen.Choose(0, 9), length)
            select items.ToImmutableArray(), count)
        select lists.ToImmutableArray();
}
