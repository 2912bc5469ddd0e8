using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>A serving as read; what it does not say about survival still has to come from the plan.</summary>
internal sealed record ServingDraft(Serving Serving, SurvivalDraft? Survive, Fields Fields);

/// <summary>An item of <c>servings</c>; its keys other than the name may also stand in a workload that is alone.</summary>
internal static class ServingSection
{
    /// <summary>The longest serving name; it begins the names of cloud resources, some of which take few characters.</summary>
    public const int LongestName = 20;

    /// <summary>Where the plan does not say: longer contexts cost memory for requests that may never come.</summary>
    private const int UsualContextTokens = 8_192;

    public static readonly Key<LatencyTarget?> LatencyKey = Key.Optional(
        "latency", LatencySection.Value, "What users are promised; online servings must say.");

    private static readonly Key<PrecisionWish> PrecisionKey = Key.Optional(
        "precision", PrecisionSection.Wish,
        "Number format of the weights; native is the one they are published in, auto the cheapest to run of artefacts.", PrecisionWish.Native);

    public static readonly Key<string> Name = Key.Required(
        "name", Names.Name(LongestName), "Name of the serving: it begins the names of its pools and resources, so keep it.");

    public static readonly Key<ServingKind> Kind = Key.Required(
        "kind",
        new ChoiceValue<ServingKind>(
            new("online", ServingKind.Online), new("batch", ServingKind.Batch), new("embedding", ServingKind.Embedding),
            new("experimentation", ServingKind.Experimentation),
            new("fineTuning", ServingKind.FineTuning),
            new("training", ServingKind.Training, "kind training is not sized yet: plan it outside and leave it out here")),
        "What it is for: online (people wait), batch (a deadline in hours), embedding (texts to vectors), fineTuning (jobs that train), experimentation.");

    public static readonly Key<ModelChoice> ModelKey = Key.Required(
        "model", ModelSection.Value, "The model, by its id or an alias in the catalog, or your own by its config.json.");

    public static readonly Key<int?> MaxContextTokens = Key.OptionalNumber(
        "maxContextTokens",
        Quantities.WholeNumber(16, 100_000_000),
        "The longest input plus output of a request; longer ones are refused or cut. Default: 8192, or the model's own limit if that is less.");

    public static readonly Key<SurvivalDraft?> Survive = Key.Optional(
        "survive", SurvivalSection.Value, "What this serving survives; what it does not say comes from the plan's survive.");

    public static readonly Key<Share?> Headroom = Key.OptionalNumber(
        "headroom", Quantities.Percentage(0, 400), "Capacity of this serving above its planned peak. Left out, the plan's headroom.");

    public static readonly Key<ReplicasDraft?> Replicas = Key.Optional(
        "replicas", ReplicasSection.Value, "How many replicas there are at least. Left out, as many as the demand needs.");

    public static readonly Key<ResidencyDraft?> Residency = Key.Optional(
        "residency", ResidencySection.Value, "Where this serving's data may be processed and kept; left out, as the plan's residency says.");

    public static readonly Key<ColdStartWish?> ColdStart = Key.Optional(
        "coldStart", ColdStartSection.Value, "How soon new replicas must answer, and by which means: the cheapest is chosen and explained. A store of weights is deployed, machines that wait are not.");

    public static readonly Key<Scaling?> ScalingKey = Key.Optional(
        "scaling", ScalingSection.Value,
        "Lets the on-demand pools follow load, from a smallest size up to the planned one. Left out, they stand at the planned size.");

    public static readonly Key<JobQueue?> Queue = Key.Optional(
        "queue", QueueSection.Value,
        "Lets pools of a batch or embedding serving take jobs from a queue and run only while there are any. Left out, they run in their window, whatever there is to do.");

    public static readonly Key<FineTuning?> Training = Key.Optional(
        "training", FineTuningSection.Value, "How the jobs of a serving of kind fineTuning train, on all GPUs of a machine each. maxContextTokens is the length of their sequences.");

    public static readonly Key<QualityCheck?> Quality = Key.Optional(
        "quality", QualitySection.Value, "How monitors are told whether its answers are good enough. Left out, nobody looks.");

    public static readonly Key<MachineHealth?> Health = Key.Optional(
        "health", HealthSection.Value, "What becomes of its machines that are broken. Left out, people are told.");

    public static readonly Key<ServicePenalty?> Penalty = Key.Optional(
        "penalty", PenaltySection.Value, "What a month costs whose availability is below what was promised; needs the plan's losses. Left out, nothing is reckoned with.");

