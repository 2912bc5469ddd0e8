using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Replays;
using GpuInfra.Planning.Replays.Arrivals;

namespace GpuInfra.Planning.Tests.Replays;

public class LossTests
{
    private static readonly LatencyTarget Promised = new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), 95);

    [Fact]
    public void After_a_zone_nothing_of_the_family_starts_for_an_hour_and_then_the_group_fills_up_elsewhere()
    {
        var played = Play(Fleet.Pool(8, Fleet.Server(), zones: 2), "zone:a@1m");
        Assert.Equal(8, Replicas(played, 0));
        Assert.All(Enumerable.Range(1, 64), minute => Assert.Equal(4, Replicas(played, minute)));
        Assert.Equal(8, Replicas(played, 67));
    }

    [Fact]
    public void The_block_is_an_option()
    {
        var played = Play(Fleet.Pool(8, Fleet.Server(), zones: 2), "zone:a@1m", new ReplayOptions { LaunchBlock = TimeSpan.FromMinutes(10) });
        Assert.Equal((4, 8), (Replicas(played, 14), Replicas(played, 17)));
    }

    [Fact]
    public void Reserved_machines_come_back_with_their_zone_and_after_their_start()
    {
        var played = Play(Fleet.Pool(8, Fleet.Server(), zones: 2, tier: Tier.Reserved), "zone:b@1m+10m");
        Assert.All(Enumerable.Range(1, 14), minute => Assert.Equal(4, Replicas(played, minute)));
        Assert.Equal(8, Replicas(played, 17));

        // They are paid for while they are away.
        Assert.Single(played.Minutes.Select(minute => minute.HourlyUsd).Distinct());
        Assert.Equal(0, played.Extra.Amount);
    }

    [Fact]
    public void Of_a_group_that_spreads_by_itself_any_zone_may_have_the_odd_machine()
    {
        var played = Play(Fleet.Pool(9, Fleet.Server(), zones: 2), "zone:b@1m");
        Assert.Equal(4, Replicas(played, 2));
        Assert.Equal(5, Replicas(Play(Fleet.Pool(9, Fleet.Server(), zones: 2, tier: Tier.Reserved), "zone:b@1m"), 2));
    }

    [Fact]
    public void Spot_machines_end_what_they_can_in_their_two_minutes()
    {
        // One request each, of 100 s or of 1,000 s, half a minute before the notice.
        var pool = Fleet.Pool(2, Fleet.Server(), tier: Tier.Spot);
        Arrival[] requests = [new(30, 100_000_000, 0), new(30, 1_000_000_000, 0)];
        var played = Fleet.Play([pool], requests, new ReplayOptions { Losses = [Loss.Read("spot@1m")!] }, Promised with { TimeToFirstToken = TimeSpan.FromHours(9) });
        Assert.Equal((1, 0, 1), (played.All.Served, played.All.Lost, played.All.Queued));
        Assert.Equal(0, Replicas(played, 1));
        Assert.Equal(0, Replicas(played, 59));
        Assert.True(played.Minutes[2].HourlyUsd > 0);
        Assert.Equal(0, played.Minutes[4].HourlyUsd);
    }

    [Fact]
    public void Requests_with_a_token_are_lost_with_their_replica_and_the_others_wait_again()
    {
        // Two places: one request generates for long, the other has not been read yet.
        var pool = Fleet.Pool(1, new Generating());
        Arrival[] requests = [new(1, 1, 1000), new(59.5, 1, 1000)];
        var options = new ReplayOptions { Losses = [Loss.Read("cloud:aws@1m")!] };
        var played = Fleet.Play([pool], requests, options, Promised);
        Assert.Equal((1, 1), (played.All.Lost, played.All.Queued));
        Assert.Equal(1000, played.TokensLost);

        // Where nobody waits for an answer nothing is lost: both are done again.
        var batch = Fleet.Play([pool], requests, options);
        Assert.Equal((0, 2), (batch.All.Lost, batch.All.Queued));
    }

    [Fact]
    public void While_a_zone_comes_back_there_is_never_less_than_before()
    {
        // The group may grow by as much as it loses; after the block the autoscaler lets others stand in.
        var pools = new[] { Fleet.Pool(10, Fleet.Server(), zones: 2, tier: Tier.Reserved), Fleet.Pool(10, Fleet.Server(), max: 30) };
        pools[1] = pools[1] with { Family = [pools[1].Pool] };
        pools[0] = pools[0] with { Family = [pools[0].Pool] };
        var played = Fleet.Play(
            pools, Fleet.Poisson(10.5, 1), new ReplayOptions { Length = TimeSpan.FromHours(3), Losses = [Loss.Read("reservation:queue-Reserved@10m+60m")!] });
        Assert.Equal(10, Replicas(played, 11));
        Assert.True(Replicas(played, 69) >= 15, $"{Replicas(played, 69)} replicas when it comes back");
        Assert.All(Enumerable.Range(70, 30), minute => Assert.True(Replicas(played, minute) >= Math.Min(20, Replicas(played, 69)), $"minute {minute}"));

        // Then what stood in goes, one machine a minute, and what it cost is told.
        Assert.InRange(Replicas(played, 179), 20, 21);
        Assert.True(played.Extra.Amount > 0);
        Assert.Equal(0, played.All.Lost);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_request_is_made_or_mislaid_whatever_happens(int seed)
    {
        var random = SplitRandom.Of(seed, "fleets");
        for (var fleet = 0; fleet < 40; fleet++)
        {
            string[] losses = ["zone:a@2m", "zone:b@3m+4m", "cloud:aws@5m+1m", "spot@1m", "spot@4m+3m", "reservation:queue-OnDemand@6m"];
            var pools = Enum.GetValues<Tier>().Select(tier => Fleet.Pool(1 + (int)(random.NextUnit() * 6), Fleet.Server(1 + (int)(random.NextUnit() * 4)), zones: 2, tier: tier, max: 12));
            var options = new ReplayOptions
            {
                Length = TimeSpan.FromMinutes(20),
                Losses = [.. losses.Where(_ => random.NextUnit() < 0.4).Select(text => Loss.Read(text)!)],
                LaunchBlock = TimeSpan.FromMinutes(5),
                MeasureFrom = TimeSpan.FromMinutes(3),
            };

            // The run itself ends with an error when the counts do not add up.
            var played = Fleet.Play(pools, Fleet.Poisson(random.NextUnit() * 20, 1, seed), options, random.NextUnit() < 0.5 ? Promised : null);
            Assert.True(played.All.IsConserved && played.Measured.IsConserved);
            Assert.Equal(played.All.Arrived, played.Minutes.Sum(minute => minute.Arrived));
        }
    }

    private static int Replicas(ServingReplay played, int minute) => played.Minutes[minute].Replicas;

    private static ServingReplay Play(ReplayPool pool, string loss, ReplayOptions? options = null) => Fleet.Play(
        [pool], Fleet.Poisson(2, 1), (options ?? new ReplayOptions()) with { Length = TimeSpan.FromMinutes(90), Losses = [Loss.Read(loss)!] });

    /// <summary>Reads for a second, generates a token a second.</summary>
    private sealed class Generating : IReplicaSpeed
    {
        public int Places => 2;

        public double CacheBytes => double.PositiveInfinity;

        public double CacheBytesOf(int inputTokens, int outputTokens) => 0;

        public double PromptSeconds(int inputTokens, int generating) => 1;

        public int PromptSteps(int inputTokens) => 1;

        public double StepSeconds(int generating) => 1;

        public int StepsAfterFirst(int outputTokens) => outputTokens - 1;
    }
}
