using System.Collections.Immutable;

namespace GpuInfra.Planning.Fleets;

/// <summary>A serving solved for a month. What explains it is made when it is asked for, which is for one month of the horizon.</summary>
/// <param name="workloads">Names of its workloads, ordered.</param>
/// <param name="pools">Its pools, ordered by id.</param>
/// <param name="describe">Makes what explains them.</param>
/// <param name="gpuTime">Makes the GPU time of each workload.</param>
internal sealed class SolvedServing(
    ImmutableArray<string> workloads, ImmutableArray<Pool> pools, Func<ServingFleet> describe, Func<ImmutableArray<double>> gpuTime)
{
    private readonly Lazy<ServingFleet> _fleet = new(describe);
    private readonly Lazy<ImmutableArray<double>> _gpuTime = new(gpuTime);

    /// <summary>Names of its workloads, ordered.</summary>
    public ImmutableArray<string> Workloads => workloads;

    /// <summary>Its pools, ordered by id.</summary>
    public ImmutableArray<Pool> Pools => pools;

    /// <summary>What it needs and gets, and what was not taken.</summary>
    public ServingFleet Fleet => _fleet.Value;

    /// <summary>GPU seconds per second that each of its workloads takes, in their order.</summary>
    public ImmutableArray<double> GpuTime => _gpuTime.Value;

    /// <summary>The same with pools at other prices.</summary>
    public SolvedServing At(ImmutableArray<Pool> repriced) => new(workloads, repriced, () => Fleet, () => GpuTime);
}
