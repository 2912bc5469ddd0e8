using System.Text.Json;
using Aws = Pulumi.Aws;

namespace Pulumi.Offline.Tests.Generated;

/// <summary>AWS resources as people write them against the official SDK; that it compiles is half of the test.</summary>
internal static class AwsProgram
{
    public static void Declare()
    {
        var provider = new Aws.Provider("aws-us-east-1", new Aws.ProviderArgs
        {
            Region = "us-east-1",
            AllowedAccountIds = { "111122223333" },
            DefaultTags = new Aws.Inputs.ProviderDefaultTagsArgs { Tags = { ["managed-by"] = "gpuinfra" } },
        });
        var options = new CustomResourceOptions { Provider = provider };
        var role = new Aws.Iam.Role("node", new() { AssumeRolePolicy = Json(new { Version = "2012-10-17" }) }, options);
        _ = new Aws.Iam.RolePolicy("node-weights", new() { Role = role.Id, Policy = Json(new { Version = "2012-10-17" }) }, options);
        _ = new Aws.Iam.Policy("shared", new() { PolicyDocument = Json(new { Version = "2012-10-17" }) }, options);
        var profile = new Aws.Iam.InstanceProfile("node", new() { Role = role.Name }, options);
        var bucket = new Aws.S3.Bucket("weights", new() { BucketName = "acme-weights", Tags = new InputMap<string> { ["team"] = "ml" } }, options);
        var group = new Aws.Ec2.SecurityGroup("node", new() { VpcId = "vpc-1", Description = "nodes" }, options);
        _ = new Aws.Vpc.SecurityGroupIngressRule("node-metrics", new()
        {
            SecurityGroupId = group.Id,
            IpProtocol = "tcp",
            FromPort = 9400,
            ToPort = 9400,
            CidrIpv4 = "10.0.0.0/16",
        }, options);
        var reservation = new Aws.Ec2.CapacityReservation("pool", new()
        {
            AvailabilityZone = "us-east-1a",
            InstanceCount = 2,
            InstancePlatform = Aws.Ec2.InstancePlatform.LinuxUnix,
            InstanceType = "p5.48xlarge",
            InstanceMatchCriteria = "targeted",
        }, options);
        var template = Template(options, profile, group, reservation);
        Groups(options, template);
        Output<string> id = bucket.Id;
        _ = id;
    }

    public static Output<string> Zones(InvokeOptions options) =>
        Aws.GetAvailabilityZones.Invoke(new() { State = "available" }, options).Apply(zones => zones.Names[0]);

    public static async Task<string> Account(InvokeOptions options)
    {
        var identity = await Aws.GetCallerIdentity.InvokeAsync(options: options);
        return identity.AccountId;
    }

    public static Output<string> Document() => Aws.Iam.GetPolicyDocument.Invoke(new()
    {
        Statements = new[]
        {
            new Aws.Iam.Inputs.GetPolicyDocumentStatementInputArgs
            {
                Actions = new[] { "s3:GetObject" },
                Resources = { "arn:aws:s3:::acme-weights/*" },
            },
        },
    }).Apply(document => document.Json);

    private static Aws.Ec2.LaunchTemplate Template(
        CustomResourceOptions options, Aws.Iam.InstanceProfile profile, Aws.Ec2.SecurityGroup group, Aws.Ec2.CapacityReservation reservation) =>
        new("pool", new Aws.Ec2.LaunchTemplateArgs
        {
            ImageId = "ami-1",
            InstanceType = "p5.48xlarge",
            UpdateDefaultVersion = true,
            IamInstanceProfile = new Aws.Ec2.Inputs.LaunchTemplateIamInstanceProfileArgs { Arn = profile.Arn },
            MetadataOptions = new Aws.Ec2.Inputs.LaunchTemplateMetadataOptionsArgs { HttpEndpoint = "enabled", HttpTokens = "required" },
            NetworkInterfaces =
            {
                new Aws.Ec2.Inputs.LaunchTemplateNetworkInterfaceArgs
                {
                    AssociatePublicIpAddress = "false",
                    SecurityGroups = { group.Id },
                },
            },
            BlockDeviceMappings = new[]
            {
                new Aws.Ec2.Inputs.LaunchTemplateBlockDeviceMappingArgs
                {
                    DeviceName = "/dev/sda1",
                    Ebs = new Aws.Ec2.Inputs.LaunchTemplateBlockDeviceMappingEbsArgs { VolumeType = "gp3", VolumeSize = 500, Encrypted = "true" },
                },
            },
            CapacityReservationSpecification = new Aws.Ec2.Inputs.LaunchTemplateCapacityReservationSpecificationArgs
            {
                CapacityReservationTarget = new Aws.Ec2.Inputs.LaunchTemplateCapacityReservationSpecificationCapacityReservationTargetArgs
                {
                    CapacityReservationId = reservation.Id,
                },
            },
            TagSpecifications =
            {
                new Aws.Ec2.Inputs.LaunchTemplateTagSpecificationArgs { ResourceType = "instance", Tags = { { "team", "ml" } } },
            },
        }, options);

    private static void Groups(CustomResourceOptions options, Aws.Ec2.LaunchTemplate template)
    {
        var spot = new Aws.AutoScaling.Group("spot", new Aws.AutoScaling.GroupArgs
        {
            MinSize = 0,
            MaxSize = 4,
            VpcZoneIdentifiers = { "subnet-1", "subnet-2" },
            EnabledMetrics = { Aws.AutoScaling.Metric.GroupInServiceInstances },
            MetricsGranularity = "1Minute",
            MixedInstancesPolicy = new Aws.AutoScaling.Inputs.GroupMixedInstancesPolicyArgs
            {
                InstancesDistribution = new Aws.AutoScaling.Inputs.GroupMixedInstancesPolicyInstancesDistributionArgs
                {
                    OnDemandPercentageAboveBaseCapacity = 0,
                    SpotAllocationStrategy = "price-capacity-optimized",
                },
                LaunchTemplate = new Aws.AutoScaling.Inputs.GroupMixedInstancesPolicyLaunchTemplateArgs
                {
                    LaunchTemplateSpecification = new Aws.AutoScaling.Inputs.GroupMixedInstancesPolicyLaunchTemplateLaunchTemplateSpecificationArgs
                    {
                        LaunchTemplateId = template.Id,
                        Version = template.LatestVersion.Apply(version => version.ToString()),
                    },
                    Overrides =
                    {
                        new Aws.AutoScaling.Inputs.GroupMixedInstancesPolicyLaunchTemplateOverrideArgs { InstanceType = "g5.xlarge" },
                        new Aws.AutoScaling.Inputs.GroupMixedInstancesPolicyLaunchTemplateOverrideArgs { InstanceType = "g6.xlarge" },
                    },
                },
            },
            Tags =
            {
                new Aws.AutoScaling.Inputs.GroupTagArgs { Key = "tier", Value = "spot", PropagateAtLaunch = true },
            },
        }, options);
        _ = new Aws.AutoScaling.Policy("spot", new()
        {
            AutoscalingGroupName = spot.Name,
            PolicyType = "TargetTrackingScaling",
            TargetTrackingConfiguration = new Aws.AutoScaling.Inputs.PolicyTargetTrackingConfigurationArgs { TargetValue = 62.5 },
        }, options);
    }

    private static string Json(object value) => JsonSerializer.Serialize(value);
}
