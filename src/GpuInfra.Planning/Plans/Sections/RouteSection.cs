using System.Collections.Immutable;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>A route as read, before its serving's name is known to it.</summary>
internal sealed record RouteDraft(ServingRoute Route, Fields Fields)
{
    /// <param name="serving">Its serving.</param>
    /// <param name="apis">APIs that it may name beside its overflow.</param>
    public ServingRoute Named(string serving, ImmutableArray<ApiBackend> apis) => Route with
    {
        Serving = serving,
        Cascade = Route.Cascade is { } cascade ? cascade with { IsApi = Route.Overflow.Concat(apis).Any(api => api.Name == cascade.To) } : null,
        Location = Fields.At.Location,
    };
}

/// <summary>An item of <c>router.routes</c>.</summary>
internal static class RouteSection
{
    private const int LongestPool = 120;

    private static readonly Key<string> To = Key.Required("to", Names.Name(ServingSection.LongestName), "The serving that answers instead.");

    private static readonly Key<Share> Part = Key.Required("share", Quantities.Percentage(0.01, 100), "How many of the users.");

    private static readonly Key<string> SplitName = Key.Required("name", Names.Name(40), "Name of the experiment: another one chooses other users.");

    private static readonly Key<RouteStrategy?> Strategy = Key.OptionalNumber(
        "strategy", RouterSection.Strategies, "How the serving chooses among its pools; left out, as the router's strategy says.");

    private static readonly Key<ImmutableArray<KeyValuePair<string, Share>>> Weights = Key.Optional(
        "weights", new NamedValues<string, Share>(Names.Name(LongestPool), Quantities.Percentage(0.01, 100)),
        "Shares of pools by hand, by pool id, 100 % together. Left out, planned capacity.", []);

    private static readonly Key<bool> Stops = Key.Optional(
        "stops", Quantities.YesOrNo, "Whether it ends by itself: when the alert on the other serving's quality fires, or it is late too often, its users get this serving's answers again, until somebody says otherwise. It needs monitoring: { mode: create }.", false);

    private static readonly Key<RouteSplit?> Canary = Key.Optional<RouteSplit>(
        "canary", new Section<RouteSplit>([To, Part, Stops], fields => new RouteSplit("canary", fields.Get(To), fields.Get(Part)) { Stops = fields.Get(Stops) }),
        "Users who try another serving, the same ones every time: { to, share, stops }.");

    private static readonly Key<ImmutableArray<RouteSplit>> Experiments = Key.Optional(
        "experiments",
        new ListValue<RouteSplit>(
            new Section<RouteSplit>([SplitName, To, Part], fields => new RouteSplit(fields.Get(SplitName), fields.Get(To), fields.Get(Part))), mayBeEmpty: true),
        "Users whose answers are compared with another serving's, chosen apart from the canary: { name, to, share }.", []);

    private static readonly Key<ImmutableArray<KeyValuePair<string, string>>> Tiers = Key.Optional(
        "tiers", new NamedValues<string, string>(Names.Name(40), Names.Name(ServingSection.LongestName)),
        "Servings that answer instead for teams of a tier, as standard: coder.", []);

    private static readonly Key<TimeSpan> Below = Key.Required("below", Quantities.Duration("1ms", "1h"), "Requests that allow less than this, by the header x-max-latency-ms.");

    private static readonly Key<FastRoute?> Faster = Key.Optional<FastRoute>(
        "faster", new Section<FastRoute>([Below, To], fields => new FastRoute(fields.Get(Below), fields.Get(To))),
        "The serving that answers requests in a hurry: { below, to }.");

    public static readonly Key<ImmutableArray<ApiBackend>> Overflow = Key.Optional(
        "overflow", new ListValue<ApiBackend>(ApiSection.Value, mayBeEmpty: true),
        "APIs that take what pools cannot, in this order. Those without a model of their own are sent the client's name of it.", []);

