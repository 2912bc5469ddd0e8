using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>What a serving says about its precision.</summary>
/// <param name="Named">The precision; null for the model's own, or for a choice.</param>
/// <param name="Auto">Whether the cheapest of the approved ones is wanted.</param>
internal sealed record PrecisionWish(Precision? Named, bool Auto = false)
{
    /// <summary>The model's own.</summary>
    public static PrecisionWish Native { get; } = new(Named: null);
}

/// <summary>A serving's <c>precision</c>, the <c>artefacts</c> that it may be chosen among, and its cache's <c>kvPrecision</c>.</summary>
internal static class PrecisionSection
{
    private static readonly ImmutableArray<(string Word, Precision Precision)> Words =
        [.. Enum.GetValues<Precision>().Select(value => (JsonText.Word(value), value))];

    public static readonly PlanValue<PrecisionWish> Wish = new ChoiceValue<PrecisionWish>(
        [new("native", PrecisionWish.Native), .. Words.Select(word => new Choice<PrecisionWish>(word.Word, new(word.Precision))), new("auto", new(null, Auto: true))]);

    public static readonly Key<CachePrecision?> Cache = Key.Optional(
        "kvPrecision",
        new ChoiceValue<CachePrecision?>([.. CachePrecisions.Words.Select(word => new Choice<CachePrecision?>(word.Word, word.Precision))]),
        "Number format of the key-value cache; native is vllm's default, 16 bits. fp8 holds twice the tokens, on GPUs that have the format.",
        fallback: null);

    private static readonly Key<Precision> ArtefactPrecision = Key.Required(
        "precision", new ChoiceValue<Precision>([.. Words.Select(word => new Choice<Precision>(word.Word, word.Precision))]), "The weights' number format.");

    public static readonly Key<ImmutableArray<ApprovedArtefact>> Artefacts = Key.Optional(
        "artefacts",
        new ListValue<ApprovedArtefact>(new Section<ApprovedArtefact>(
            [ArtefactPrecision, ModelSection.Uri, ModelSection.Revision, ModelSection.Sha256],
            fields => new ApprovedArtefact(
                fields.Get(ArtefactPrecision), new WeightsSource(fields.Get(ModelSection.Uri), fields.Get(ModelSection.Revision), fields.Get(ModelSection.Sha256))))),
        "Weights of the model in precisions that you have tried and approved, pinned; precision: auto chooses among them alone.",
        []);

    /// <summary>The serving with its precision, and with the weights that are pinned for it.</summary>
    public static Serving Apply(Serving serving, Fields fields, Key<PrecisionWish> key)
    {
        var wish = fields.Get(key);
        var artefacts = fields.Get(Artefacts).Where(artefact => artefact is not null).OrderBy(artefact => artefact.Precision).ToImmutableArray();
        if (artefacts.GroupBy(artefact => artefact.Precision).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            fields.Refuse(Artefacts, $"{JsonText.Word(twice.Key)} is there twice: approve one");
        }

        if (wish.Auto && artefacts.IsEmpty && fields.IsSound(Artefacts))
        {
            fields.Refuse(key, "auto chooses among approved weights: name them under artefacts, each with precision, uri, revision and sha256");
        }

        if (serving.Model?.Task == ModelTask.Embedding && fields.Has(Cache))
        {
            fields.Refuse(Cache, $"{serving.Model.Id} makes embeddings and caches nothing: leave it out");
        }

        var precision = wish.Named ?? (wish.Auto ? artefacts.FirstOrDefault()?.Precision : null) ?? serving.Precision;
        return serving with
        {
            Precision = precision,
            CachePrecision = fields.Get(Cache),
            ChoosesPrecision = wish.Auto,
            Artefacts = artefacts,
            Weights = artefacts.FirstOrDefault(artefact => artefact.Precision == precision)?.Weights ?? serving.Weights,
        };
    }
}
