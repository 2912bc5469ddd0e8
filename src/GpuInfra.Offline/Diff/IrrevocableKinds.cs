namespace GpuInfra.Offline.Diff;

/// <summary>Types whose loss cannot be made good: what they hold, or the place they hold, is gone with them.</summary>
internal static class IrrevocableKinds
{
    private static readonly (string Prefix, string Kind)[] Types =
    [
        ("aws:ec2/capacityReservation:", "reservation"),
        ("aws:ec2/capacityBlockReservation:", "reservation"),
        ("gcp:compute/reservation:", "reservation"),
        ("gcp:compute/futureReservation:", "reservation"),
        ("gcp:compute/regionCommitment:", "commitment"),
        ("aws:s3/bucket:", "bucket"),
        ("aws:s3/bucketV2:", "bucket"),
        ("gcp:storage/bucket:", "bucket"),
        ("aws:ebs/volume:", "disk"),
        ("gcp:compute/disk:", "disk"),
        ("aws:efs/fileSystem:", "file system"),
        ("aws:fsx/", "file system"),
        ("gcp:filestore/instance:", "file system"),
        ("gcp:lustre/instance:", "file system"),
        ("aws:kms/key:", "key"),
        ("gcp:kms/cryptoKey:", "key"),
        ("gcp:kms/keyRing:", "key"),
        ("aws:ec2/vpc:", "network"),
        ("aws:ec2/subnet:", "network"),
        ("gcp:compute/network:", "network"),
        ("gcp:compute/subnetwork:", "network"),
    ];

    /// <summary>What a type is, as <c>bucket</c>; null for what can be made again.</summary>
    public static string? Of(string type) =>
        Types.FirstOrDefault(known => type.StartsWith(known.Prefix, StringComparison.Ordinal)).Kind;
}
