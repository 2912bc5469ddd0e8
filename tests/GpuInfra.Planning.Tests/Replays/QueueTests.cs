using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Replays;
using GpuInfra.Planning.Replays.Arrivals;

namespace GpuInfra.Planning.Tests.Replays;

/// <summary>The simulator against what is known of queues; the very code that replays fleets, with exponential times and one place a replica.</summary>
public class QueueTests
{
    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(1, 0.8)]
    [InlineData(10, 0.8)]
    [InlineData(40, 0.8)]
    public void Waits_are_those_of_the_Erlang_C_formula(int servers, double load)
    {
        const double seconds = 0.1;
        const int requests = 1_000_000;
        var rate = load * servers / seconds;
        var played = Fleet.Play(
            [Fleet.Pool(servers, Fleet.Server())],
            Fleet.Poisson(rate, seconds, count: requests),
            new ReplayOptions { Length = TimeSpan.FromSeconds(2 * requests / rate) });

        Assert.Equal((requests, requests), (played.All.Arrived, played.All.Served));
        Assert.InRange(played.Wait.Mean.TotalSeconds / MeanWait(servers, load, seconds), 0.97, 1.03);
        Assert.InRange(played.Minutes.Take(40).Average(minute => minute.Utilization) / load, 0.9, 1.1);
    }

    [Fact]
    public void In_overload_the_queue_grows_as_a_fluid_would()
    {
        // 12 requests a second for servers that end 10.
        var played = Fleet.Play([Fleet.Pool(10, Fleet.Server())], Fleet.Poisson(12, 1), new ReplayOptions { Length = TimeSpan.FromHours(2) });

        Assert.InRange(played.All.Queued / (2.0 * 7200), 0.97, 1.03);
        Assert.InRange(played.All.Served / (10.0 * 7200), 0.98, 1.02);
        Assert.InRange(played.Utilization, 0.99, 1);
        Assert.InRange(played.Minutes[59].Waiting / (2.0 * 3600), 0.95, 1.05);
    }

    [Fact]
    public void In_overload_with_a_promise_what_is_too_much_is_refused_and_the_rest_waits_half_the_promise_at_most()
    {
        var promised = new LatencyTarget(TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(1), 95);
        var played = Fleet.Play(
            [Fleet.Pool(100, Fleet.Server(), rate: 1)], Fleet.Poisson(150, 1), new ReplayOptions { Length = TimeSpan.FromHours(1) }, promised);

        // A third of the load is too much; 4 s of 100 requests a second may wait.
        Assert.InRange((double)played.All.Rejected / played.All.Arrived, 0.32, 0.35);
        Assert.All(played.Minutes, minute => Assert.InRange(minute.Waiting, 0, 400));
        Assert.InRange(played.Wait.At(50).TotalSeconds, 3.6, 4.2);
    }

    [Fact]
    public void What_is_refused_overflows_to_an_API_where_it_may()
    {
        var promised = new LatencyTarget(TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(1), 95);
        var played = Fleet.Play(
            [Fleet.Pool(10, Fleet.Server())], Fleet.Poisson(15, 1), new ReplayOptions { Length = TimeSpan.FromMinutes(10) }, promised, Api(double.PositiveInfinity));
        Assert.Equal(0, played.All.Rejected);
        Assert.InRange((double)played.All.Overflowed / played.All.Arrived, 0.25, 0.4);
        Assert.Null(Assert.Single(played.Apis).Cost);
    }

    [Fact]
    public void APIs_are_asked_in_order_and_take_what_their_rate_allows()
    {
        // Ten servers of one request a second under thirty: twenty a second overflow, of which two APIs take five and three.
        var promised = new LatencyTarget(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 95);
        var played = Fleet.Play(
            [Fleet.Pool(10, Fleet.Server())], Fleet.Poisson(30, 1), new ReplayOptions { Length = TimeSpan.FromHours(1) }, promised, Api(5), Api(3));
        Assert.Equal(played.All.Overflowed, played.Apis.Sum(use => use.Requests));
        Assert.InRange(played.Apis[0].Requests, 5 * 3600 * 0.99, 5 * 3600 + 5);
        Assert.InRange(played.Apis[1].Requests, 3 * 3600 * 0.98, 3 * 3600 + 3);
        Assert.InRange(played.All.Rejected / 3600.0, 11.5, 12.5);
    }

    [Fact]
    public void What_APIs_take_costs_their_price_of_its_tokens_in_every_minute()
    {
        // Every request of a million input tokens and one output token takes a second; each second two more come than are served.
        var price = new ApiPrice("p", "m", 0.5m, null, 4_000_000, new DateOnly(2026, 11, 1), "a test", 'A');
        var requests = Enumerable.Range(0, 600).SelectMany(second => Enumerable.Repeat(new Arrival(second, 1_000_000, 1), 3));
        var promised = new LatencyTarget(TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(1), 95);
        var played = Fleet.Play([Fleet.Pool(1, Fleet.Server(), rate: 1)], requests, new ReplayOptions { Length = TimeSpan.FromMinutes(20) }, promised, Api(double.PositiveInfinity, price));
        var use = Assert.Single(played.Apis);
        Assert.Equal((use.Requests * 1_000_000, use.Requests), (use.InputTokens, use.OutputTokens));
        Assert.Equal((0.5m + 4) * use.Requests, use.Cost!.Value.Amount);
        Assert.True(use.Requests >= 1190);
        Assert.Equal(use.Cost.Value.Amount, played.Minutes.Sum(minute => minute.ApiUsd));
        Assert.Equal((use.Requests, 0), (played.Minutes.Sum(minute => minute.Overflowed), played.Minutes[^1].ApiUsd));
        Assert.Equal(played.All.Arrived, played.All.Served + played.All.Overflowed);
    }

    [Fact]
    public void A_pool_of_twice_the_rate_gets_twice_the_requests()
    {
        // Both have room, so the mean time of a request is that of its pool: (1 · 1 s + 2 · 0.5 s) / 3 without waiting.
        var played = Fleet.Play(
            [Fleet.Pool(40, Fleet.Server(), rate: 1), Fleet.Pool(40, new EncoderSpeed(0.5e-6, 0, 1), rate: 2)],
            Fleet.Poisson(6, 1, count: 200_000), new ReplayOptions { Length = TimeSpan.FromHours(12) });
        Assert.InRange(played.TimeToFirstToken.Mean.TotalSeconds, 0.66, 0.675);
        Assert.InRange(played.Wait.Mean.TotalSeconds, 0, 1e-6);
    }

    private static OverflowApi Api(double rate, ApiPrice? price = null) => new("api", rate, price);

    /// <summary>Erlang's C: the probability of waiting, by the stable recursion of B, over what is left of the servers' rate.</summary>
    private static double MeanWait(int servers, double load, double seconds)
    {
        var (offered, blocked) = (servers * load, 1.0);
        for (var server = 1; server <= servers; server++)
        {
            blocked = offered * blocked / (server + (offered * blocked));
        }

        var waits = blocked / (1 - (load * (1 - blocked)));
        return waits * seconds / (servers * (1 - load));
    }
}
