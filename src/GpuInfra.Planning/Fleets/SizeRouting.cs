using System.Collections.Immutable;
using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// The best routing of requests by size over instances that are there: shares x_kb with Σ_k x_kb = 1 for each size b that leave the
/// busiest of them least busy: minimise u with Σ_b d_b x_kb / μ_kb ≤ u n_k.
/// </summary>
internal static class SizeRouting
{
    /// <summary>What pools serve of a mixed demand at most, as a share of it.</summary>
    /// <param name="pools">The pools of a serving that is routed by size.</param>
    /// <param name="requestsPerSecond">The demand.</param>
    /// <param name="lost">Instances of a pool that are not there.</param>
    public static double Served(ImmutableArray<Pool> pools, double requestsPerSecond, Func<Pool, int> lost)
    {
        var left = pools.Select(pool => (Pool: pool, Replicas: pool.ReplicasOf(pool.Instances.Desired - lost(pool)))).Where(pool => pool.Replicas > 0).ToList();
        return 1 / Of(
            [.. pools[0].Sizes.Select(size => size.OfRequests.Fraction * requestsPerSecond)],
            [.. left.Select(pool => pool.Pool.Sizes.Select(size => size.RequestsPerSecond * pool.Replicas).ToImmutableArray())]).Load;
    }

    /// <summary>The load u of the busiest, 1 where it is just enough, infinity where a size is served by none; and the shares, by instances and size.</summary>
    /// <param name="demand">Requests per second of each size.</param>
    /// <param name="capacities">Requests per second of each group of instances if it served one size only; zero where it takes none of it.</param>
    public static (double Load, ImmutableArray<ImmutableArray<double>> Shares) Of(ImmutableArray<double> demand, ImmutableArray<ImmutableArray<double>> capacities)
    {
        if (demand.Where((_, size) => capacities.All(capacity => capacity[size] == 0)).Any())
        {
            return (double.PositiveInfinity, [.. capacities.Select(_ => demand.Select(_ => 0.0).ToImmutableArray())]);
        }

        // All of it on the slowest alone is the most that the busiest could have.
        var most = demand.Select((requests, size) => requests / capacities.Select(capacity => capacity[size]).Where(capacity => capacity > 0).Min()).Sum();
        var program = new IntegerProgram();
        var load = program.Add(new Variable("u", 0, most, 1, false));
        var shares = capacities.Select(capacity => capacity.Select(rate => program.Add(new Variable("x", 0, rate > 0 ? 1 : 0, 0, false))).ToArray()).ToArray();
        for (var group = 0; group < capacities.Length; group++)
        {
            program.Add(new Row("load",
            [
                new Term(load, 1),
                .. demand.Select((requests, size) => new Term(shares[group][size], capacities[group][size] > 0 ? -requests / capacities[group][size] : 0))
                    .Where(term => term.Coefficient != 0),
            ], Sense.AtLeast, 0));
        }

        for (var size = 0; size < demand.Length; size++)
        {
            program.Add(new Row("size", [.. shares.Select(group => new Term(group[size], 1))], Sense.Equal, 1));
        }

        var simplex = new DualSimplex(
            new SparseMatrix(program.Variables.Count, program.Rows),
            [.. program.Variables.Select(variable => (double)variable.Cost)],
            [.. program.Variables.Select(variable => variable.Lower), .. program.Rows.Select(row => row.Lower)],
            [.. program.Variables.Select(variable => variable.Upper), .. program.Rows.Select(row => row.Upper)]);
        if (simplex.Solve(double.PositiveInfinity) != SimplexStatus.Optimal)
        {
            throw new InvalidOperationException("A routing that exists was not found.");
        }

        var values = simplex.Values.ToArray();
        return (values[load], [.. shares.Select(group => group.Select(variable => Math.Clamp(values[variable], 0, 1)).ToImmutableArray())]);
    }
}
