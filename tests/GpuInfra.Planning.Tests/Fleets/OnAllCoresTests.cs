using GpuInfra.Planning.Fleets;

namespace GpuInfra.Planning.Tests.Fleets;

public class OnAllCoresTests
{
    [Fact]
    public void Results_come_in_the_order_of_the_items() =>
        Assert.Equal(Enumerable.Range(0, 1000).Select(number => number * number), OnAllCores.Select([.. Enumerable.Range(0, 1000)], number => number * number));

    [Fact]
    public void Of_several_exceptions_the_first_items_is_thrown() => Assert.Equal("3", Assert.Throws<InvalidOperationException>(
        () => OnAllCores.Select<int, int>([.. Enumerable.Range(0, 100)], number => number < 3 ? number : throw new InvalidOperationException($"{number}"))).Message);

    [Fact]
    public void What_was_begun_is_ended_by_who_asks_for_it_each_item_once()
    {
        var counts = new int[1000];
        var end = OnAllCores.Begin([.. Enumerable.Range(0, counts.Length)], number => Interlocked.Increment(ref counts[number]));

        Assert.All(end(), count => Assert.Equal(1, count));
        Assert.All(counts, count => Assert.Equal(1, count));
    }
}
