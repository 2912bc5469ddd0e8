using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Aws.Iam;
using static GpuInfra.Infra.Amazon.PolicyDocument;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// What a monitor is, to AWS: it sees machines, reads its own files and the secrets that the plan names, keeps its Grafana's password, takes its own disk, and does
/// nothing else.
/// </summary>
internal static class AmazonMonitorIdentity
{
    /// <summary>What attaching an encrypted disk needs of its key (AWS, Amazon EBS encryption, permissions for IAM users, read 2026-11-29).</summary>
    private static readonly string[] DiskUse = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"];

    /// <summary>The profile.</summary>
    /// <param name="name">The monitor's name, which its machine is tagged with.</param>
    /// <param name="place">The region.</param>
    /// <param name="volume">ARN of its disk.</param>
    /// <param name="secret">ARN of its Grafana's password.</param>
    /// <param name="parent">What it belongs to.</param>
    public static InstanceProfile Profile(string name, AmazonPlace place, Output<string> volume, Output<string> secret, Resource parent) => AmazonRole.Profile(
        place.Region,
        new CustomResourceOptions { Parent = parent },
        name,
        Output.Tuple(place.Weights.BucketArn, place.Key.Arn, volume, secret).Apply(arns => Policy(place.Region, name, arns.Item1, arns.Item2, arns.Item3, arns.Item4)));

    private static Dictionary<string, object>[] StopCanaries(RegionFleet region, string bucketArn, string keyArn) =>
    [
        Allow("StopCanaries", ["s3:PutObject"], $"{bucketArn}/{MonitorSource.Stopped}/*"),
        With(Allow("EncryptWhatStops", ["kms:GenerateDataKey"], keyArn), "Condition", Condition("StringEquals", "kms:ViaService", $"s3.{region.Region}.amazonaws.com")),
    ];

    private static string Policy(RegionFleet region, string name, string bucketArn, string keyArn, string volumeArn, string secretArn)
    {
        var disks = Condition("StringEquals", "kms:ViaService", $"ec2.{region.Region}.amazonaws.com");
        return Of(
        [
            Allow("SeeMachines", ["ec2:DescribeAvailabilityZones", "ec2:DescribeInstances"], "*"), // AWS knows no narrower resource.
            .. AmazonPolicies.OwnFiles(region, MonitorSource.Root, bucketArn, keyArn),
            .. MonitorSource.Stops(region) ? StopCanaries(region, bucketArn, keyArn) : [],
            AmazonPolicies.SessionManager,
            .. AmazonPolicies.Secrets(region, region.Monitoring!.Secrets),
            Allow("KeepPassword", ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"], secretArn),
            With(Allow("EncryptPassword", ["kms:Decrypt", "kms:GenerateDataKey"], keyArn), "Condition", Condition("StringEquals", "kms:ViaService", $"secretsmanager.{region.Region}.amazonaws.com")),
            Allow("TakeDisk", ["ec2:AttachVolume"], volumeArn),
            With(
                Allow("ToItself", ["ec2:AttachVolume"], $"arn:aws:ec2:{region.Region}:{region.Account}:instance/*"),
                "Condition", Condition("StringEquals", "aws:ResourceTag/Name", name)),
            With(Allow("UseDisk", DiskUse, keyArn), "Condition", disks),
            With(Allow("LendDisk", ["kms:CreateGrant"], keyArn), "Condition", new Dictionary<string, Dictionary<string, string>>(disks)
            {
                ["Bool"] = new() { ["kms:GrantIsForAWSResource"] = "true" },
            }),
        ]);
    }
}
