using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Planning.Replays;

/// <summary>
/// How requests are dealt out to a serving's pools. Where they are not routed by size there is one lane, by the planned rate of the replicas that are
/// up. Where they are, each size has its own, by the plan's shares while all that was planned is up, and otherwise by those that leave the busiest of what
/// is up least busy (<see cref="SizeRouting"/>), as the arithmetic of losses has it.
/// </summary>
/// <param name="pools">The serving's pools.</param>
internal sealed class RouteLanes(ImmutableArray<PoolState> pools)
{
    private readonly ImmutableArray<RouteLane> _lanes = SizesOf(pools) is { IsEmpty: false } sizes
        ? [.. sizes.Select(size => new RouteLane(size.Below, pools.Length))]
        : [new RouteLane(null, pools.Length)];

    private bool _isStale = true;

    /// <summary>All lanes, the shortest requests first.</summary>
    public ImmutableArray<RouteLane> All
    {
        get
        {
            if (_isStale)
            {
                Weigh();
                _isStale = false;
            }

            return _lanes;
        }
    }

    /// <summary>The lane of a request.</summary>
    public RouteLane Of(in OpenRequest request)
    {
        var lanes = All;
        var at = 0;
        while (request.InputTokens >= lanes[at].Below)
        {
            at++;
        }

        return lanes[at];
    }

    /// <summary>Other replicas are up than before.</summary>
    public void Change() => _isStale = true;

    private void Weigh()
    {
        var sizes = SizesOf(pools);
        if (sizes.IsEmpty)
        {
            _lanes[0].Set([.. pools.Select(pool => pool.Weight)], pools.Sum(pool => pool.Weight));
            return;
        }

        ImmutableArray<ImmutableArray<double>> capacities = [.. pools.Select(pool => pool.Planned.Pool.Sizes.Select(size => size.RequestsPerSecond * pool.Open).ToImmutableArray())];

        // What nothing that is up can take is left out: it must not keep the others from being routed.
        var taken = Enumerable.Range(0, sizes.Length).Where(size => capacities.Any(capacity => capacity[size] > 0)).ToImmutableArray();
        var shares = pools.All(pool => pool.Open == pool.Planned.Pool.ReplicasOf(pool.Planned.Pool.Instances.Desired))
            ? [.. pools.Select(pool => taken.Select(size => pool.Planned.Pool.Sizes[size].Routed.Fraction).ToImmutableArray())]
            : SizeRouting.Of([.. taken.Select(size => sizes[size].OfRequests.Fraction)], [.. capacities.Select(capacity => taken.Select(size => capacity[size]).ToImmutableArray())]).Shares;
        var busiest = pools.Max(pool => taken.Select((size, at) => shares[pool.Index][at] == 0 ? 0
            : sizes[size].OfRequests.Fraction * shares[pool.Index][at] / capacities[pool.Index][size]).Sum());
        for (var size = 0; size < sizes.Length; size++)
        {
            var at = taken.IndexOf(size);
            _lanes[size].Set([.. pools.Select(pool => at < 0 ? 0 : shares[pool.Index][at])], at < 0 ? 0 : sizes[size].OfRequests.Fraction / busiest);
        }
    }

    private static ImmutableArray<PoolSize> SizesOf(ImmutableArray<PoolState> pools) => pools.IsEmpty ? [] : pools[0].Planned.Pool.Sizes;
}

/// <summary>Requests that are dealt out alike, and those of them that wait.</summary>
/// <param name="below">Input tokens that they stay below; null for any.</param>
/// <param name="pools">How many pools there are.</param>
internal sealed class RouteLane(int? below, int pools)
{
    /// <summary>Input tokens that its requests stay below; null for any.</summary>
    public int? Below => below;

    /// <summary>Requests that wait for a place, first come, first served.</summary>
    public WaitingLine Waiting { get; } = new();

    /// <summary>Each pool's weight; zero where it takes none of them.</summary>
    public ImmutableArray<double> Weights { get; private set; } = [];

    /// <summary>Each pool's balance: the one with the most is next.</summary>
    public double[] Credits { get; } = new double[pools];

    /// <summary>Requests per second that what is up serves of them, beside the others in their parts.</summary>
    public double Rate { get; private set; }

    /// <summary>Sets what follows from the replicas that are up.</summary>
    public void Set(ImmutableArray<double> weights, double rate) => (Weights, Rate) = (weights, rate);
}
