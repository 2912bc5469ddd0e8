using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Replays;
using GpuInfra.Planning.Replays.Arrivals;

namespace GpuInfra.Planning.Tests.Replays;

public class PartsTests
{
    [Fact]
    public void Random_numbers_are_those_of_SplitMix64()
    {
        // Seed 1234567: the first numbers that the algorithm's published implementations print.
        var random = new SplitRandom(1234567);
        Assert.Equal(
            new ulong[] { 6457827717110365317, 3203168211198807973, 9817491932198370423 }.Select(number => (number >> 11) * Math.Pow(2, -53)),
            Enumerable.Range(0, 3).Select(_ => random.NextUnit()));
    }

    [Fact]
    public void A_stream_depends_on_its_name_and_seed_and_on_nothing_else()
    {
        static List<double> Draw(int seed, string name)
        {
            var random = SplitRandom.Of(seed, name);
            return [.. Enumerable.Range(0, 1000).Select(_ => random.NextUnit())];
        }

        Assert.Equal(Draw(1, "chat"), Draw(1, "chat"));
        Assert.Empty(Draw(1, "chat").Intersect(Draw(2, "chat")));
        Assert.Empty(Draw(1, "chat").Intersect(Draw(1, "chas")));
        Assert.InRange(Draw(1, "chat").Average(), 0.45, 0.55);
    }

