using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Routes;

/// <summary>How requests of a serving find what answers them.</summary>
public sealed record Route
{
    /// <summary>The serving.</summary>
    public required Serving Serving { get; init; }

    /// <summary>What the plan says about it.</summary>
    public required ServingRoute Wish { get; init; }

    /// <summary>How it chooses among its backends.</summary>
    public required RouteStrategy Strategy { get; init; }

    /// <summary>What answers, ordered by rank and name; at least one pool.</summary>
    public required ImmutableArray<Backend> Backends { get; init; }

    /// <summary>Planned peak, requests per second.</summary>
    public required double Peak { get; init; }

    /// <summary>
    /// How long a request may be without an answer's last byte: the wait for its first token, and a context full of output at the promised time
    /// per token. No timeout on its way is shorter.
    /// </summary>
    public required TimeSpan LongestAnswer { get; init; }

    /// <summary>How long a request may wait for a place: the promised time to the first token, half a minute where none is promised.</summary>
    public required TimeSpan LongestWait { get; init; }

    /// <summary>What the loss of each backend leaves, worst first.</summary>
    public required ImmutableArray<BackendLoss> Losses { get; init; }

    /// <summary>Pools in a region.</summary>
    public IEnumerable<Backend> In(CloudProvider cloud, string region) =>
        Backends.Where(backend => backend.Kind == BackendKind.Pool && backend.Cloud == cloud && backend.Region == region);

    /// <summary>The load at which its first backend is full if nothing spilled over, and which it is.</summary>
    public (double RequestsPerSecond, string Backend) FirstFull()
    {
        var (load, index) = BackendLoss.FirstFull([.. Backends.Select(backend => (backend.RequestsPerSecond, backend.Weight))]);
        return (load, Backends[index].Name);
    }
}
