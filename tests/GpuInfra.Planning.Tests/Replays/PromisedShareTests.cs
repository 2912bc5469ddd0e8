using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Replays;
using GpuInfra.Planning.Replays.Arrivals;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Replays;

/// <summary>The shares in time that Sizing predicts, against replicas that are played request by request.</summary>
public class PromisedShareTests
{
    private const int MaxContextTokens = 16_384;

    /// <summary>
    /// At the rate that sizing gives a replica the promised 95 % are in time, to five points and in bursts to seven; at three quarters of it more are. A replica alone, ten and
    /// forty of them; requests one by one and in the bursts of the code trace.
    /// </summary>
    [Theory]
    [InlineData("code", "l40s", 60, 1, 1)]
    [InlineData("code", "l40s", 60, 10, 1)]
    [InlineData("code", "l40s", 60, 40, 8)]
    [InlineData("code", "h100-80gb", 60, 10, 8)]
    [InlineData("code", "h100-80gb", 60, 1, 1)]
    [InlineData("code", "h100-80gb", 60, 40, 8)]
    [InlineData("code", "h100-80gb", 30, 10, 1)]
    [InlineData("conversation", "l40s", 50, 1, 1)]
    [InlineData("conversation", "l40s", 50, 40, 1)]
    [InlineData("conversation", "l4", 80, 10, 1)]
    [InlineData("short answers", "h100-80gb", 40, 3, 1)]
    [InlineData("short answers", "h100-80gb", 40, 40, 8)]
    [InlineData("long answers", "l40s", 50, 3, 1)]
    [InlineData("long answers", "l40s", 50, 40, 1)]
    public void A_pool_at_its_planned_rate_answers_the_promised_share_in_time(string load, string gpu, int milliseconds, int replicas, int burst)
    {
        var source = Source(load);
        var serving = A.Serving() with { Latency = new LatencyTarget(TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(milliseconds), 95) };
        var lengths = LengthClasses.Of(source, MaxContextTokens);
        var mix = new RequestMix(
            lengths.Classes.Sum(one => one.Share * one.InputTokens), lengths.Classes.Sum(one => one.Share * one.OutputTokens), 4000)
        { Lengths = lengths };
        var rate = 1.0;
        for (var turn = 0; turn < 20; turn++)
        {
            rate = ReplicaSizer.Size(serving, mix with { Arrivals = new ArrivalPattern(rate * replicas, burst) }, A.Gpu(gpu), 1).Sizing!.RequestsPerSecond;
        }

        var speed = new Unbounded(new EngineSteps(serving, ReplicaSizer.SetupOf(serving, A.Gpu(gpu), 1), mix, Calibration.Embedded));
        Assert.InRange(Played(rate), 0.88, 1);
        Assert.InRange(Played(0.75 * rate), 0.95, 1);

        double Played(double each)
        {
            var options = new ReplayOptions
            {
                Length = TimeSpan.FromSeconds(40_000 / (each * replicas)),
                MeasureFrom = TimeSpan.FromSeconds(4_000 / (each * replicas)),
                QueueShare = Share.All,
            };
            var minutes = Enumerable.Repeat(each * replicas, (int)Math.Ceiling(options.Length.TotalMinutes));
            var arrivals = new MinuteArrivals([.. minutes], burst, MaxContextTokens, LengthSampler.Of(source), SplitRandom.Of(1, load));
            return new ServingSimulation("share", serving.Latency, new ApiOverflow([], default), [Fleet.Pool(replicas, speed, rate)], arrivals, options).Run().Measured.Attainment;
        }
    }

    [Fact]
    public void Shares_hardly_depend_on_the_grid()
    {
        var serving = A.Serving();
        var mix = new RequestMix(2048, 28, 7303) { Lengths = LengthClasses.Of(Source("code"), MaxContextTokens), Arrivals = new ArrivalPattern(64, 8) };
        var steps = new EngineSteps(serving, ReplicaSizer.SetupOf(serving, A.Gpu("l40s"), 1), mix, Calibration.Embedded);
        foreach (var batch in new[] { 0.25, 0.5, 1, 2, 3, 4 })
        {
            var (coarse, fine) = (new ReplicaLatencies(steps, mix, serving.Latency!).At(batch, batch), new ReplicaLatencies(steps, mix, serving.Latency!, 480).At(batch, batch));
            Assert.InRange(coarse.Between - fine.Between, -0.01, 0.01);
            Assert.InRange(coarse.First - fine.First, -0.01, 0.01);
            Assert.True(coarse.Both <= Math.Min(coarse.First, coarse.Between) + 1e-12);
        }
    }

    private static DemandSource Source(string load) => load switch
    {
        "code" => new DemandSource.Profiled(A.Profile("azure-code-2023"), 1),
        "conversation" => new DemandSource.Profiled(A.Profile("azure-conv-2023"), 1),
        "short answers" => new DemandSource.Daily(3e9, 3e7, 1e6) { InputLengths = new LengthSpread.Lognormal(0.8), OutputLengths = new LengthSpread.Lognormal(0.7) },
        _ => new DemandSource.Daily(1e9, 2e8, 1e6) { InputLengths = new LengthSpread.Lognormal(1.2), OutputLengths = new LengthSpread.Lognormal(1) },
    };

    /// <summary>A replica of Sizing's own steps that takes whatever comes.</summary>
    private sealed class Unbounded(EngineSteps steps) : IReplicaSpeed
    {
        private readonly double[] _stepSeconds = [.. Enumerable.Range(0, ReplicaSizer.MaxSequences + 1).Select(generating => steps.StepSeconds(generating))];

        public int Places => ReplicaSizer.MaxSequences;

        public double CacheBytes => double.PositiveInfinity;

        public double CacheBytesOf(int inputTokens, int outputTokens) => 0;

        public double PromptSeconds(int inputTokens, int generating) => steps.PromptSeconds(inputTokens, generating);

        public int PromptSteps(int inputTokens) => (int)Math.Ceiling(steps.PromptSteps(inputTokens));

        public double StepSeconds(int generating) => _stepSeconds[generating];

        public int StepsAfterFirst(int outputTokens) => (int)Math.Ceiling(steps.StepsAfterFirst(outputTokens));
    }
}
