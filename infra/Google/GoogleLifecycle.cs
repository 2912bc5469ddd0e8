using GpuInfra.Planning.Fleets;
using Pulumi.Gcp.Storage.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>The rules of a bucket as Cloud Storage has them.</summary>
internal static class GoogleLifecycle
{
    /// <summary>Seldom read, read at once.</summary>
    private const string Infrequent = "NEARLINE";

    /// <summary>An archive that is still read at once.</summary>
    private const string Archive = "ARCHIVE";

    public static IEnumerable<BucketLifecycleRuleArgs> Rules(BucketLifecycle lifecycle)
    {
        yield return Rule("Delete", new() { DaysSinceNoncurrentTime = lifecycle.OldVersionsDays, WithState = "ARCHIVED" });
        yield return Rule("AbortIncompleteMultipartUpload", new() { Age = BucketLifecycle.UnfinishedUploadDays });
        foreach (var rule in lifecycle.Rules)
        {
            if (rule.OldVersionsDays is { } old)
            {
                yield return Rule("Delete", new() { DaysSinceNoncurrentTime = old, MatchesPrefixes = { rule.Folder }, WithState = "ARCHIVED" });
            }

            foreach (var (days, action, storage) in new (int?, string, string?)[]
            {
                (rule.Keeping.InfrequentDays, "SetStorageClass", Infrequent),
                (rule.Keeping.ArchiveDays, "SetStorageClass", Archive),
                (rule.Keeping.Days, "Delete", null),
            })
            {
                if (days is { } after)
                {
                    yield return Rule(action, new() { Age = after, MatchesPrefixes = { rule.Folder }, WithState = "LIVE" }, storage);
                }
            }
        }
    }

    private static BucketLifecycleRuleArgs Rule(string action, BucketLifecycleRuleConditionArgs condition, string? storage = null)
    {
        var args = new BucketLifecycleRuleActionArgs { Type = action };
        if (storage is not null)
        {
            args.StorageClass = storage;
        }

        return new BucketLifecycleRuleArgs { Action = args, Condition = condition };
    }
}