    [Fact]
    public void A_geometric_number_has_its_mean()
    {
        var random = SplitRandom.Of(1, "bursts");
        Assert.InRange(Enumerable.Range(0, 100_000).Average(_ => random.NextGeometric(8)), 7.9, 8.1);
        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(1, random.NextGeometric(1)));
    }

    [Fact]
    public void The_heap_gives_what_sorting_would()
    {
        var (random, heap, keys) = (SplitRandom.Of(3, "heap"), new IndexedHeap(), new SortedDictionary<int, double>());
        for (var step = 0; step < 20_000; step++)
        {
            var item = (int)(random.NextUnit() * 100);
            if (random.NextUnit() < 0.3)
            {
                heap.Remove(item);
                keys.Remove(item);
            }
            else
            {
                keys[item] = Math.Floor(random.NextUnit() * 50);
                heap.Set(item, keys[item]);
            }

            Assert.Equal(keys.Count, heap.Count);
            if (keys.Count > 0)
            {
                var least = keys.MinBy(pair => (pair.Value, pair.Key));
                Assert.Equal((least.Key, least.Value), (heap.First, heap.FirstKey));
            }
        }
    }

    [Fact]
    public void Percentiles_of_a_sketch_are_within_half_a_percent()
    {
        var (random, sketch, exact) = (SplitRandom.Of(1, "times"), new LatencySketch(), new List<double>());
        for (var i = 0; i < 50_000; i++)
        {
            exact.Add(random.NextExponential(0.2) + 0.001);
            sketch.Add(exact[^1]);
        }

        exact.Sort();
        Assert.All([1.0, 25, 50, 95, 99, 99.9], percentile => Assert.InRange(
            sketch.At(percentile).TotalSeconds / exact[(int)Math.Ceiling(percentile / 100 * exact.Count) - 1], 0.9949, 1.0051));
        Assert.Equal(exact.Average(), sketch.Mean.TotalSeconds, 6);
        Assert.Equal(exact[^1], sketch.Longest.TotalSeconds, 6);
    }

    [Theory]
    [InlineData("zone:use1-az1@10m", LossKind.Zone, "use1-az1", 600, null)]
    [InlineData("region:us-east-1@0s+2h", LossKind.Region, "us-east-1", 0, 7200)]
    [InlineData("cloud:gcp@1.5h+30m", LossKind.Cloud, "gcp", 5400, 1800)]
    [InlineData("spot@90s", LossKind.Spot, "", 90, null)]
    [InlineData("reservation:a-b@1m", LossKind.Reservation, "a-b", 60, null)]
    public void A_loss_is_read_as_it_is_written(string text, LossKind kind, string target, int at, int? lasts) => Assert.Equal(
        new Loss(kind, target, TimeSpan.FromSeconds(at), lasts is { } seconds ? TimeSpan.FromSeconds(seconds) : null), Loss.Read(text));

    [Theory]
    [InlineData("")]
    [InlineData("zone")]
    [InlineData("zone@10m")]
    [InlineData("zone:@10m")]
    [InlineData("zone:a")]
    [InlineData("zone:a@10")]
    [InlineData("zone:a@-10m")]
    [InlineData("zone:a@10m+")]
    [InlineData("0:a@10m")]
    [InlineData("spot:a@10m")]
    [InlineData("planet:earth@10m")]
    public void What_is_no_loss_is_none(string text) => Assert.Null(Loss.Read(text));

    [Fact]
    public void Bursts_of_the_Azure_code_trace_are_eight_requests_and_its_conversations_come_one_by_one()
    {
        // Counted in the traces themselves: mean square of gaps below a minute over that of Poisson processes at each minute's rate, 7.9 and 0.9.
        Assert.InRange(Bursts.Of(new DemandSource.Profiled(A.Profile("azure-code-2023"), 1)), 7.5, 8.7);
        Assert.InRange(Bursts.Of(new DemandSource.Profiled(A.Profile("azure-conv-2023"), 1)), 1, 1.1);
        Assert.Equal(1, Bursts.Of(A.NightlyIndex().Demand));
    }

    [Fact]
    public void Drawn_lengths_have_the_means_and_long_requests_of_the_profile()
    {
        var profile = A.Profile("azure-conv-2023");
        var (sampler, random) = (LengthSampler.Of(new DemandSource.Profiled(profile, 1)), SplitRandom.Of(1, "lengths"));
        var drawn = Enumerable.Range(0, 100_000).Select(_ => sampler.Draw(random)).ToList();
        Assert.InRange(drawn.Average(request => request.Input) / profile.InputTokens.Mean, 0.99, 1.01);
        Assert.InRange(drawn.Average(request => request.Output) / profile.OutputTokens.Mean, 0.99, 1.01);

        // A bucket is a third to a half wide.
        var p95 = profile.InputTokens.Quantiles.Single(point => point.Percentile == 95).Value;
        Assert.InRange(drawn.Select(request => request.Input).Order().ElementAt(95_000) / p95, 0.75, 1.35);
    }

    [Fact]
    public void Requests_of_a_minute_come_at_its_rate_in_bursts()
    {
        double[] rates = [10, 0, 40];
        var arrivals = new MinuteArrivals(rates, 4, 4096, LengthSampler.Of(A.NightlyIndex().Demand), SplitRandom.Of(5, "minutes"));
        var seconds = new List<double>();
        while (arrivals.TryNext(out var arrival))
        {
            seconds.Add(arrival.Seconds);
        }

        Assert.Equal(seconds.Order(), seconds);
        Assert.InRange(seconds.Count(second => second < 60), 480, 720);
        Assert.DoesNotContain(seconds, second => second is >= 60 and < 120);
        Assert.InRange(seconds.Count(second => second is >= 120 and < 180), 2_050, 2_750);
        Assert.InRange((double)seconds.Count / seconds.Distinct().Count(), 3.5, 4.5);
    }

    [Fact]
    public void Minutes_of_percentiles_reach_the_planned_peak_and_keep_the_mean()
    {
        var load = GpuInfra.Planning.Demands.LoadCurve.Lognormal(3);
        var source = new DemandSource.Daily(1, 1, 1) { PeakToMean = 3 };
        var minutes = MinuteShape.Of(source, load, 1440);
        Assert.Equal(load.Peak, minutes.Max(), 9);
        Assert.InRange(minutes.Average(), 0.95, 1.05);

        // Up to the peak and down again.
        var peak = minutes.IndexOf(minutes.Max());
        Assert.Equal(minutes.Take(peak).Order(), minutes.Take(peak));
        Assert.Equal(minutes.Skip(peak).OrderDescending(), minutes.Skip(peak));
    }

    [Fact]
    public void A_window_opens_and_closes_on_its_days()
    {
        var office = new RunWindow(new DayRange(DayOfWeek.Monday, DayOfWeek.Friday), new TimeOnly(8, 0), new TimeOnly(20, 0), "UTC");
        var week = WindowClock.Changes(office, new TimeOnly(7, 0), TimeSpan.FromDays(7)).ToList();
        Assert.Equal(10, week.Count);
        Assert.Equal((3600.0, true), week[0]);
        Assert.Equal((13 * 3600.0, false), week[1]);
        Assert.False(WindowClock.IsOpen(office, new TimeOnly(8, 0)));
        Assert.True(WindowClock.IsOpen(office, new TimeOnly(8, 1)));

        var night = new RunWindow(DayRange.EveryDay, new TimeOnly(22, 0), new TimeOnly(4, 0), "UTC");
        Assert.True(WindowClock.IsOpen(night, new TimeOnly(1, 0)));
        Assert.True(WindowClock.IsOpenAt(night, new TimeOnly(1, 0), 2 * 3600));
        Assert.False(WindowClock.IsOpenAt(night, new TimeOnly(1, 0), 4 * 3600));
    }
}
