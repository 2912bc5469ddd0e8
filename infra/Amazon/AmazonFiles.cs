using System.Collections.Immutable;
using GpuInfra.Infra.Clusters;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using Pulumi;
using Pulumi.Aws.Efs;
using Pulumi.Aws.Efs.Inputs;
using Pulumi.Aws.Fsx;
using Pulumi.Aws.Fsx.Inputs;

namespace GpuInfra.Infra.Amazon;

/// <summary>File systems that the machines of a region share, under its key, reached from its machines alone.</summary>
internal sealed class AmazonFiles : ComponentResource
{
    /// <summary>MB/s for each TiB.</summary>
    private const int LustreRate = 250;

    private readonly Dictionary<FilesUse, Output<string>> _addresses = [];
    private readonly Dictionary<FilesUse, Output<string>> _volumes = [];

    public AmazonFiles(
        RegionFleet region, AmazonKey key, AmazonWeights weights, AmazonSecurityGroups security, ImmutableSortedDictionary<string, AmazonSubnet> subnets, ComponentResourceOptions options)
        : base("gpuinfra:amazon:Files", region.Name, options)
    {
        var child = new CustomResourceOptions { Parent = this };
        var kept = new CustomResourceOptions { Parent = this, Protect = region.Protect, RetainOnDelete = region.Protect };
        foreach (var system in region.Files)
        {
            var name = $"gpuinfra-{region.Region}-{system.Use.Name()}";
            var tags = region.Tags.Shared.Named(name);
            if (system.Kind == FileSystemKind.Lustre)
            {
                var lustre = new LustreFileSystem(name, new LustreFileSystemArgs
                {
                    SubnetIds = subnets[system.Zone!].Id,
                    SecurityGroupIds = { security.Files! },
                    DeploymentType = "PERSISTENT_2",
                    StorageType = "SSD",
                    StorageCapacity = system.SizeGib,
                    PerUnitStorageThroughput = LustreRate,
                    DataCompressionType = "LZ4",
                    FileSystemTypeVersion = "2.15",
                    KmsKeyId = key.Arn,
                    AutomaticBackupRetentionDays = 0, // What it shows is in the bucket, and AWS backs up none that is linked to one.
                    SkipFinalBackup = true,
                    Tags = tags,
                }, kept);
                _ = new DataRepositoryAssociation(name, new DataRepositoryAssociationArgs
                {
                    FileSystemId = lustre.Id,
                    FileSystemPath = "/",
                    DataRepositoryPath = Output.Format($"s3://{weights.BucketName}/{DataFolders.Training}/"),
                    BatchImportMetaDataOnCreate = true,
                    DeleteDataInFilesystem = false,
                    S3 = new DataRepositoryAssociationS3Args
                    {
                        AutoImportPolicy = new DataRepositoryAssociationS3AutoImportPolicyArgs { Events = { "NEW", "CHANGED", "DELETED" } },
                        AutoExportPolicy = new DataRepositoryAssociationS3AutoExportPolicyArgs { Events = { "NEW", "CHANGED" } },
                    },
                    Tags = tags,
                }, kept);
                _addresses[system.Use] = Output.Format($"{lustre.DnsName}@tcp:/{lustre.MountName}");
            }
            else
            {
                var elastic = new FileSystem(name, new FileSystemArgs
                {
                    Encrypted = true,
                    KmsKeyId = key.Arn,
                    PerformanceMode = "generalPurpose",
                    ThroughputMode = "elastic", // The default grows slow with use, whatever machines wait for.
                    Tags = tags,
                }, kept);
                var doors = subnets.Select(subnet => new MountTarget($"{name}-{subnet.Key}", new MountTargetArgs
                {
                    FileSystemId = elastic.Id,
                    SubnetId = subnet.Value.Id,
                    SecurityGroups = { security.Files! },
                }, child).Id).ToList();
                _addresses[system.Use] = Output.Tuple(elastic.Id, Output.All(doors)).Apply(both => both.Item1);
                if (region.IsCluster)
                {
                    _volumes[system.Use] = Output.Format($"{_addresses[system.Use]}::{ForPods(name, elastic, system.Use, tags, child).Id}");
                }
            }
        }

        RegisterOutputs();
    }

    /// <summary>How a cluster's driver finds them: the file system and the door for its pods.</summary>
    public IReadOnlyDictionary<FilesUse, Output<string>> Volumes => _volumes;

    /// <summary>A new file system is root's, and no pod of ours is root: by this door all of them are one user, in a folder that is that one's.</summary>
    private static AccessPoint ForPods(string name, FileSystem system, FilesUse use, InputMap<string> tags, CustomResourceOptions options) => new(name, new AccessPointArgs
    {
        FileSystemId = system.Id,
        PosixUser = new AccessPointPosixUserArgs { Uid = EnginePod.User, Gid = EnginePod.User },
        RootDirectory = new AccessPointRootDirectoryArgs
        {
            Path = $"/{use.Name()}",
            CreationInfo = new AccessPointRootDirectoryCreationInfoArgs { OwnerUid = EnginePod.User, OwnerGid = EnginePod.User, Permissions = "0750" },
        },
        Tags = tags,
    }, options);

    /// <summary>What a pool's machines mount, as the start script reads it: <c>weights efs fs-0123</c>; several are parted by a semicolon.</summary>
    public Output<string> Of(ImmutableArray<SharedFileSystem> files) => Output.All(files.Select(file => _addresses[file.Use].Apply(address =>
            $"{file.Use.Name()} {(file.Kind == FileSystemKind.Lustre ? "lustre" : "efs")} {address}")))
        .Apply(lines => string.Join(';', lines));

    /// <summary>Statements of the key's policy: who makes a file system uses the key through its service, and FSx reads and writes the bucket by a role of its own.</summary>
    public static IEnumerable<Dictionary<string, object>> OfKey(RegionFleet region)
    {
        var account = new { AWS = $"arn:aws:iam::{region.Account}:root" };
        foreach (var service in region.Files.Select(file => file.Kind == FileSystemKind.Lustre ? "fsx" : "elasticfilesystem").Distinct())
        {
            var through = PolicyDocument.Condition("StringEquals", "kms:ViaService", $"{service}.{region.Region}.amazonaws.com");
            yield return Statement($"FilesBy{service}", ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"], account, through);
            yield return Statement($"GrantsBy{service}", ["kms:CreateGrant"], account, new Dictionary<string, Dictionary<string, string>>(through)
            {
                ["Bool"] = new() { ["kms:GrantIsForAWSResource"] = "true" },
            });
        }

        if (region.Files.Any(file => file.Kind == FileSystemKind.Lustre))
        {
            var role = $"arn:aws:iam::{region.Account}:role/aws-service-role/s3.data-source.lustre.fsx.amazonaws.com/AWSServiceRoleForFSxS3Access_fs-*";
            yield return Statement("BucketByFsx", ["kms:Decrypt", "kms:GenerateDataKey"], PolicyDocument.Anyone, PolicyDocument.Condition("ArnLike", "aws:PrincipalArn", role));
        }

        static Dictionary<string, object> Statement(string id, string[] actions, object principal, object condition) =>
            PolicyDocument.With(PolicyDocument.With(PolicyDocument.Allow(id, actions, "*"), "Principal", principal), "Condition", condition);
    }
}
