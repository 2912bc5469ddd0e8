using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>Keys of a serving that say what spares its replicas work, and its adapters.</summary>
internal static class TechniqueSection
{
    private const string NotDeployed = "machines start vllm; size --engine sizes this one";

    private static readonly Key<Share> CacheHitRate = Key.Optional(
        "cacheHitRate", Quantities.Percentage(0, 95),
        "Share of requests that a response cache before the replicas answers; they need no capacity.", default(Share));

    private static readonly Key<Share> PrefixCacheHitRate = Key.Optional(
        "prefixCacheHitRate", Quantities.Percentage(0, 95),
        "Share of input tokens found in a replica's cache. Counts only with routing: prefixAware.", default(Share));

    private static readonly Key<Routing> RoutingKey = Key.Optional(
        "routing",
        new ChoiceValue<Routing>(new("any", Routing.Any), new("prefixAware", Routing.PrefixAware), new("bySize", Routing.BySize)),
        "How requests find their replica: any; prefixAware where the router sends the same beginning to the same replica, as the plan's (router) and some of your own do; "
            + "bySize where it sends short and long inputs to different pools, which may then have different GPUs.",
        Routing.Any);

    private static readonly Key<double> AcceptedTokens = Key.Required(
        "acceptedTokens", Quantities.Number(0.1, 8, "0.1", "8"),
        "Drafted tokens that a verifying step accepts on average, as measured: each step gives one more than that.");

    private static readonly Key<double?> Speculative = Key.OptionalNumber(
        "speculative", new Section<double>([AcceptedTokens], fields => fields.Get(AcceptedTokens)), "Speculative decoding.");

    private static readonly Key<int> Count = Key.Required("count", Quantities.WholeNumber(1, 10_000), "Adapters in all; the rest wait in main memory.");

    private static readonly Key<int> MaxLoaded = Key.Required(
        "maxLoaded", Quantities.WholeNumber(1, 256), "Adapters on the GPU at once, which one batch may mix.");

    private static readonly Key<int> Rank = Key.Required("rank", Quantities.WholeNumber(1, 512), "The largest rank among them.");

    private static readonly Key<string> Uri = Key.Required(
        "uri", Names.WeightsUri, "Where they are published; upload each into adapters/NAME below the model's weights.");

    private static readonly Key<LoraAdapters?> Adapters = Key.Optional<LoraAdapters>(
        "adapters",
        new Section<LoraAdapters>([Count, MaxLoaded, Rank, Uri], BuildAdapters),
        "LoRA adapters that the serving answers with beside its model.");

    private static readonly Key<string> EngineName = Key.Required(
        "name",
        new ChoiceValue<string>(
            new("vllm", "vllm"), new("sglang", "sglang", NotDeployed), new("trtllm", "trtllm", NotDeployed)),
        "The program that serves the model: vllm.");

    private static readonly Key<string> EngineVersion = Key.Required("version", Names.EngineVersion, "The release that the stack's engine image holds, as 0.19.0.");

    private static readonly Key<string?> Engine = Key.Optional<string>(
        "engine",
        new Section<string>([EngineName, EngineVersion], fields => fields.Get(EngineVersion)),
        "The engine and its release: a plan that runs another than those its figures were measured on says so.");

    /// <summary>The keys.</summary>
    public static readonly ImmutableArray<Key> Keys = [Engine, CacheHitRate, PrefixCacheHitRate, RoutingKey, Speculative, Adapters];

    /// <summary>The serving with what the keys say.</summary>
    public static Serving Apply(Serving serving, Fields fields, Model? model)
    {
        if (model?.Task == ModelTask.Embedding)
        {
            foreach (var key in new Key[] { PrefixCacheHitRate, Speculative, Adapters }.Where(fields.Has))
            {
                fields.Refuse(key, $"{model.Id} makes embeddings and generates nothing: leave it out");
            }
        }

        if (fields.IsSound(RoutingKey) && fields.Get(RoutingKey) == Routing.BySize && serving.Kind != ServingKind.Online)
        {
            fields.Refuse(RoutingKey, "bySize is for online servings: work that waits in a queue passes no router");
        }

        if (fields.IsSound(RoutingKey) && fields.Get(RoutingKey) == Routing.BySize && serving.Scaling is not null)
        {
            fields.Refuse(RoutingKey, "pools for sizes cannot follow load: each is planned for its own requests; leave scaling out");
        }

        return serving with
        {
            Techniques = new ServingTechniques
            {
                CacheHitRate = fields.Get(CacheHitRate),
                PrefixCacheHitRate = fields.Get(PrefixCacheHitRate),
                Routing = fields.Get(RoutingKey),
                AcceptedTokens = fields.Get(Speculative) ?? 0,
            },
            EngineVersion = fields.Get(Engine),
            Adapters = fields.Get(Adapters),
        };
    }

    private static LoraAdapters BuildAdapters(Fields fields)
    {
        if (fields.IsSound(Count) && fields.IsSound(MaxLoaded) && fields.Get(MaxLoaded) > fields.Get(Count))
        {
            fields.Refuse(MaxLoaded, $"is more than the {fields.Get(Count)} there are");
        }

        return new LoraAdapters(fields.Get(Count), fields.Get(MaxLoaded), fields.Get(Rank), fields.Get(Uri));
    }
}
