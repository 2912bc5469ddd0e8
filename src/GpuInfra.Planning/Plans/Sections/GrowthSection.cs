using System.Collections.Immutable;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>growth</c>, of the plan and of a workload.</summary>
internal static class GrowthSection
{
    private static readonly ChoiceValue<Growth> Words = new(
        new("none", Growth.None),
        new("conservative", Growth.Conservative),
        new("middle", Growth.Middle),
        new("aggressive", Growth.Aggressive));

    private static readonly Key<Growth?> Policy = Key.Optional(
        "policy", Words, "A policy's name, written so where events go with it: none, conservative, middle or aggressive. Default: none.");

    private static readonly Key<Share?> Monthly = Key.OptionalNumber(
        "monthly", Quantities.Percentage(0, 100), "Growth from each month to the next, compounding, as 5%.");

    private static readonly Key<ImmutableArray<KeyValuePair<Month, double>>> Points = Key.Optional(
        "points",
        new NamedValues<Month, double>(Moments.Month, Quantities.Number(0.001, 1_000, "0.001", "1000")),
        "Factors on the demand at given months, as {\"2026-12\": 1.0, \"2027-06\": 1.8}; straight lines between them, flat outside them.",
        []);

    private static readonly Key<bool> Step = Key.Optional(
        "step",
        new ChoiceValue<bool>(new("true", true), new("false", false)),
        "Whether each of the points holds until the next one, without a line between them.",
        false);

    private static readonly Key<DateOnly> From = Key.Required("from", Moments.Day, "The first day, as 2027-03-01.");

    private static readonly Key<DateOnly> To = Key.Required("to", Moments.Day, "The last day, as 2027-03-14.");

    private static readonly Key<double> Factor = Key.Required(
        "factor", Quantities.Number(0.001, 1_000, "0.001", "1000"), "What demand is multiplied by on these days, as 1.6; less than 1 for holidays.");

    private static readonly Key<ImmutableArray<GrowthEvent>> Events = Key.Optional(
        "events",
        new ListValue<GrowthEvent>(new Section<GrowthEvent>([From, To, Factor], BuildEvent), mayBeEmpty: true),
        "Launches, campaigns, holidays: days with another demand. A month's fleet serves its largest day; events that overlap multiply.",
        []);

    /// <summary>A policy's name, or a group of keys.</summary>
    public static readonly PlanValue<Growth> Value = new EitherValue<Growth>(
        Words, new Section<Growth>([Policy, Monthly, Points, Step, Events], Build));

    private static Growth Build(Fields fields)
    {
        var ways = new Key[] { Policy, Monthly, Points }.Count(fields.Has);
        if (ways > 1 || (ways == 0 && !fields.Has(Events)))
        {
            fields.At.Refuse(ways == 0 ? "needs policy, monthly, points or events" : "needs one of policy, monthly and points");
            return Growth.None;
        }

        var points = fields.Get(Points);
        if (fields.Has(Points) && fields.IsSound(Points) && points.IsEmpty)
        {
            fields.Refuse(Points, "needs at least one month");
        }

        if (fields.Has(Step) && !fields.Has(Points))
        {
            fields.Refuse(Step, "goes with points only");
        }

        var growth = fields.Has(Points) ? new Growth.Points(points.ToImmutableSortedDictionary(), fields.Get(Step))
            : fields.Get(Monthly) is { } rate ? new Growth.Monthly(rate)
            : fields.Get(Policy) ?? Growth.None;
        return fields.Get(Events).IsEmpty ? growth : growth with { Events = Ordered(fields.Get(Events)) };
    }

    private static GrowthEvent BuildEvent(Fields fields)
    {
        if (fields.IsSound(From) && fields.IsSound(To) && fields.Get(To) < fields.Get(From))
        {
            fields.Refuse(To, "is before from");
        }

        return new GrowthEvent(fields.Get(From), fields.Get(To), fields.Get(Factor));
    }

    private static ImmutableArray<GrowthEvent> Ordered(ImmutableArray<GrowthEvent> events) =>
        [.. events.OrderBy(item => item.From).ThenBy(item => item.To).ThenBy(item => item.Factor)];
}
