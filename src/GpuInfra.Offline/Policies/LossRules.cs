using GpuInfra.Offline.Diff;
using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>Policies of what cannot be had again once it is gone.</summary>
internal static class LossRules
{
    /// <summary>Pulumi itself refuses to delete or replace what is protected.</summary>
    public static Policy<Evidence> IrrevocableProtected { get; } = new(
        "irrevocable-protected",
        "production's reservations, commitments, buckets, disks of their own, file systems, keys and networks are protected against deletion and replacement",
        "give the resource Protect = true in production.",
        evidence => evidence.Look(resource => evidence.IsProduction && IrrevocableKinds.Of(resource.Type) is not null && !ApprovalRules.IsDraft(resource)
            ? Values.Unless(resource.Options.Protect, "it is not protected")
            : null));

    /// <summary>The cloud itself refuses to delete, or keeps what was deleted.</summary>
    public static Policy<Evidence> DeletionProtection { get; } = new(
        "deletion-protection",
        "production's buckets keep old versions and contents, disks leave a snapshot, and reservations, Filestore, clusters and balancers refuse deletion",
        "buckets: versioning on, forceDestroy false; reservations: deletionPolicy PREVENT; disks: finalSnapshot, createSnapshotBeforeDestroy; others: deletion protection on.",
        evidence => evidence.Look(resource => evidence.IsProduction ? Deletable(resource, evidence) : null));

    /// <summary>Logs without an end cost for ever and hold what people asked for ever.</summary>
    public static Policy<Evidence> LogRetention { get; } = new(
        "log-retention",
        "every log group says how long it keeps logs",
        "set retentionInDays on the log group (a value that CloudWatch knows, as 30).",
        evidence => evidence.Look(resource => resource.Type switch
        {
            ResourceTypes.LogGroup => Values.Unless(
                resource.Inputs.At("retentionInDays") is PropertyValue.Number { Value: > 0 }, "it keeps logs for ever: retentionInDays is not set"),
            "gcp:logging/projectBucketConfig:ProjectBucketConfig" => Values.Unless(
                resource.Inputs.At("retentionDays") is PropertyValue.Number { Value: > 0 }, "retentionDays is not set"),
            _ => null,
        }));

    private static IEnumerable<string>? Deletable(ResourceRecord resource, Evidence evidence) => resource.Type switch
    {
        ResourceTypes.Bucket => Kept(resource, evidence.Dependents(resource, "aws:s3/bucketVersioning:BucketVersioning")
            .Any(versioning => versioning.Inputs.TextAt("versioningConfiguration", "status") == "Enabled")),
        ResourceTypes.GoogleBucket => Kept(resource, resource.Inputs.TextAt("versioning", "enabled") == "true"),
        ResourceTypes.GoogleReservation => Values.Unless(
            resource.Inputs.TextAt("deletionPolicy") == "PREVENT", "deletionPolicy is not PREVENT"),
        ResourceTypes.FutureReservation when !ApprovalRules.IsDraft(resource) => [
            .. Values.Unless(resource.Inputs.TextAt("deletionPolicy") == "PREVENT", "deletionPolicy is not PREVENT"),
            .. Values.Unless(resource.Options.RetainOnDelete, "it is deleted when it leaves the program: it is not retained"),
        ],
        "aws:lb/loadBalancer:LoadBalancer" => Values.Unless(
            resource.Inputs.TextAt("enableDeletionProtection") == "true", "enableDeletionProtection is not true"),
        ResourceTypes.Filestore => Values.Unless(
            resource.Inputs.TextAt("deletionProtectionEnabled") == "true", "deletionProtectionEnabled is not true"),
        "aws:ebs/volume:Volume" => Values.Unless(resource.Inputs.TextAt("finalSnapshot") == "true", "finalSnapshot is not true: what is on it goes with it"),
        "gcp:compute/disk:Disk" => Values.Unless(
            resource.Inputs.TextAt("createSnapshotBeforeDestroy") == "true", "createSnapshotBeforeDestroy is not true: what is on it goes with it"),
        "aws:eks/cluster:Cluster" or "gcp:container/cluster:Cluster" => Values.Unless(
            resource.Inputs.TextAt("deletionProtection") == "true", "deletionProtection is not true"),
        "aws:dynamodb/table:Table" => Values.Unless(
            resource.Inputs.TextAt("deletionProtectionEnabled") == "true", "deletionProtectionEnabled is not true"),
        _ => null,
    };

    private static IEnumerable<string> Kept(ResourceRecord bucket, bool versioned) =>
    [
        .. Values.Unless(bucket.Inputs.TextAt("forceDestroy") != "true", "forceDestroy deletes it with all that is in it"),
        .. Values.Unless(versioned, "it keeps no old versions: what is overwritten is gone"),
    ];
}
