using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using Pulumi;
using Pulumi.Aws.S3;
using Pulumi.Aws.S3.Inputs;
using static GpuInfra.Infra.Amazon.PolicyDocument;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// Copies what is written to a region's bucket to the one of the region that stands by, from one key to the other. Deletions are not copied: what somebody deletes by mistake is
/// still there.
/// </summary>
internal static class AmazonReplication
{
    private const int ControlledMinutes = 15;

    public static void Add(RegionFleet region, Bucket bucket, AmazonKey key, BucketVersioning versioning, AmazonRegion copy, Resource parent)
    {
        var recovery = region.CopiedTo!.Recovery;
        var name = $"gpuinfra-{region.Region}-copies";
        var role = AmazonRole.Of(
            region,
            new CustomResourceOptions { Parent = parent },
            name,
            Of(new Dictionary<string, object>
            {
                ["Effect"] = "Allow",
                ["Principal"] = new { Service = "s3.amazonaws.com" },
                ["Action"] = "sts:AssumeRole",
            }),
            Output.Tuple(bucket.Arn, key.Arn, copy.Weights.BucketArn, copy.Key.Arn).Apply(arns => Policy(region.Region, arns.Item1, arns.Item2, recovery.Region, arns.Item3, arns.Item4)));
        _ = new BucketReplicationConfig(name, new BucketReplicationConfigArgs
        {
            Bucket = bucket.Id,
            Role = role,
            Rules = region.CopiedFolders.Select((folder, i) => new BucketReplicationConfigRuleArgs
            {
                Id = folder,
                Priority = i + 1,
                Status = "Enabled",
                Filter = new BucketReplicationConfigRuleFilterArgs { Prefix = $"{folder}/" },
                DeleteMarkerReplication = new BucketReplicationConfigRuleDeleteMarkerReplicationArgs { Status = "Disabled" },
                SourceSelectionCriteria = new BucketReplicationConfigRuleSourceSelectionCriteriaArgs
                {
                    SseKmsEncryptedObjects = new BucketReplicationConfigRuleSourceSelectionCriteriaSseKmsEncryptedObjectsArgs { Status = "Enabled" },
                },
                Destination = Destination(recovery, copy),
            }).ToList(),
        }, new CustomResourceOptions { Parent = parent, DependsOn = { versioning } });
        AmazonCopyAlarms.Add(region, bucket.BucketName, key, copy, parent);
    }

    private static BucketReplicationConfigRuleDestinationArgs Destination(DisasterRecovery recovery, AmazonRegion copy)
    {
        var args = new BucketReplicationConfigRuleDestinationArgs
        {
            Bucket = copy.Weights.ForCopies,
            EncryptionConfiguration = new BucketReplicationConfigRuleDestinationEncryptionConfigurationArgs { ReplicaKmsKeyId = copy.Key.Arn },
            Metrics = new BucketReplicationConfigRuleDestinationMetricsArgs { Status = "Enabled" },
        };
        if (recovery.Rpo < DisasterRecovery.Controlled)
        {
            args.ReplicationTime = new BucketReplicationConfigRuleDestinationReplicationTimeArgs
            {
                Status = "Enabled",
                Time = new BucketReplicationConfigRuleDestinationReplicationTimeTimeArgs { Minutes = ControlledMinutes },
            };
            args.Metrics = new BucketReplicationConfigRuleDestinationMetricsArgs
            {
                Status = "Enabled",
                EventThreshold = new BucketReplicationConfigRuleDestinationMetricsEventThresholdArgs { Minutes = ControlledMinutes },
            };
        }

        return args;
    }

    private static string Policy(string from, string bucketArn, string keyArn, string to, string copyArn, string copyKeyArn) => Of(
        Allow("ReadRules", ["s3:GetReplicationConfiguration", "s3:ListBucket"], bucketArn),
        Allow("ReadVersions", ["s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"], $"{bucketArn}/*"),
        Allow("WriteCopies", ["s3:ReplicateObject", "s3:ReplicateTags"], $"{copyArn}/*"),
        With(Allow("Decrypt", ["kms:Decrypt"], keyArn), "Condition", Condition("StringEquals", "kms:ViaService", $"s3.{from}.amazonaws.com")),
        With(Allow("Encrypt", ["kms:Encrypt", "kms:GenerateDataKey"], copyKeyArn), "Condition", Condition("StringEquals", "kms:ViaService", $"s3.{to}.amazonaws.com")));
}
