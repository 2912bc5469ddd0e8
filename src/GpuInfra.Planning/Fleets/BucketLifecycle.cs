using System.Collections.Immutable;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Fleets;

/// <summary>What happens by age to what lies in a region's bucket. No rule reaches <see cref="DataFolders.Models"/>: machines load weights whenever they start.</summary>
/// <param name="OldVersionsDays">Days that older versions of all objects stay.</param>
/// <param name="Rules">Rules of the newest versions, ordered by folder; none for what stays for ever.</param>
public sealed record BucketLifecycle(int OldVersionsDays, ImmutableArray<LifecycleRule> Rules)
{
    /// <summary>Days after which parts of an upload that nobody finished are deleted.</summary>
    public const int UnfinishedUploadDays = 7;

    /// <summary>The rules for a bucket that servings keep data in.</summary>
    public static BucketLifecycle Of(StoragePlan storage, IEnumerable<Serving> servings)
    {
        var queued = servings.Where(serving => serving.Queue is not null).OrderBy(serving => serving.Name, StringComparer.Ordinal).ToList();
        var trains = queued.Exists(serving => serving.FineTuning is not null);
        return new BucketLifecycle(
            storage.OldVersionsDays,
            [
                .. queued.Select(serving => new LifecycleRule($"jobs-{serving.Name}", $"{DataFolders.Jobs}/{serving.Name}/", KeepingOf(storage, serving)))
                    .Concat(trains
                        ? [new LifecycleRule("training", $"{DataFolders.Training}/", storage.TrainingData), new LifecycleRule("checkpoints", $"{DataFolders.Checkpoints}/", storage.Checkpoints), new LifecycleRule("trained", $"{DataFolders.Trained}/", storage.Trained)]
                        : [])
                    .Where(rule => !rule.Keeping.IsAlways)
                    .OrderBy(rule => rule.Folder, StringComparer.Ordinal),
            ]);
    }

    private static Keeping KeepingOf(StoragePlan storage, Serving serving) =>
        serving.FineTuning is not null ? storage.TrainingData : serving.Kind == ServingKind.Embedding ? storage.Embeddings : storage.Jobs;
}

/// <summary>What happens to a folder's objects.</summary>
/// <param name="Name">The rule's name.</param>
/// <param name="Folder">What their paths begin with.</param>
/// <param name="Keeping">What happens.</param>
public sealed record LifecycleRule(string Name, string Folder, Keeping Keeping)
{
    /// <summary>Days that older versions stay where these are fewer than elsewhere; null for as long as all others.</summary>
    public int? OldVersionsDays { get; init; }
}

/// <summary>Folders of a region's bucket.</summary>
public static class DataFolders
{
    /// <summary>Weights.</summary>
    public const string Models = "models";

    /// <summary>Input and answers of jobs, and what is trained on.</summary>
    public const string Jobs = "jobs";

    /// <summary>Checkpoints of jobs that train.</summary>
    public const string Checkpoints = "checkpoints";

    /// <summary>What many jobs are trained on: the file system that machines share shows it.</summary>
    public const string Training = "training";

    /// <summary>What jobs that train gave.</summary>
    public const string Trained = "trained";
}
