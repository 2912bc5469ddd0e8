using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using Pulumi.Aws.S3.Inputs;

namespace GpuInfra.Infra.Amazon;

/// <summary>The rules of a bucket as S3 has them.</summary>
internal static class AmazonLifecycle
{
    /// <summary>Seldom read, read at once.</summary>
    private const string Infrequent = "STANDARD_IA";

    /// <summary>An archive that is still read at once.</summary>
    private const string Archive = "GLACIER_IR";

    public static IEnumerable<BucketLifecycleConfigurationRuleArgs> Rules(BucketLifecycle lifecycle)
    {
        yield return new BucketLifecycleConfigurationRuleArgs
        {
            Id = "older-versions",
            Status = "Enabled",
            Filter = new BucketLifecycleConfigurationRuleFilterArgs { Prefix = "" },
            NoncurrentVersionExpiration = new BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs { NoncurrentDays = lifecycle.OldVersionsDays },
            AbortIncompleteMultipartUpload = new BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs
            {
                DaysAfterInitiation = BucketLifecycle.UnfinishedUploadDays,
            },
            Expiration = new BucketLifecycleConfigurationRuleExpirationArgs { ExpiredObjectDeleteMarker = true },
        };
        foreach (var rule in lifecycle.Rules)
        {
            var args = new BucketLifecycleConfigurationRuleArgs
            {
                Id = rule.Name,
                Status = "Enabled",
                Filter = new BucketLifecycleConfigurationRuleFilterArgs { Prefix = rule.Folder },
                Transitions = Transitions(rule.Keeping).ToList(),
            };
            if (rule.Keeping.Days is { } days)
            {
                args.Expiration = new BucketLifecycleConfigurationRuleExpirationArgs { Days = days };
            }

            if (rule.OldVersionsDays is { } old)
            {
                args.NoncurrentVersionExpiration = new BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs { NoncurrentDays = old };
            }

            yield return args;
        }
    }

    private static IEnumerable<BucketLifecycleConfigurationRuleTransitionArgs> Transitions(Keeping keeping)
    {
        foreach (var (days, storage) in new[] { (keeping.InfrequentDays, Infrequent), (keeping.ArchiveDays, Archive) })
        {
            if (days is { } after)
            {
                yield return new BucketLifecycleConfigurationRuleTransitionArgs { Days = after, StorageClass = storage };
            }
        }
    }
}
