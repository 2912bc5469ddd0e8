using System.Collections.Immutable;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>measured</c> of a serving.</summary>
internal static class MeasuredSection
{
    private static readonly Key<string> Gpu = Key.Required("gpu", ObsoleteSection.CatalogGpu, "The GPU, by its id in the catalog, as h100.");

    private static readonly Key<Share> Speed = Key.Required(
        "speed", Quantities.Percentage(MeasuredSpeed.Least.Percent, MeasuredSpeed.Most.Percent), "Measured over predicted rate, the median, as 92%.");

    private static readonly Key<Share> Low = Key.Required(
        "low", Quantities.Percentage(25, MeasuredSpeed.Most.Percent), "What nine in ten measurements reached, as 85%.");

    private static readonly Section<MeasuredSpeed> Item = new([Gpu, Speed, Low], Build);

    public static readonly Key<ImmutableArray<MeasuredSpeed>> Measured = Key.Optional(
        "measured",
        new ListValue<MeasuredSpeed>(Item),
        "How fast its replicas were measured to be, GPU by GPU: gpuinfra calibrate proposes it. Left out, they are as fast as predicted, less what confidence takes off.",
        []);

    /// <summary>What a serving's key says, ordered by GPU; null where it says nothing.</summary>
    public static MeasuredSpeeds? Of(Fields fields)
    {
        var items = fields.Get(Measured);
        foreach (var twice in items.Where(item => item.Gpu is not null).CountBy(item => item.Gpu).Where(pair => pair.Value > 1))
        {
            fields.Refuse(Measured, $"{twice.Key} is named twice");
        }

        return items.IsEmpty ? null : new MeasuredSpeeds([.. items.OrderBy(item => item.Gpu, StringComparer.Ordinal)]);
    }

    private static MeasuredSpeed Build(Fields fields)
    {
        if (fields.IsSound(Speed) && fields.IsSound(Low) && fields.Get(Low).Fraction > fields.Get(Speed).Fraction)
        {
            fields.Refuse(Low, FormattableString.Invariant($"is above the median of {fields.Get(Speed).Percent:0.##}%"));
        }

        return new MeasuredSpeed(fields.Get(Gpu), fields.Get(Speed), fields.Get(Low));
    }
}
