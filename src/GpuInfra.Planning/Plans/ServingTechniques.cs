using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans;

/// <summary>What spares a serving's replicas work that its demand names.</summary>
public sealed record ServingTechniques
{
    /// <summary>Nothing of the kind.</summary>
    public static ServingTechniques None { get; } = new();

    /// <summary>Share of requests that a response cache answers, so that no replica sees them. Default: none.</summary>
    public Share CacheHitRate { get; init; }

    /// <summary>Share of input tokens whose keys and values are still in a replica's cache when they come again. Default: none.</summary>
    public Share PrefixCacheHitRate { get; init; }

    /// <summary>How requests find their replica. Default: <see cref="Routing.Any"/>.</summary>
    public Routing Routing { get; init; }

    /// <summary>Drafted tokens that a verifying step accepts on average; 0 without speculative decoding.</summary>
    public double AcceptedTokens { get; init; }

    /// <summary>The prefix hits that are planned with: none unless requests with a common beginning go to the replica that holds it.</summary>
    public Share CountedPrefixHitRate => Routing == Routing.PrefixAware ? PrefixCacheHitRate : default;
}

/// <summary>How requests find their replica.</summary>
public enum Routing
{
    /// <summary>To any, as load balancers spread them.</summary>
    Any,

    /// <summary>To the one that has their beginning in its cache.</summary>
    PrefixAware,

    /// <summary>To a pool that is for requests of their length, so that short and long ones may run on different GPUs.</summary>
    BySize,
}

/// <summary>LoRA adapters that a serving answers with beside its model.</summary>
/// <param name="Count">Adapters in all; those not on the GPU wait in main memory.</param>
/// <param name="MaxLoaded">Adapters on the GPU at once, which one batch may mix.</param>
/// <param name="Rank">The largest rank among them.</param>
/// <param name="Uri">Where they are published; people upload them into the directory <c>adapters</c> of the model's weights.</param>
public sealed record LoraAdapters(int Count, int MaxLoaded, int Rank, string Uri);
