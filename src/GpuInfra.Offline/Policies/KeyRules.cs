using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>Policies of who holds the keys.</summary>
internal static class KeyRules
{
    /// <summary>Only a key of one's own can be withdrawn and shows in one's own audit trail who used it.</summary>
    public static Policy<Evidence> OwnKeys { get; } = new(
        "own-keys",
        "production's disks, file systems, buckets and logs are encrypted with keys that the organisation manages, and these rotate",
        "give it a key of your own (aws.kms.Key, gcp.kms.CryptoKey) with a rotation, or waive it: the cloud's own keys encrypt too.",
        evidence => evidence.Look(resource => !evidence.IsProduction ? null : resource.Type switch
        {
            ResourceTypes.LaunchTemplate => resource.Inputs.ListAt("blockDeviceMappings").SelectMany((disk, i) => Values.Unless(
                disk.TextAt("ebs", "kmsKeyId") is not null, $"blockDeviceMappings[{i}] is encrypted with a key that AWS manages")),
            ResourceTypes.Instance => Values.Unless(resource.Inputs.At("rootBlockDevice", "kmsKeyId") is not null, "the disk that it starts from is encrypted with a key that AWS manages"),
            "aws:ebs/volume:Volume" or "aws:secretsmanager/secret:Secret" or ResourceTypes.Efs or ResourceTypes.Fsx => Values.Unless(resource.Inputs.At("kmsKeyId") is not null, "it is encrypted with a key that AWS manages"),
            ResourceTypes.GoogleInstance => Values.Unless(
                resource.Inputs.At("bootDisk", "kmsKeySelfLink") is not null, "the disk that it starts from is encrypted with keys that Google manages"),
            "gcp:compute/disk:Disk" => Values.Unless(
                resource.Inputs.At("diskEncryptionKey", "kmsKeySelfLink") is not null, "it is encrypted with keys that Google manages"),
            ResourceTypes.Bucket => Values.Unless(
                evidence.Dependents(resource, EncryptionRules.BucketEncryption).Any(encryption =>
                    EncryptionRules.Defaults(encryption).Any(item => item.TextAt("kmsMasterKeyId") is not null)),
                "it is encrypted with the account's own S3 key, which AWS manages"),
            ResourceTypes.GoogleBucket => Values.Unless(
                resource.Inputs.TextAt("encryption", "defaultKmsKeyName") is not null, "it is encrypted with keys that Google manages"),
            ResourceTypes.Filestore => Values.Unless(resource.Inputs.At("kmsKeyName") is not null, "it is encrypted with keys that Google manages"),
            ResourceTypes.GoogleLustre => Values.Unless(resource.Inputs.At("kmsKey") is not null, "it is encrypted with keys that Google manages"),
            ResourceTypes.LogGroup => Values.Unless(
                resource.Inputs.TextAt("kmsKeyId") is not null, "it is encrypted with keys that AWS manages"),
            ResourceTypes.KmsKey => Values.Unless(resource.Inputs.TextAt("enableKeyRotation") == "true", "enableKeyRotation is not true"),
            "gcp:kms/cryptoKey:CryptoKey" => Values.Unless(
                resource.Inputs.TextAt("rotationPeriod") is not null, "rotationPeriod is not set"),
            _ when ResourceTypes.GoogleTemplates.Contains(resource.Type) => resource.Inputs.ListAt("disks").SelectMany((disk, i) =>
                Values.Unless(
                    disk.TextAt("diskEncryptionKey", "kmsKeySelfLink") is not null, $"disks[{i}] is encrypted with keys that Google manages")),
            _ => null,
        }))
    {
        Severity = PolicySeverity.Warning,
    };
}
