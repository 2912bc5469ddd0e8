using System.Text;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using Pulumi;
using Pulumi.Aws.Ec2;
using Pulumi.Aws.Ec2.Inputs;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// How a pool's machines start. It has no fixed name, so that a change makes a new version instead of a new template, no key pair
/// (session manager is the way in), and neither market options nor reservations: those are the group's to say, but for a Capacity Block,
/// whose machines need both here.
/// </summary>
internal static class AmazonTemplate
{
    /// <summary>What is tagged only when the template says so: a provider's default tags do not reach what a group creates.</summary>
    private static readonly string[] TaggedWithMachines = ["instance", "volume", "network-interface"];

    public static LaunchTemplate Create(PoolPlan pool, AmazonPlace place, TagSet tags, PlacementGroup? together, Resource parent)
    {
        var args = Args(pool, place, tags);
        AmazonFabric.Place(args, together);
        return new(pool.Pool.Id, args, new CustomResourceOptions { Parent = parent }.Formerly(pool.Pool));
    }

    /// <summary>Of machines that start on a Capacity Block: EC2 wants its market and its id, and refuses one without the other.</summary>
    public static LaunchTemplate OnBlock(PoolPlan pool, AmazonPlace place, TagSet tags, HeldUse block, string name, Resource parent)
    {
        var args = Args(pool, place, tags);
        args.InstanceMarketOptions = new LaunchTemplateInstanceMarketOptionsArgs { MarketType = "capacity-block" };
        args.CapacityReservationSpecification = new LaunchTemplateCapacityReservationSpecificationArgs
        {
            CapacityReservationTarget = new LaunchTemplateCapacityReservationSpecificationCapacityReservationTargetArgs
            {
                CapacityReservationId = block.Reservation,
            },
        };
        return new(name, args, new CustomResourceOptions { Parent = parent });
    }

    private static Output<string> QueueOf(PoolPlan pool, AmazonPlace place) =>
        pool.Queue is null ? Output.Create("") : place.Queues!.ByServing[pool.Pool.Serving].Url;

    private static LaunchTemplateArgs Args(PoolPlan pool, AmazonPlace place, TagSet tags) => new()
    {
        ImageId = place.Region.Settings.AmazonImages[place.Region.Region],
        InstanceType = pool.Pool.InstanceType,
        EbsOptimized = "true",
        UpdateDefaultVersion = true,
        IamInstanceProfile = new LaunchTemplateIamInstanceProfileArgs { Arn = place.Identity.ProfileArn },
        MetadataOptions = new LaunchTemplateMetadataOptionsArgs
        {
            HttpEndpoint = "enabled",
            HttpTokens = "required",
            HttpPutResponseHopLimit = 1, // Engines run in containers, one hop away, and have no business with the role.
            InstanceMetadataTags = "disabled",
        },
        BlockDeviceMappings =
        {
            new LaunchTemplateBlockDeviceMappingArgs { DeviceName = place.Region.Settings.AmazonRootDevice, Ebs = RootVolume(pool, place) },
        },
        NetworkInterfaces = AmazonFabric.Interfaces(pool.Pool, place.Security),
        TagSpecifications = TaggedWithMachines.Select(type => new LaunchTemplateTagSpecificationArgs
        {
            ResourceType = type,
            Tags = tags.Named(pool.Pool.Id),
        }).ToList(),
        UserData = Output.Tuple(place.Weights.BucketName, place.Identity.LogGroup, QueueOf(pool, place), place.Files?.Of(pool.Files) ?? Output.Create(""), place.Metrics?.WriteUrl ?? Output.Create("")).Apply(names => Convert.ToBase64String(
            Encoding.UTF8.GetBytes(Bootstrap.Render(place.Region, pool, names.Item1, pool.FineTuning is null ? place.Identity.EngineImage : place.Identity.TrainingImage!, names.Item2, names.Item3, names.Item4, names.Item5)))),
        Tags = tags.Tags,
    };

    private static LaunchTemplateBlockDeviceMappingEbsArgs RootVolume(PoolPlan pool, AmazonPlace place)
    {
        var volume = new LaunchTemplateBlockDeviceMappingEbsArgs
        {
            VolumeType = "gp3",
            VolumeSize = MachineNeeds.RootDiskGib(pool),
            Encrypted = "true",
            KmsKeyId = place.Key.Arn,
            DeleteOnTermination = "true",
        };
        if (pool.Standby is not null)
        {
            volume.Throughput = RootDisk.AmazonStandbyMibPerSecond; // A machine that was stopped reads its weights from here.
        }

        return volume;
    }
}
