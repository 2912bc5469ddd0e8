using System.Globalization;
using System.Text;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Routes;
using Pulumi;
using Pulumi.Aws.AutoScaling;
using Pulumi.Aws.AutoScaling.Inputs;
using Pulumi.Aws.Ec2;
using Pulumi.Aws.Ec2.Inputs;
using Pulumi.Aws.S3;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// The routers of a region: two machines over its zones, renewed one after the other, each beside its successor. A machine whose router does not
/// answer is replaced. They know the region's pools from their tags, so a changed pool changes none of this.
/// </summary>
internal sealed class AmazonRouter : ComponentResource
{
    /// <summary>Seconds in which a router has started, counted generously.</summary>
    private const int StartSeconds = 300;

    /// <summary>What is tagged only when the template says so.</summary>
    private static readonly string[] TaggedWithMachines = ["instance", "volume", "network-interface"];

    private readonly RegionFleet _region;
    private readonly AmazonPlace _place;
    private readonly RouterEntry _entry;
    private readonly string _name;
    private readonly CustomResourceOptions _child;

    public AmazonRouter(RouterEntry entry, AmazonPlace place, ComponentResourceOptions options)
        : base("gpuinfra:amazon:Router", place.Region.Name, options)
    {
        (_region, _place, _entry) = (place.Region, place, entry);
        _name = entry.MachineName(_region.Settings.Stack);
        _child = new CustomResourceOptions { Parent = this };
        var profile = AmazonRouterIdentity.Profile(_name, entry, place, this);
        Resource[] files = [.. RouterSource.Files(_region, entry).Select(file => File($"{_region.Name}-router-{file.Name}", file, _child))];
        foreach (var route in entry.Table.Routes)
        {
            File(Figures(route.Serving.Name), RouterSource.Figures(_region, entry, route), new CustomResourceOptions { Parent = this }.Formerly(route.Serving, Figures));
        }

        var targets = new AmazonEntry(entry, place, new ComponentResourceOptions { Parent = this }).Targets;
        var template = Template(profile);
        _ = new Group(_name, Group(template, targets), new CustomResourceOptions { Parent = this, DependsOn = files });
        RegisterOutputs();

        string Figures(string serving) => $"{serving}-{_region.Name}-router";
    }

    private BucketObjectv2 File(string name, RouterFile file, CustomResourceOptions options) => AmazonFile.Of(name, _place.Weights.BucketName, file.Key, file.Content, options);

    private LaunchTemplate Template(Output<string> profile) => new(_name, new LaunchTemplateArgs
    {
        ImageId = _region.Settings.AmazonRouterImages[_region.Region],
        InstanceType = CpuMachine.Type(CloudProvider.Aws),
        EbsOptimized = "true",
        UpdateDefaultVersion = true,
        IamInstanceProfile = new LaunchTemplateIamInstanceProfileArgs { Arn = profile },
        MetadataOptions = new LaunchTemplateMetadataOptionsArgs
        {
            HttpEndpoint = "enabled",
            HttpTokens = "required",
            HttpPutResponseHopLimit = 1,
            InstanceMetadataTags = "disabled",
        },
        BlockDeviceMappings =
        {
            new LaunchTemplateBlockDeviceMappingArgs
            {
                DeviceName = _region.Settings.AmazonRouterRootDevice,
                Ebs = new LaunchTemplateBlockDeviceMappingEbsArgs
                {
                    VolumeType = "gp3",
                    VolumeSize = CpuMachine.DiskGib,
                    Encrypted = "true",
                    KmsKeyId = _place.Key.Arn,
                    DeleteOnTermination = "true",
                },
            },
        },
        NetworkInterfaces =
        {
            new LaunchTemplateNetworkInterfaceArgs
            {
                DeviceIndex = 0,
                AssociatePublicIpAddress = "false",
                DeleteOnTermination = "true",
                SecurityGroups = { _place.Security.Routers! },
            },
        },
        TagSpecifications = TaggedWithMachines.Select(type => new LaunchTemplateTagSpecificationArgs
        {
            ResourceType = type,
            Tags = _region.Tags.Shared.Named(_name),
        }).ToList(),
        UserData = _place.Weights.BucketName.Apply(bucket => Convert.ToBase64String(Encoding.UTF8.GetBytes(RouterSource.Boot(_region, _entry, bucket)))),
        Tags = _region.Tags.Shared.Tags,
    }, _child);

    private GroupArgs Group(LaunchTemplate template, Output<string> targets)
    {
        var args = new GroupArgs
        {
            MinSize = RouterEntry.Machines,
            DesiredCapacity = RouterEntry.Machines,
            MaxSize = RouterEntry.Machines + 1,
            VpcZoneIdentifiers = _place.Subnets.Values.Select(subnet => subnet.Id).ToList(),
            LaunchTemplate = new GroupLaunchTemplateArgs
            {
                Id = template.Id,
                Version = template.LatestVersion.Apply(version => version.ToString(CultureInfo.InvariantCulture)),
            },
            CapacityReservationSpecification = new GroupCapacityReservationSpecificationArgs { CapacityReservationPreference = "none" },
            TargetGroupArns = { targets },
            HealthCheckType = "ELB", // A router starts in a minute and holds nothing: one that does not answer is replaced.
            HealthCheckGracePeriod = StartSeconds,
            DefaultInstanceWarmup = StartSeconds,
            Tags = _region.Tags.Shared.Named(_name).OrderBy(tag => tag.Key, StringComparer.Ordinal)
                .Select(tag => new GroupTagArgs { Key = tag.Key, Value = tag.Value, PropagateAtLaunch = true }).ToList(),
        };
        if (!_region.IsFrozen)
        {
            // The successor answers before the old one goes, and never both at once.
            args.InstanceRefresh = new GroupInstanceRefreshArgs
            {
                Strategy = "Rolling",
                Preferences = new GroupInstanceRefreshPreferencesArgs { MinHealthyPercentage = 100, MaxHealthyPercentage = 150 },
            };
        }

        return args;
    }
}
