using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Replays;
using GpuInfra.Planning.Replays.Arrivals;
using GpuInfra.Planning.Tests.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Replays;

public class RoutedBySizeReplayTests
{
    private const int Cut = 1_000_000;

    private static readonly FleetPlan Mixed = RoutedBySizeTests.Mixed.Value;

    private static readonly ReplayFleet Ready = ReplayFleet.Of(Mixed, A.Catalog);

    private static readonly ReplayOptions TenMinutes = new() { Length = TimeSpan.FromMinutes(10) };

    [Fact]
    public void A_fleet_for_sizes_keeps_its_promise_in_its_forecast_and_in_its_planned_peak()
    {
        foreach (var load in new ReplayLoad[] { new ReplayLoad.Forecast(), new ReplayLoad.Minute(99.9) })
        {
            var played = Assert.Single(Replayer.Replay(Mixed, A.Catalog, load, TenMinutes).Servings);
            Assert.True(played.Keeps, $"{load}: {played.Measured.Attainment}");
            Assert.Equal(0, played.All.Rejected);
        }
    }

    [Fact]
    public void Each_pool_reads_only_requests_of_the_sizes_that_it_is_sent()
    {
        var read = Read(TenMinutes);
        Assert.Contains(Mixed.Pools, pool => pool.Sizes[^1].Routed == default);
        Assert.All(Mixed.Pools, pool => Assert.All(pool.Sizes, size => Assert.Equal(size.Routed.Fraction > 0, read[pool.Id].Any(tokens => IsOf(size, tokens)))));

        // And of each size the part that the plan says.
        foreach (var at in Enumerable.Range(0, Mixed.Pools[0].Sizes.Length))
        {
            var counts = Mixed.Pools.Select(pool => (double)read[pool.Id].Count(tokens => IsOf(pool.Sizes[at], tokens))).ToList();
            Assert.All(Mixed.Pools.Zip(counts), pair => Assert.Equal(pair.First.Sizes[at].Routed.Fraction, pair.Second / counts.Sum(), 0.01));
        }
    }

    [Fact]
    public void After_a_loss_sizes_are_dealt_out_anew_over_what_is_up()
    {
        // Without the pool of the longest, the others take them: they can.
        var longest = Mixed.Pools.First(pool => pool.Sizes[^1].Routed.Fraction > 0);
        var read = Read(TenMinutes with { Losses = [new Loss(LossKind.Reservation, longest.Id, TimeSpan.Zero, null)] });
        Assert.Empty(read[longest.Id]);
        Assert.All(Mixed.Pools.Where(pool => pool != longest), pool => Assert.Contains(read[pool.Id], tokens => IsOf(longest.Sizes[^1], tokens)));
    }

    [Fact]
    public void Each_size_waits_for_itself_and_what_is_too_much_of_one_does_not_delay_another()
    {
        // Four servers take what is short (half a second), four take all (long ones need two seconds): long ones are served at 2 a second. At 3 a
        // second a third is refused, and the short ones, 6 of the 8 a second that the first four serve, are not.
        var promised = new LatencyTarget(TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(1), 95);
        var random = SplitRandom.Of(1, "sizes");
        var requests = Fleet.Poisson(9, 1, count: 30_000).Select(arrival => arrival with { InputTokens = random.NextUnit() < 2.0 / 3 ? 500_000 : 2_000_000 }).ToList();
        var played = Play([Pool("short", 1, 0), Pool("all", 0, 1)], requests, promised);
        var lengthy = requests.Count(request => request.InputTokens > Cut);
        Assert.InRange((double)played.All.Rejected / lengthy, 0.31, 0.35);

        // Served ones are two thirds short; the median of their waits is one of a queue at three quarters of its rate.
        Assert.InRange(played.Wait.At(50).TotalSeconds, 0, 0.3);
    }

    [Fact]
    public void A_size_that_nothing_up_can_take_is_refused_and_the_others_are_served()
    {
        var promised = new LatencyTarget(TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(1), 95);
        Arrival[] requests = [.. Enumerable.Range(0, 300).Select(second => new Arrival(second, second % 3 == 0 ? 2_000_000 : 500_000, 0))];
        var loss = new Loss(LossKind.Reservation, "all", TimeSpan.Zero, null);
        var played = Play([Pool("short", 1, 0), Pool("all", 0, 1)], requests, promised, loss);
        Assert.Equal((100, 200, 0), (played.All.Rejected, played.All.Served, played.All.Queued));
    }

    [Fact]
    public void Every_loss_of_a_fleet_for_sizes_is_played()
    {
        var proof = SurvivalProof.Of(Mixed, A.Catalog);
        Assert.All(proof.Losses, loss => Assert.NotNull(loss.Attainment));
        Assert.All(proof.Losses.Where(loss => loss.RemainingOfPeak.Fraction > 1), loss => Assert.True(loss.IsKept, $"{loss.Loss.Name}: {loss.Attainment}"));
    }

    /// <summary>Input tokens of the requests that each pool read.</summary>
    private static Dictionary<string, List<int>> Read(ReplayOptions options)
    {
        var serving = Mixed.Servings.Single();
        var pools = Ready.PoolsOf(serving).Select(pool => (Pool: pool, Speed: new Watched(pool.Speed))).ToList();
        new ServingSimulation(
            "sizes", serving.Serving.Latency, new ApiOverflow([], default), [.. pools.Select(pool => pool.Pool with { Speed = pool.Speed })],
            Replayer.ArrivalsOf(Ready, serving, new ReplayLoad.Minute(90), options), options).Run();
        return pools.ToDictionary(pool => pool.Pool.Pool.Id, pool => pool.Speed.Read);
    }

    private static bool IsOf(PoolSize size, int tokens) => tokens >= size.From && !(tokens >= size.Below);

    private static ReplayPool Pool(string id, double shortRouted, double longRouted)
    {
        var pool = Fleet.Pool(4, Fleet.Server(), rate: 2);
        return pool with
        {
            Pool = pool.Pool with
            {
                Id = id,
                Sizes =
                [
                    new PoolSize(0, Cut, Share.FromFraction(2.0 / 3), Share.FromFraction(shortRouted), 2),
                    new PoolSize(Cut, null, Share.FromFraction(1.0 / 3), Share.FromFraction(longRouted), id == "short" ? 0 : 0.5),
                ],
            },
        };
    }

    private static ServingReplay Play(IEnumerable<ReplayPool> pools, IEnumerable<Arrival> requests, LatencyTarget promised, Loss? loss = null) =>
        Fleet.Play(pools, requests, new ReplayOptions { Length = TimeSpan.FromHours(1), Losses = loss is null ? [] : [loss] }, promised);

    /// <summary>A speed that notes what is read.</summary>
    private sealed class Watched(IReplicaSpeed speed) : IReplicaSpeed
    {
        public List<int> Read { get; } = [];

        public int Places => speed.Places;

        public double CacheBytes => speed.CacheBytes;

        public double CacheBytesOf(int inputTokens, int outputTokens) => speed.CacheBytesOf(inputTokens, outputTokens);

        public double PromptSeconds(int inputTokens, int generating)
        {
            Read.Add(inputTokens);
            return speed.PromptSeconds(inputTokens, generating);
        }

        public int PromptSteps(int inputTokens) => speed.PromptSteps(inputTokens);

        public double StepSeconds(int generating) => speed.StepSeconds(generating);

        public int StepsAfterFirst(int outputTokens) => speed.StepsAfterFirst(outputTokens);
    }
}
