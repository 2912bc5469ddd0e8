using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>Policies of data at rest.</summary>
internal static class EncryptionRules
{
    /// <summary>How an S3 bucket is encrypted.</summary>
    public const string BucketEncryption =
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";

    /// <summary>
    /// What is not encrypted unless it is asked for. Log groups, and all that Google stores, always are: they are not looked at here.
    /// </summary>
    public static Policy<Evidence> EncryptionAtRest { get; } = new(
        "encryption-at-rest",
        "every disk, bucket, file system and queue is encrypted",
        "disks and file systems: encrypted true; buckets: a BucketServerSideEncryptionConfiguration with aws:kms; replications: sseKmsEncryptedObjects and a replicaKmsKeyId in every rule.",
        evidence => evidence.Look(resource => resource.Type switch
        {
            ResourceTypes.LaunchTemplate => TemplateDisks(resource.Inputs),
            ResourceTypes.Instance => InstanceDisks(resource.Inputs),
            "aws:ebs/volume:Volume" or "aws:efs/fileSystem:FileSystem" => Values.Unless(
                resource.Inputs.TextAt("encrypted") == "true", "encrypted is not true"),
            "aws:sns/topic:Topic" => Values.Unless(
                resource.Inputs.TextAt("kmsMasterKeyId") is not null, "kmsMasterKeyId is not set"),
            "aws:amp/workspace:Workspace" => Values.Unless(resource.Inputs.TextAt("kmsKeyArn") is not null, "kmsKeyArn is not set"),
            "aws:sqs/queue:Queue" => Values.Unless(
                resource.Inputs.TextAt("sqsManagedSseEnabled") != "false", "sqsManagedSseEnabled is false"),
            ResourceTypes.Replication => resource.Inputs.ListAt("rules").SelectMany((rule, i) => Values.Unless(
                rule.At("destination", "encryptionConfiguration", "replicaKmsKeyId") is not null
                    && rule.TextAt("sourceSelectionCriteria", "sseKmsEncryptedObjects", "status") == "Enabled",
                $"rules[{i}] leaves out what is encrypted, or encrypts its copies with no key of the other region")),
            ResourceTypes.Bucket => Values.Unless(
                evidence.Dependents(resource, BucketEncryption).Any(UsesKms), "no encryption with aws:kms is configured for this bucket"),
            ResourceTypes.GkeNodePool => Values.Unless(resource.Inputs.At("nodeConfig", "bootDiskKmsKey") is not null, "its nodes' disks have no key of the stack: bootDiskKmsKey"),
            "kubernetes:storage.k8s.io/v1:StorageClass" => Values.Unless(
                resource.Inputs.At("parameters", "kmsKeyId") is not null || resource.Inputs.At("parameters", "disk-encryption-kms-key") is not null, "disks of this sort have no key of the stack"),
            _ => null,
        }));

    private static IEnumerable<string> TemplateDisks(PropertyValue template)
    {
        var disks = template.ListAt("blockDeviceMappings").Where(disk => disk.At("ebs") is not null).ToList();
        return disks.Count == 0
            ? ["no blockDeviceMapping says that the root disk is encrypted"]
            : disks.SelectMany((disk, i) => Values.Unless(
                disk.TextAt("ebs", "encrypted") == "true", $"blockDeviceMappings[{i}].ebs.encrypted is not true"));
    }

    private static IEnumerable<string> InstanceDisks(PropertyValue instance) => instance.ListAt("ebsBlockDevices")
        .Append(instance.At("rootBlockDevice"))
        .Where(disk => disk.TextAt("encrypted") != "true")
        .Select(disk => $"the disk {disk.TextAt("deviceName") ?? "it starts from"} is not encrypted");

    /// <summary>What is done to an object of which nothing is said.</summary>
    public static IEnumerable<PropertyValue?> Defaults(ResourceRecord encryption) =>
        encryption.Inputs.ListAt("rules").Select(rule => rule.At("applyServerSideEncryptionByDefault"));

    private static bool UsesKms(ResourceRecord encryption) =>
        Defaults(encryption).Any(item => item.TextAt("sseAlgorithm")?.StartsWith("aws:kms", StringComparison.Ordinal) == true);
}
