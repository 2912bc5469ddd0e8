using System.Globalization;
using System.Text.Json.Nodes;
using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>What <c>storage</c> holds.</summary>
internal sealed record StorageDraft(StoragePlan Storage, Fields Fields);

/// <summary><c>storage</c>.</summary>
internal static class StorageSection
{
    private const int MostDays = 3_650;

    private static readonly Key<int> OldVersions = Key.Optional(
        "oldVersions", Quantities.Days(1, MostDays), "How long older versions of objects stay once they are replaced or deleted, as 30d. Default: 30d.", StoragePlan.Default.OldVersionsDays);

    private static readonly KeepingSection Weights = KeepingSection.Of(
        "weights", "Weights that machines load when they start. They stay in the class that is read at once and cheaply: only older versions leave.", Keeping.Always);

    private static readonly KeepingSection Checkpoints = KeepingSection.Of("checkpoints", "Checkpoints of jobs that train. Left out, they are deleted after 14d.", StoragePlan.Default.Checkpoints);
    private static readonly KeepingSection Trained = KeepingSection.Of("trained", "What training gave: weights and adapters. Left out, kept.", Keeping.Always);
    private static readonly KeepingSection Embeddings = KeepingSection.Of("embeddings", "Input and answers of servings of kind embedding. Left out, kept.", Keeping.Always);
    private static readonly KeepingSection Jobs = KeepingSection.Of("jobs", "Input and answers of batch servings. Left out, kept.", Keeping.Always);
    private static readonly KeepingSection TrainingData = KeepingSection.OfFiles("trainingData", "What is trained on. Left out, kept in the bucket.");

    private static readonly Key<int> LogDays = Key.Optional(
        "keep",
        new ScalarValue<int>(
            "a number of days, as 90d",
            (node, _) => node.Text.EndsWith('d') && int.TryParse(node.Text.AsSpan(0, node.Text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var days)
                && StoragePlan.LogDaysKnown.Contains(days)
                ? days
                : Units.Parsed<int>.Refused($"{Units.HumanUnits.Quote(node.Text)} is none of the days that CloudWatch Logs can keep: {string.Join(", ", StoragePlan.LogDaysKnown.Select(day => $"{day}d"))}"),
            () => new JsonObject { ["enum"] = new JsonArray([.. StoragePlan.LogDaysKnown.Select(day => (JsonNode)$"{day}d")]) }),
        "How long machines' logs stay on AWS, as 90d; Google Cloud's stay for as long as the project's log bucket says. Default: 30d.",
        StoragePlan.Default.LogDays);

    private static readonly Key<LogDraft?> Logs = Key.Optional("logs", new Section<LogDraft>([LogDays], fields => new LogDraft(fields.Get(LogDays))), "Logs of machines.");

    public static readonly PlanValue<StorageDraft> Value = new Section<StorageDraft>(
        [OldVersions, Weights.Key, Checkpoints.Key, Trained.Key, TrainingData.Key, Embeddings.Key, Jobs.Key, Logs],
        fields =>
        {
            if (fields.Get(Weights.Key) is { Keeping.IsAlways: false })
            {
                fields.Refuse(Weights.Key, "weights are read whenever a machine starts: they are neither moved to a slower class nor deleted by age. Delete revisions that nothing uses by hand");
            }

            return new StorageDraft(
                new StoragePlan
                {
                    OldVersionsDays = fields.Get(OldVersions),
                    Checkpoints = Checkpoints.In(fields),
                    Trained = Trained.In(fields),
                    TrainingData = TrainingData.In(fields),
                    Embeddings = Embeddings.In(fields),
                    Jobs = Jobs.In(fields),
                    LogDays = fields.Get(Logs)?.Days ?? StoragePlan.Default.LogDays,
                    TrainingFiles = fields.Get(TrainingData.Key)?.Files,
                },
                fields);
        });

    /// <summary>Refuses a file system for training where nothing trains.</summary>
    public static void Check(Fields plan)
    {
        if (plan.Get(PlanSection.Storage) is { Storage.TrainingFiles: not null } draft
            && plan.Get(PlanSection.Servings).All(serving => serving.Serving.FineTuning is null))
        {
            draft.Fields.Refuse(TrainingData.Key, "tier: hot is for servings that train, and the plan has none");
        }
    }

    private sealed record LogDraft(int Days);
}
