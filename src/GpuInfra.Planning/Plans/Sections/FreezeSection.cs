using System.Collections.Immutable;
using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>freeze</c>.</summary>
internal static class FreezeSection
{
    private static readonly Key<DateOnly> From = Key.Required("from", Moments.Day, "The first day, as 2026-12-20.");

    private static readonly Key<DateOnly> To = Key.Required("to", Moments.Day, "The last day, as 2027-01-03.");

    private static readonly Key<string> Reason = Key.Required("reason", Moments.Reason, "Why, in a few words.");

    public static readonly PlanValue<ImmutableArray<Freeze>> Value = new ListValue<Freeze>(
        new Section<Freeze>([From, To, Reason], Build), mayBeEmpty: true);

    /// <summary>The freezes, in order.</summary>
    public static ImmutableArray<Freeze> Sorted(ImmutableArray<Freeze> freezes) =>
        [.. freezes.OrderBy(freeze => freeze.From).ThenBy(freeze => freeze.To).ThenBy(freeze => freeze.Reason, StringComparer.Ordinal)];

    private static Freeze Build(Fields fields)
    {
        if (fields.IsSound(From) && fields.IsSound(To) && fields.Get(To) < fields.Get(From))
        {
            fields.Refuse(To, "is before from");
        }

        return new Freeze(fields.Get(From), fields.Get(To), fields.Get(Reason));
    }
}
