using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>Policies of data at rest.</summary>
internal static class EncryptionRules
{
    private const string Encryption =
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";

    /// <summary>
    /// What is not encrypted unless it is asked for. Log groups, and all that Google stores, always are: they are not looked at here.
    /// </summary>
    public static Policy EncryptionAtRest { get; } = new(
        "encryption-at-rest",
        "every disk, bucket, file system and queue is encrypted",
        "disks and file systems: encrypted true; buckets: a BucketServerSideEncryptionConfiguration with aws:kms.",
        evidence => evidence.Look(resource => resource.Type switch
        {
            ResourceTypes.LaunchTemplate => TemplateDisks(resource.Inputs),
            ResourceTypes.Instance => InstanceDisks(resource.Inputs),
            "aws:ebs/volume:Volume" or "aws:efs/fileSystem:FileSystem" => Values.Unless(
                resource.Inputs.TextAt("encrypted") == "true", "encrypted is not true"),
            "aws:sns/topic:Topic" => Values.Unless(
                resource.Inputs.TextAt("kmsMasterKeyId") is not null, "kmsMasterKeyId is not set"),
            "aws:sqs/queue:Queue" => Values.Unless(
                resource.Inputs.TextAt("sqsManagedSseEnabled") != "false", "sqsManagedSseEnabled is false"),
            ResourceTypes.Bucket => Values.Unless(
                evidence.Dependents(resource, Encryption).Any(UsesKms), "no encryption with aws:kms is configured for this bucket"),
            _ => null,
        }));

    /// <summary>Only a key of one's own can be withdrawn and shows in one's own audit trail who used it.</summary>
    public static Policy OwnKeys { get; } = new(
        "own-keys",
        "production's buckets and logs are encrypted with keys that the organisation manages",
        "give the bucket or log group a key of your own (aws.kms.Key, gcp.kms.CryptoKey), or waive it: the cloud's own keys encrypt too.",
        evidence => evidence.Look(resource => !evidence.IsProduction ? null : resource.Type switch
        {
            ResourceTypes.Bucket => Values.Unless(
                evidence.Dependents(resource, Encryption).Any(encryption => Defaults(encryption).Any(item =>
                    item.TextAt("kmsMasterKeyId") is not null)),
                "it is encrypted with the account's own S3 key, which AWS manages"),
            ResourceTypes.GoogleBucket => Values.Unless(
                resource.Inputs.TextAt("encryption", "defaultKmsKeyName") is not null, "it is encrypted with keys that Google manages"),
            ResourceTypes.LogGroup => Values.Unless(
                resource.Inputs.TextAt("kmsKeyId") is not null, "it is encrypted with keys that AWS manages"),
            _ => null,
        }))
    {
        Severity = PolicySeverity.Warning,
    };

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

    private static IEnumerable<PropertyValue?> Defaults(ResourceRecord encryption) =>
        encryption.Inputs.ListAt("rules").Select(rule => rule.At("applyServerSideEncryptionByDefault"));

    private static bool UsesKms(ResourceRecord encryption) =>
        Defaults(encryption).Any(item => item.TextAt("sseAlgorithm")?.StartsWith("aws:kms", StringComparison.Ordinal) == true);
}