    public static readonly PlanValue<RouteDraft> Value = new Section<RouteDraft>(
        [Strategy, Weights, Canary, Experiments, Tiers, Faster, Overflow, ShadowSection.Shadow, CascadeSection.Cascade],
        fields => new RouteDraft(
            new ServingRoute("")
            {
                Strategy = fields.Get(Strategy),
                Weights = [.. fields.Get(Weights).Select(weight => new BackendWeight(weight.Key, weight.Value)).OrderBy(weight => weight.Backend, StringComparer.Ordinal)],
                Canary = fields.Get(Canary),
                Experiments = [.. fields.Get(Experiments).OrderBy(split => split.Name, StringComparer.Ordinal)],
                Tiers = [.. fields.Get(Tiers).Select(tier => new TierRoute(tier.Key, tier.Value)).OrderBy(tier => tier.Tier, StringComparer.Ordinal)],
                Faster = fields.Get(Faster),
                Overflow = fields.Get(Overflow),
                Shadow = fields.Get(ShadowSection.Shadow),
                Cascade = fields.Get(CascadeSection.Cascade),
            },
            fields));

    /// <summary>Follows the names in a route.</summary>
    /// <param name="fields">The route.</param>
    /// <param name="from">Its serving.</param>
    /// <param name="servings">All servings.</param>
    /// <param name="tiers">Tiers that keys give to teams.</param>
    public static void Check(Fields fields, Serving from, ImmutableArray<Serving> servings, IReadOnlyCollection<string> tiers)
    {
        if (from.Kind is not (ServingKind.Online or ServingKind.Embedding or ServingKind.Experimentation))
        {
            fields.At.Refuse($"{from.Name} is of kind {JsonText.Word(from.Kind)}: its work waits in a queue and passes no router");
            return;
        }

        CheckTo(Canary, fields.Get(Canary)?.To);
        if (fields.IsSound(Canary) && fields.Get(Canary) is { Stops: true } canary && servings.FirstOrDefault(serving => serving.Name == canary.To) is { Quality: null })
        {
            fields.Refuse(Canary, $"stops needs the quality of {canary.To}, which nothing tells: give that serving quality: {{ query, atLeast }}, or leave stops out");
        }

        foreach (var split in fields.Get(Experiments))
        {
            CheckTo(Experiments, split.To);
        }

        if (fields.Get(Experiments).Sum(split => split.Share.Fraction) is var together && together > 1 + 1e-9)
        {
            fields.Refuse(Experiments, FormattableString.Invariant($"shares add up to {together * 100:0.##}%: a user is in one experiment at most, so take them down to 100% together"));
        }

        if (!fields.Get(Weights).IsEmpty)
        {
            CheckWeights(fields);
        }

        CheckTo(Faster, fields.Get(Faster)?.To);
        foreach (var tier in fields.Get(Tiers))
        {
            CheckTo(Tiers, tier.Value);
            if (!tiers.Contains(tier.Key))
            {
                fields.Refuse(Tiers, $"no key gives a team the tier \"{tier.Key}\"{Suggestion.DidYouMean(tier.Key, [.. tiers])}: write it below router.keys");
            }
        }

        foreach (var api in fields.Get(Overflow).Where(api => !from.Residency.Allows(api.Region)))
        {
            fields.Refuse(Overflow, $"{api.Name} processes data in {api.Region}, and residency of {from.Name} allows {string.Join(", ", from.Residency.Allow)} only: "
                + "take an endpoint there, or leave the overflow out");
        }

        void CheckTo(Key key, string? to)
        {
            if (to is null || !fields.IsSound(key))
            {
                return;
            }

            if (to == from.Name)
            {
                fields.Refuse(key, $"\"{to}\" is the serving itself: name another");
            }
            else if (servings.FirstOrDefault(serving => serving.Name == to) is not { } other)
            {
                fields.Refuse(key, $"unknown serving \"{to}\"{Suggestion.DidYouMean(to, [.. servings.Select(serving => serving.Name)])}");
            }
            else if ((other.Kind == ServingKind.Embedding) != (from.Kind == ServingKind.Embedding) || other.Kind is ServingKind.Batch)
            {
                fields.Refuse(key, $"{to} is of kind {JsonText.Word(other.Kind)}, which cannot answer for {from.Name}");
            }
        }
    }

    private static void CheckWeights(Fields fields)
    {
        if (fields.Get(Weights).Sum(weight => weight.Value.Fraction) is var sum && Math.Abs(sum - 1) > 1e-6)
        {
            fields.Refuse(Weights, FormattableString.Invariant($"shares add up to {sum * 100:0.##}%, not 100%"));
        }

        if (fields.Get(Strategy) is RouteStrategy.Cost or RouteStrategy.Latency or RouteStrategy.Quality)
        {
            fields.Refuse(Weights, $"strategy {JsonText.Word(fields.Get(Strategy)!.Value)} fills pools one after the other and knows no shares: leave one of the two out");
        }
    }
}
