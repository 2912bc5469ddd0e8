using System.Collections.Immutable;
using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>An item of <c>router.keys</c>.</summary>
internal static class RouterKeySection
{
    private static readonly Key<string> Secret = Key.Required(
        "secret", Names.Secret, "Name of the secret, in the clouds' own stores, that holds the team's key. The key itself is never in a plan.");

    private static readonly Key<int?> RequestsPerMinute = Key.OptionalNumber(
        "requestsPerMinute", Quantities.WholeNumber(1, 10_000_000), "What the team may send through each entry, shared out among its routers. Left out, any number.");

    private static readonly Key<RoutePriority> Priority = Key.Optional(
        "priority",
        new ChoiceValue<RoutePriority>(new("low", RoutePriority.Low), new("normal", RoutePriority.Normal), new("high", RoutePriority.High)),
        "Who is sent away first, with 429, when a serving is full.",
        RoutePriority.Normal);

    private static readonly Key<string?> Tier = Key.Optional("tier", Names.Name(40), "The tier that routes tell apart, as premium.");

    private static readonly Key<bool> MayOverride = Key.Optional(
        "mayOverride", Quantities.YesOrNo, "Whether the team may name the serving by hand, with the header x-serving.", false);

    /// <summary>Keys under their teams' names.</summary>
    public static readonly PlanValue<ImmutableArray<KeyValuePair<string, RouterKey>>> Value = new NamedValues<string, RouterKey>(
        Names.Name(40),
        new Section<RouterKey>(
            [Secret, RequestsPerMinute, Priority, Tier, MayOverride],
            fields => new RouterKey("", fields.Get(Secret))
            {
                RequestsPerMinute = fields.Get(RequestsPerMinute),
                Priority = fields.Get(Priority),
                Tier = fields.Get(Tier),
                MayOverride = fields.Get(MayOverride),
            }));
}