    public static readonly Key<string?> RenamedFrom = Key.Optional(
        "renamedFrom",
        Names.Name(LongestName),
        "What the serving was called before: its pools keep their machines. Leave it in as long as the serving is there.");

    /// <summary>The keys that a workload that is alone may carry.</summary>
    public static readonly ImmutableArray<Key> KeysWithoutName =
        [Kind, ModelKey, PrecisionKey, PrecisionSection.Artefacts, PrecisionSection.Cache, MaxContextTokens, LatencyKey, .. TechniqueSection.Keys, MeasuredSection.Measured, SharingSection.Sharing, ColdStart, ScalingKey, Queue, Training, Quality, Health, Penalty, Survive, Headroom, Replicas, SpanSection.MaxNodes, Residency, RenamedFrom];

    public static readonly PlanValue<ServingDraft> Value = new Section<ServingDraft>(
        KeysWithoutName.Insert(0, Name), fields => Build(fields, fields.Get(Name)));

    /// <summary>A serving from its keys, wherever they stand.</summary>
    public static ServingDraft Build(Fields fields, string name)
    {
        var choice = fields.IsSound(ModelKey) ? fields.Get(ModelKey) : null;
        var model = choice?.Model;
        if (fields.IsSound(Kind))
        {
            CheckKind(fields, fields.Get(Kind), model);
        }

        if (model is not null && fields.Get(MaxContextTokens) > model.MaxContextTokens)
        {
            fields.Refuse(
                MaxContextTokens,
                FormattableString.Invariant($"is above the {model.MaxContextTokens} tokens that {model.Id} was made for"));
        }

        var serving = new Serving
        {
            Name = name,
            Kind = fields.Get(Kind),
            Model = model!,
            Precision = model?.NativePrecision ?? default,
            MaxContextTokens = fields.Get(MaxContextTokens) ?? Math.Min(UsualContextTokens, model?.MaxContextTokens ?? UsualContextTokens),
            Latency = fields.Get(LatencyKey),
            Survive = Survival.None,
            Weights = choice?.Weights,
            Headroom = fields.Get(Headroom),
            FewestReplicas = fields.Get(Replicas)?.Fewest,
            MaxNodesPerReplica = fields.Get(SpanSection.MaxNodes),
            RenamedFrom = fields.Get(RenamedFrom),
            ColdStart = fields.Get(ColdStart),
            Scaling = fields.Get(ScalingKey),
            Queue = fields.Get(Queue),
            Measured = MeasuredSection.Of(fields),
            FineTuning = fields.Get(Training),
            Quality = fields.Get(Quality),
            Health = fields.Get(Health),
            Penalty = fields.Get(Penalty),
            Sharing = fields.Get(SharingSection.Sharing) ?? GpuSharing.None,
            Location = fields.At.Location,
        };
        serving = PrecisionSection.Apply(serving, fields, PrecisionKey);
        serving = TechniqueSection.Apply(serving, fields, model);
        SpanSection.Check(fields, serving);
        return new ServingDraft(serving, fields.Get(Survive), fields);
    }

    private static void CheckKind(Fields fields, ServingKind kind, Model? model)
    {
        if (kind == ServingKind.Online && !fields.Has(LatencyKey))
        {
            fields.At.Refuse("latency is missing: an online serving says what users are promised, "
                + "as latency: { timeToFirstToken: 2s, timePerOutputToken: 50ms }");
        }

        if (kind is ServingKind.Batch or ServingKind.Embedding && fields.Has(LatencyKey))
        {
            fields.Refuse(LatencyKey, "only online and experimentation servings promise a latency: leave it out");
        }

        if (kind != ServingKind.Online && fields.Has(ScalingKey))
        {
            fields.Refuse(ScalingKey, "only online servings follow load: work that nobody waits for has a window or a deadline");
        }

        if (kind is not (ServingKind.Batch or ServingKind.Embedding or ServingKind.FineTuning) && fields.Has(Queue))
        {
            fields.Refuse(Queue, "only batch, embedding and fineTuning servings take jobs from a queue: somebody waits for the others");
        }

        FineTuningSection.Check(fields, kind);
        HealthSection.Check(fields, Health, kind);

        if (model is not null && (model.Task == ModelTask.Embedding) != (kind == ServingKind.Embedding))
        {
            fields.Refuse(Kind, model.Task == ModelTask.Embedding
                ? $"{model.Id} makes embeddings, so the kind is embedding"
                : $"{model.Id} generates text, so the kind is not embedding");
        }
    }
}
