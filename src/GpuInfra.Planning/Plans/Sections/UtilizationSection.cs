using System.Collections.Immutable;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>utilization</c>: bands by kind of serving.</summary>
internal static class UtilizationSection
{
    private static readonly Key<Share> AtLeast = Key.Optional(
        "atLeast", Quantities.Percentage(0, 100), "Less busy than this in the planned peak minute is a warning, with its cause.", default(Share));

    private static readonly Key<Share> AtMost = Key.Optional(
        "atMost", Quantities.Percentage(10, 100), "Busier than this in the planned peak minute is not planned.", Share.All);

    private static readonly ImmutableArray<Key<UtilizationBand?>> Kinds =
    [
        Of("online", ServingKind.Online), Of("batch", ServingKind.Batch), Of("embedding", ServingKind.Embedding), Of("experimentation", ServingKind.Experimentation),
    ];

    /// <summary>The section.</summary>
    public static readonly PlanValue<ImmutableArray<UtilizationBand>> Value = new Section<ImmutableArray<UtilizationBand>>(
        [.. Kinds], fields => [.. Kinds.Select(fields.Get).OfType<UtilizationBand>()]);

    private static Key<UtilizationBand?> Of(string name, ServingKind kind) => Key.Optional<UtilizationBand>(
        name, new Section<UtilizationBand>([AtLeast, AtMost], fields => Build(fields, kind)), $"How busy {name} servings are to be: {{ atLeast, atMost }}.");

    private static UtilizationBand Build(Fields fields, ServingKind kind)
    {
        var band = new UtilizationBand(kind, fields.Get(AtLeast), fields.Get(AtMost));
        if (fields.IsSound(AtLeast) && fields.IsSound(AtMost) && band.AtLeast.Fraction > band.AtMost.Fraction)
        {
            fields.Refuse(AtLeast, $"{band.AtLeast} is above atMost, {band.AtMost}");
        }

        return band;
    }
}
