using System.Text;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Catalogs;
using Pulumi;
using Pulumi.Aws.Ebs;
using Pulumi.Aws.Ec2;
using Pulumi.Aws.Ec2.Inputs;
using Pulumi.Aws.SecretsManager;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// The monitors that stand in a region. Each is one machine at an address of its own, so that others find it, over a disk that outlives it; AWS starts it anew when
/// its hardware fails. Changed plans change files that it takes while it runs.
/// </summary>
internal sealed class AmazonMonitors : ComponentResource
{
    private readonly AmazonPlace _place;
    private readonly RegionFleet _region;
    private readonly CustomResourceOptions _child;

    public AmazonMonitors(AmazonPlace place, ComponentResourceOptions options)
        : base("gpuinfra:amazon:Monitors", place.Region.Name, options)
    {
        (_place, _region) = (place, place.Region);
        _child = new CustomResourceOptions { Parent = this };
        var name = $"gpuinfra-{_region.Region}";
        Resource[] files = [.. _region.MonitorFiles.Concat(MonitorSource.Programs(_region)).Select(file => File($"{name}-{file.Root}-{file.Label}", file.Key, file.Content, _child))];

        foreach (var figures in _region.MonitorFigures)
        {
            _ = figures.Serving is { } serving
                ? File(Figures(serving.Name), figures.Key, figures.Content, new CustomResourceOptions { Parent = this }.Formerly(serving, Figures))
                : File($"{name}-{MonitorSource.Root}-plan", figures.Key, figures.Content, _child);
        }

        // It changes last, once all that it names is there.
        var list = File($"{name}-{MonitorSource.Root}-wanted", MonitorSource.Wanted, MonitorSource.ListOf(_region), new CustomResourceOptions { Parent = this, DependsOn = files });
        var network = new AmazonMonitorNetwork(_place, new ComponentResourceOptions { Parent = this });
        Resource before = list;
        foreach (var monitor in _region.Monitors)
        {
            before = Machine($"{name}-{monitor.Suffix}", monitor, network.Subnets[monitor.Suffix], before);
        }

        RegisterOutputs();

        string Figures(string serving) => $"{serving}-{_region.Name}-monitor";
    }

    private Resource File(string name, string key, string content, CustomResourceOptions options) => AmazonFile.Of(name, _place.Weights.BucketName, key, content, options);

    /// <param name="name">Its name.</param>
    /// <param name="monitor">The monitor.</param>
    /// <param name="subnet">Its subnet.</param>
    /// <param name="before">What is made before it: of two monitors one is renewed after the other, so that one always watches.</param>
    private Instance Machine(string name, MonitorMachine monitor, AmazonSubnet subnet, Resource before)
    {
        var kept = new CustomResourceOptions { Parent = this, Protect = _region.Protect };
        var volume = new Volume(name, new VolumeArgs
        {
            AvailabilityZone = subnet.ZoneName,
            Size = MonitorSource.DataGib,
            Type = "gp3",
            Encrypted = true,
            KmsKeyId = _place.Key.Arn,
            FinalSnapshot = _region.Protect,
            Tags = _region.Tags.Shared.Named(name),
        }, kept);
        var secret = new Secret(name, new SecretArgs
        {
            Description = $"Password of Grafana's administrator on {name}, made by its first boot",
            KmsKeyId = _place.Key.Arn,
            Tags = _region.Tags.Shared.Tags,
        }, _child);
        var profile = AmazonMonitorIdentity.Profile(name, _place, volume.Arn, secret.Arn, this);
        return new Instance(name, new InstanceArgs
        {
            Ami = _region.Settings.AmazonMonitorImages[_region.Region],
            InstanceType = CpuMachine.Type(CloudProvider.Aws),
            EbsOptimized = true,
            SubnetId = subnet.Id,
            PrivateIp = monitor.Site.Address,
            AssociatePublicIpAddress = false,
            VpcSecurityGroupIds = { _place.Security.Monitors! },
            IamInstanceProfile = profile.Name,
            MetadataOptions = new InstanceMetadataOptionsArgs
            {
                HttpEndpoint = "enabled",
                HttpTokens = "required",
                HttpPutResponseHopLimit = 1,
                InstanceMetadataTags = "disabled",
            },
            MaintenanceOptions = new InstanceMaintenanceOptionsArgs { AutoRecovery = "default" },
            RootBlockDevice = new InstanceRootBlockDeviceArgs
            {
                VolumeType = "gp3",
                VolumeSize = CpuMachine.DiskGib,
                Encrypted = true,
                KmsKeyId = _place.Key.Arn,
                DeleteOnTermination = true,
                Tags = _region.Tags.Shared.Named(name),
            },
            UserDataBase64 = Output.Tuple(_place.Weights.BucketName, volume.Id, secret.Arn)
                .Apply(parts => Convert.ToBase64String(Encoding.UTF8.GetBytes(MonitorSource.Boot(_region, monitor, parts.Item1, parts.Item2, parts.Item3)))),
            UserDataReplaceOnChange = true,
            Tags = _region.Tags.Shared.Named(name),
        }, new CustomResourceOptions { Parent = this, DeleteBeforeReplace = true, DependsOn = { before } }); // Two machines cannot have one address, nor one disk.
    }
}
