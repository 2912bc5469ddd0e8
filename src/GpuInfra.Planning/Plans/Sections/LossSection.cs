using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>losses</c>.</summary>
internal static class LossSection
{
    private static readonly Key<Estimate<double>> PerYear = Key.Required(
        "perYear", RangeOf(Quantities.Number(0, 100, "0", "100")), "How often one such place is lost in a year, as { low: 0.1, value: 0.5, high: 2 }.");

    private static readonly Key<Estimate<TimeSpan>> Lasts = Key.Required(
        "lasts", RangeOf(Quantities.Duration("1m", "720h")), "How long until the place serves again, as { low: 1h, value: 4h, high: 12h }.");

    private static readonly Key<string> Source = Key.Required("source", Moments.Reason, "Where the figures come from: own incidents, a provider's reports, or a guess and whose.");

    private static readonly PlanValue<LossAssumption> One = new Section<LossAssumption>(
        [PerYear, Lasts, Source], fields => new LossAssumption(fields.Get(PerYear), fields.Get(Lasts), fields.Get(Source)));

    private static readonly Key<LossAssumption?> Zone = Key.Optional("zone", One, "Of each zone, and of each site outside the clouds. Left out, none is reckoned with.");

    private static readonly Key<LossAssumption?> Region = Key.Optional("region", One, "Of each region with all its zones, beside losses of a zone. Left out, none is reckoned with.");

    private static readonly Key<LossAssumption?> Cloud = Key.Optional("cloud", One, "Of each cloud with all its regions, beside both. Left out, none is reckoned with.");

    public static readonly PlanValue<LossAssumptions> Value = new Section<LossAssumptions>([Zone, Region, Cloud], fields =>
    {
        if (!fields.Has(Zone) && !fields.Has(Region) && !fields.Has(Cloud))
        {
            fields.At.Refuse("needs zone, region or cloud");
        }

        return new LossAssumptions(fields.Get(Zone), fields.Get(Region), fields.Get(Cloud));
    });

    /// <summary>A figure is no assumption without the range that it may lie in.</summary>
    private static Section<Estimate<T>> RangeOf<T>(PlanValue<T> figure)
        where T : struct, IComparable<T>
    {
        var low = Key.Required("low", figure, "The low end of what it may be.");
        var value = Key.Required("value", figure, "What is reckoned with.");
        var high = Key.Required("high", figure, "The high end of what it may be.");
        return new Section<Estimate<T>>([low, value, high], fields =>
        {
            if (fields.IsSound(low) && fields.IsSound(value) && fields.IsSound(high)
                && (fields.Get(low).CompareTo(fields.Get(value)) > 0 || fields.Get(value).CompareTo(fields.Get(high)) > 0))
            {
                fields.At.Refuse("must not fall from low to value to high");
            }

            return new Estimate<T>(fields.Get(low), fields.Get(value), fields.Get(high));
        });
    }
}
