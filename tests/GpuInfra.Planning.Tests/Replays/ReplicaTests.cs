using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Replays;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Replays;

/// <summary>A replica of the replay against the replica of Sizing, of whose step times it is made.</summary>
public class ReplicaTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(32)]
    public void With_so_many_requests_in_flight_it_is_as_fast_as_Sizing_says(int inFlight)
    {
        var (fleet, pool) = (Fleet.OneServing, Fleet.OneServing.Pools[0]);
        var serving = fleet.Servings[0];
        var speed = EngineSpeed.Of(pool, serving, [], A.Catalog, Share.FromPercent(50));
        Assert.InRange(inFlight, 1, speed.Places);
        var setup = ReplicaSizer.SetupOf(serving.Serving, A.Gpu(pool.Gpu), pool.Engine.TensorParallel);
        var mix = RequestMix.Of(serving.Demand);
        var sized = inFlight / ReplicaSizer.CycleOf(serving.Serving, setup, mix, Calibration.Embedded).Of(inFlight).Seconds;

        var ended = ClosedLoop(speed, inFlight, (int)mix.InputTokens, (int)mix.OutputTokens, 2000, out var seconds);
        Assert.InRange(ended / seconds / sized, 0.97, 1.03);
    }

    [Fact]
    public void A_slower_speed_takes_proportionally_longer_and_fewer_requests_at_a_time()
    {
        var (serving, pool) = (Fleet.OneServing.Servings[0], Fleet.OneServing.Pools[0]);
        var predicted = EngineSpeed.Of(pool, serving, [], A.Catalog, Share.FromPercent(50));
        var planned = EngineSpeed.Of(pool, serving, [], A.Catalog);
        var sure = EngineSpeed.Of(pool, serving, [], A.Catalog, Fleet.OneServing.Plan.Confidence);
        Assert.True(planned.PromptSeconds(1000, 4) > predicted.PromptSeconds(1000, 4));
        Assert.Equal(planned.StepSeconds(4) / predicted.StepSeconds(4), planned.PromptSeconds(1000, 4) / predicted.PromptSeconds(1000, 4), 9);
        Assert.Equal(sure.StepSeconds(4), planned.StepSeconds(4), 9);
        Assert.True(planned.Places < predicted.Places);
    }

    [Fact]
    public void A_request_that_finds_no_cache_waits_for_it()
    {
        var requests = new RequestTable();
        var replica = new Replica(new Cached(), requests);
        var first = requests.Add(new OpenRequest { InputTokens = 60, OutputTokens = 10, CacheBytes = 70 });
        Assert.True(replica.Fits(70));
        replica.Take(0, first);
        Assert.False(replica.Fits(31));
        Assert.True(replica.Fits(30));

        var ended = new List<int>();
        while (replica.Outstanding > 0)
        {
            replica.Advance(ended);
        }

        Assert.Equal([first], ended);
        Assert.True(replica.Fits(100));

        // What no cache holds runs alone rather than never.
        Assert.True(replica.Fits(1000));
    }

    [Fact]
    public void Tokens_come_step_by_step_with_prompts_between()
    {
        // Reading takes 1 s and gives the other a token; a step takes 0.1 s per request.
        var requests = new RequestTable();
        var replica = new Replica(new Cached(), requests);
        replica.Take(0, requests.Add(new OpenRequest { InputTokens = 1, OutputTokens = 12 }));
        var ended = new List<int>();
        replica.Advance(ended);
        Assert.Equal(1, requests[0].First);

        // At 1.25 s two of eleven steps are done and the third is under way: the second prompt is read from 1.3 to 2.3 s.
        replica.Take(1.25, requests.Add(new OpenRequest { InputTokens = 1, OutputTokens = 3 }));
        Assert.Equal(1.3, replica.Next, 9);
        replica.Advance(ended);
        Assert.Equal(2.3, replica.Next, 9);
        replica.Advance(ended);
        Assert.Equal(2.3, requests[1].First, 9);

        // Two more steps of 0.2 s end the second, the last five of 0.1 s the first: 3 + 1 + 2 + 5 = 11.
        Assert.Equal(2.7, replica.Next, 9);
        replica.Advance(ended);
        Assert.Equal(3.2, replica.Next, 9);
        replica.Advance(ended);
        Assert.Equal([1, 0], ended);
        Assert.Equal(double.PositiveInfinity, replica.Next);
    }

    internal static double ClosedLoop(IReplicaSpeed speed, int inFlight, int input, int output, int count, out double seconds)
    {
        var requests = new RequestTable();
        var replica = new Replica(speed, requests);
        var (ended, began, done, start) = (new List<int>(), 0, 0, 0.0);
        for (; began < inFlight; began++)
        {
            replica.Take(0, requests.Add(new OpenRequest { InputTokens = input, OutputTokens = output }));
        }

        // The first half settles: requests that came together spread out.
        while (done < count)
        {
            ended.Clear();
            var now = replica.Next;
            replica.Advance(ended);
            foreach (var request in ended)
            {
                requests.Remove(request);
                replica.Take(now, requests.Add(new OpenRequest { InputTokens = input, OutputTokens = output }));
                done++;
                start = done == count / 2 ? now : start;
            }
        }

        seconds = replica.Next - start;
        return count / 2.0;
    }

    private sealed class Cached : IReplicaSpeed
    {
        public int Places => 4;

        public double CacheBytes => 100;

        public double CacheBytesOf(int inputTokens, int outputTokens) => inputTokens + outputTokens;

        public double PromptSeconds(int inputTokens, int generating) => 1;

        public int PromptSteps(int inputTokens) => 1;

        public double StepSeconds(int generating) => 0.1 * generating;

        public int StepsAfterFirst(int outputTokens) => outputTokens - 1;
    }
}
