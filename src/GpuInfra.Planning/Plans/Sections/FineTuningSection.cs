using System.Collections.Immutable;
using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>training</c> of a serving of kind fineTuning, and what else such a serving may say.</summary>
internal static class FineTuningSection
{
    private static readonly Key<TrainingMethod> Method = Key.Required(
        "method",
        new ChoiceValue<TrainingMethod>(new("full", TrainingMethod.Full), new("lora", TrainingMethod.Lora), new("qlora", TrainingMethod.Qlora)),
        "Which weights are trained: all of them, or low-rank matrices beside them (qlora: with the model's own in 4 bits).");

    private static readonly Key<int> Rank = Key.Optional("rank", Quantities.WholeNumber(1, 512), "Rank of the low-rank matrices.", 16);

    private static readonly Key<ImmutableArray<string>> Command = Key.Optional(
        "command", new ListValue<string>(Names.Word), "What the training image is started with, a word an item. Left out, what the image starts by itself.", []);

    public static readonly PlanValue<FineTuning> Value = new Section<FineTuning>(
        [Method, Rank, Command], fields => new FineTuning(fields.Get(Method), fields.Get(Rank), fields.Get(Command)));

    /// <summary>Refuses what is not for servings that train, and what they lack.</summary>
    public static void Check(Fields fields, ServingKind kind)
    {
        if (kind != ServingKind.FineTuning)
        {
            if (fields.Has(ServingSection.Training))
            {
                fields.Refuse(ServingSection.Training, "only servings of kind fineTuning train");
            }

            return;
        }

        if (!fields.Has(ServingSection.Training))
        {
            fields.At.Refuse("training is missing: a serving that trains says how, as training: { method: lora, rank: 16 }");
        }

        if (!fields.Has(ServingSection.Queue))
        {
            fields.At.Refuse("queue is missing: what trains takes its jobs from a queue, as queue: { checkpoint: 15m }");
        }

        foreach (var (key, why) in new (Key, string)[]
        {
            (ServingSection.LatencyKey, "nobody waits for what trains: leave it out"),
            (ServingSection.ColdStart, "nobody waits for what trains: leave it out"),
            (ServingSection.Survive, "what trains goes on from its last checkpoint after a loss: leave it out"),
            (SharingSection.Sharing, "a job has all GPUs of its machine: leave it out"),
            (PrecisionSection.Artefacts, "what trains holds the weights in 16 bits, or in 4 for qlora: leave it out"),
        }.Where(item => fields.Has(item.Item1)))
        {
            fields.Refuse(key, why);
        }

        foreach (var key in TechniqueSection.Keys.Where(fields.Has))
        {
            fields.Refuse(key, "spares work of serving, and this trains: leave it out");
        }
    }
}
