using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Routes;

/// <summary>What a backend is.</summary>
public enum BackendKind
{
    /// <summary>Replicas of a pool.</summary>
    Pool,

    /// <summary>An API that takes overflow.</summary>
    Api,
}

/// <summary>Something that answers requests of a serving.</summary>
public sealed record Backend
{
    /// <summary>The pool's id, or the API's name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    public required BackendKind Kind { get; init; }

    /// <summary>The pool's cloud; null for an API.</summary>
    public CloudProvider? Cloud { get; init; }

    /// <summary>The pool's region, or where the API processes data.</summary>
    public required string Region { get; init; }

    /// <summary>Where a pool outside the clouds answers; null for others, whose addresses are known once they run.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Planned replicas; 0 for an API.</summary>
    public int Replicas { get; init; }

    /// <summary>Requests that one replica works on at once; more wait.</summary>
    public int Concurrency { get; init; }

    /// <summary>Requests per second that it serves: planned capacity, or the API's limit.</summary>
    public required double RequestsPerSecond { get; init; }

    /// <summary>Its share of the serving's requests while all is well and nothing is full.</summary>
    public required Share Weight { get; init; }

    /// <summary>Backends of a lower rank are filled first; 0 is the first. A draining pool stands last, and an API after it.</summary>
    public required int Rank { get; init; }

    /// <summary>True for a pool on its way out, which answers only where nothing else does.</summary>
    public bool IsDraining { get; init; }
}
