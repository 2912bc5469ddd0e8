using GpuInfra.Infra.Common;
using static GpuInfra.Infra.Amazon.PolicyDocument;

namespace GpuInfra.Infra.Amazon;

/// <summary>What machines of which several make a replica may do with the objects through which they find each other: read and write those of their region's pools, and no others.</summary>
internal static class AmazonRendezvous
{
    /// <summary>Rights of machines; none where no replica spans them.</summary>
    public static IEnumerable<Dictionary<string, object>> Rights(RegionFleet region, string bucketArn, string keyArn) => ReplicaSource.Folders(region).IsEmpty ? [] :
    [
        Allow("Meet", ["s3:GetObject", "s3:PutObject"], Objects(region, bucketArn)),
        With(Allow("EncryptMeeting", ["kms:GenerateDataKey"], keyArn), "Condition", Condition("StringEquals", "kms:ViaService", $"s3.{region.Region}.amazonaws.com")),
    ];

    /// <summary>Rights of routers, which look who the head of each replica is.</summary>
    public static IEnumerable<Dictionary<string, object>> Look(RegionFleet region, string bucketArn) => ReplicaSource.Folders(region).IsEmpty ? [] :
    [
        Allow("SeeReplicas", ["s3:GetObject"], Objects(region, bucketArn)),
        With(Allow("ListReplicas", ["s3:ListBucket"], bucketArn), "Condition", Condition("StringLike", "s3:prefix", $"{ReplicaSource.Folder}/*")),
    ];

    /// <summary>What the network's way to S3 lets through besides.</summary>
    public static IEnumerable<Dictionary<string, object>> Endpoint(RegionFleet region, string bucketArn) => ReplicaSource.Folders(region).IsEmpty ? [] :
        [With(Allow("Meet", ["s3:PutObject"], Objects(region, bucketArn)), "Principal", Anyone)];

    private static string[] Objects(RegionFleet region, string bucketArn) => [.. ReplicaSource.Folders(region).Select(folder => $"{bucketArn}/{folder}/*")];
}
