using System.Collections.Immutable;

namespace GpuInfra.Offline.Policies;

/// <summary>Type tokens that more than one policy reads.</summary>
internal static class ResourceTypes
{
    public const string LaunchTemplate = "aws:ec2/launchTemplate:LaunchTemplate";
    public const string AutoScalingGroup = "aws:autoscaling/group:Group";
    public const string Instance = "aws:ec2/instance:Instance";
    public const string CapacityReservation = "aws:ec2/capacityReservation:CapacityReservation";
    public const string Bucket = "aws:s3/bucket:Bucket";
    public const string Lifecycle = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
    public const string Replication = "aws:s3/bucketReplicationConfig:BucketReplicationConfig";
    public const string Efs = "aws:efs/fileSystem:FileSystem";
    public const string Fsx = "aws:fsx/lustreFileSystem:LustreFileSystem";
    public const string BucketObject = "aws:s3/bucketObjectv2:BucketObjectv2";
    public const string LogGroup = "aws:cloudwatch/logGroup:LogGroup";
    public const string KmsKey = "aws:kms/key:Key";

    public const string GoogleBucket = "gcp:storage/bucket:Bucket";
    public const string Filestore = "gcp:filestore/instance:Instance";
    public const string GoogleLustre = "gcp:lustre/instance:Instance";
    public const string FutureReservation = "gcp:compute/futureReservation:FutureReservation";
    public const string GoogleReservation = "gcp:compute/reservation:Reservation";
    public const string GoogleInstance = "gcp:compute/instance:Instance";
    public const string ZonalGroup = "gcp:compute/instanceGroupManager:InstanceGroupManager";
    public const string RegionalGroup = "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager";

    public const string EksCluster = "aws:eks/cluster:Cluster";
    public const string EksNodeGroup = "aws:eks/nodeGroup:NodeGroup";
    public const string GkeCluster = "gcp:container/cluster:Cluster";
    public const string GkeNodePool = "gcp:container/nodePool:NodePool";
    public const string KarpenterPool = "kubernetes:karpenter.sh/v1:NodePool";
    public const string LeaderWorkerSet = "kubernetes:leaderworkerset.x-k8s.io/v1:LeaderWorkerSet";
    public const string KarpenterClass = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass";

    /// <summary>What the types of who may do what in a cluster begin with.</summary>
    public const string ClusterAccess = "kubernetes:rbac.authorization.k8s.io/";

    public const string ClusterRole = $"{ClusterAccess}v1:Role";
    public const string ClusterBinding = $"{ClusterAccess}v1:RoleBinding";

    /// <summary>Groups of nodes of clusters.</summary>
    public static ImmutableArray<string> NodeGroups { get; } = [EksNodeGroup, GkeNodePool, KarpenterPool];

    /// <summary>Managed groups of machines.</summary>
    public static ImmutableArray<string> Groups { get; } = [AutoScalingGroup, ZonalGroup, RegionalGroup, .. NodeGroups];

    /// <summary>Google's templates of machines.</summary>
    public static ImmutableArray<string> GoogleTemplates { get; } =
        ["gcp:compute/instanceTemplate:InstanceTemplate", "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate"];
}
