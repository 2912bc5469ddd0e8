using System.Collections.Immutable;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>growth</c>, of the plan and of a workload.</summary>
internal static class GrowthSection
{
    private static readonly Key<Share?> Monthly = Key.OptionalNumber(
        "monthly", Quantities.Percentage(0, 100), "Growth from each month to the next, compounding, as 5%.");

    private static readonly Key<ImmutableArray<KeyValuePair<Month, double>>> Points = Key.Optional(
        "points",
        new NamedValues<Month, double>(Moments.Month, Quantities.Number(0.001, 1_000, "0.001", "1000")),
        "Factors on the demand at given months, as {\"2026-12\": 1.0, \"2027-06\": 1.8}; straight lines between them, flat outside them.",
        []);

    private static readonly ChoiceValue<Growth> Policy = new(
        new("none", Growth.None),
        new("conservative", Growth.Conservative),
        new("middle", Growth.Middle),
        new("aggressive", Growth.Aggressive));

    /// <summary>A policy's name, or one of the two groups.</summary>
    public static readonly PlanValue<Growth> Value = new EitherValue<Growth>(Policy, new Section<Growth>([Monthly, Points], Build));

    private static Growth Build(Fields fields)
    {
        if (fields.Has(Monthly) == fields.Has(Points))
        {
            fields.At.Refuse("needs either monthly or points");
            return Growth.None;
        }

        var points = fields.Get(Points);
        if (fields.Has(Points) && fields.IsSound(Points) && points.IsEmpty)
        {
            fields.Refuse(Points, "needs at least one month");
        }

        return fields.Get(Monthly) is { } rate
            ? new Growth.Monthly(rate)
            : new Growth.Points(points.ToImmutableSortedDictionary());
    }
}
