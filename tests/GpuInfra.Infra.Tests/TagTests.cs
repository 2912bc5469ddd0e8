using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Infra.Tests;

public class TagTests
{
    /// <summary>Its labels are its kind's own.</summary>
    private const string Channel = "gcp:monitoring/notificationChannel:NotificationChannel";

    [Fact]
    public async Task Tags_carry_the_organisations_names()
    {
        var fleet = A.FleetPlan(A.Pool(), A.Pool(CloudProvider.Gcp));
        var policy = fleet.Plan.Tags with
        {
            Rename = fleet.Plan.Tags.Rename.Add("cost-center", "CostCenter").Add("owner", "Owner").Add("app", "Application"),
        };
        var deployed = await Deployed.Of(fleet with { Plan = fleet.Plan with { Tags = policy } }, A.Settings());

        var tags = deployed.One("aws:ec2/launchTemplate:LaunchTemplate").Map("tags");
        Assert.Equal("cc-42", tags["CostCenter"]);
        Assert.Equal("Chat App", tags["Application"]);
        Assert.DoesNotContain("cost-center", tags.Keys);
        Assert.Equal("cc-42", deployed.One("gcp:compute/regionInstanceTemplate:RegionInstanceTemplate").Map("labels")["costcenter"]);
    }

    private static readonly string[] Scheme =
        ["app", "auto-shutdown", "cost-center", "environment", "managed-by", "owner", "serving", "team", "tier"];

    /// <summary>Types that have neither tags nor labels; any other must carry the scheme.</summary>
    private static readonly HashSet<string> Untaggable =
    [
        "aws:autoscaling/schedule:Schedule",
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:resourcegroups/resource:Resource",
        "aws:kms/alias:Alias",
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        "aws:s3/bucketPolicy:BucketPolicy",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "aws:s3/bucketVersioning:BucketVersioning",
        "aws:sns/topicSubscription:TopicSubscription",
        "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
        "gcp:compute/firewall:Firewall",
        "gcp:compute/instanceGroupManager:InstanceGroupManager",
        "gcp:compute/network:Network",
        "gcp:compute/regionAutoscaler:RegionAutoscaler",
        "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager",
        "gcp:compute/reservation:Reservation",
        "gcp:compute/router:Router",
        "gcp:compute/routerNat:RouterNat",
        "gcp:compute/subnetwork:Subnetwork",
        "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
        "gcp:kms/keyRing:KeyRing",
        "gcp:projects/iAMMember:IAMMember",
        "gcp:serviceaccount/account:Account",
        "gcp:storage/bucketIAMMember:BucketIAMMember",
    ];

    [Fact]
    public async Task Every_taggable_resource_carries_the_scheme()
    {
        var deployed = await Deployed.Of(
            A.Pool(tier: Tier.Reserved),
            A.Pool(window: A.Window("08:00", "20:00")),
            A.Pool(tier: Tier.Spot, serving: "batch"),
            A.Pool(CloudProvider.Gcp, Tier.Reserved),
            A.Pool(CloudProvider.Gcp, window: A.Window("08:00", "20:00")),
            A.Pool(CloudProvider.Gcp, Tier.Spot, "batch"));
        var taggable = deployed.Resources.Where(resource => !Untaggable.Contains(resource.Type) && !resource.Type.StartsWith("pulumi:", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(taggable);
        Assert.All(taggable, resource =>
        {
            var keys = resource.Type == "aws:autoscaling/group:Group"
                ? Enumerable.Range(0, resource.Count("tags")).Select(i => resource[$"tags.{i}.key"]!).ToList()
                : [.. resource.Map("tags").Keys, .. resource.Map("labels").Where(_ => resource.Type != Channel).Select(label => label.Key), .. resource.Map("userLabels").Keys];
            Assert.All(Scheme, key => Assert.True(keys.Contains(key), $"{resource.Type} {resource.Name} has no {key}"));
        });
    }

    [Fact]
    public async Task What_a_group_creates_is_tagged_as_the_pool_is()
    {
        var deployed = await Deployed.Of(A.Pool(autoShutdown: true));
        var group = deployed.One("aws:autoscaling/group:Group");
        var template = deployed.One("aws:ec2/launchTemplate:LaunchTemplate");

        Assert.All(Enumerable.Range(0, group.Count("tags")), i => Assert.Equal("true", group[$"tags.{i}.propagateAtLaunch"]));
        Assert.Equal(
            ["instance", "network-interface", "volume"],
            Enumerable.Range(0, template.Count("tagSpecifications")).Select(i => template[$"tagSpecifications.{i}.resourceType"]!).Order());
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(
            ["search", "search@example.com", "cc-42", "chat", "onDemand", "enabled", "prod", "pulumi/gpuinfra/prod", "Chat App"],
            new[] { "team", "owner", "cost-center", "serving", "tier", "auto-shutdown", "environment", "managed-by", "app" }
                .Select(key => template[$"tagSpecifications.{i}.tags.{key}"]!)));
    }

    [Fact]
    public async Task Labels_fit_Google_Cloud()
    {
        var template = (await Deployed.Of(A.Pool(CloudProvider.Gcp))).One("gcp:compute/regionInstanceTemplate:RegionInstanceTemplate");

        Assert.Equal("chat-app", template["labels.app"]);
        Assert.Equal("search-example-com", template["labels.owner"]);
        Assert.Equal("pulumi-gpuinfra-prod", template["labels.managed-by"]);
        Assert.All(template.Map("labels"), label => Assert.Matches("^[a-z0-9_-]{0,63}$", label.Value.ToString()!));
        Assert.Equal(template.Map("labels").OrderBy(label => label.Key), template.Map("disks.0.labels").OrderBy(label => label.Key));
    }

    [Fact]
    public async Task Providers_tag_what_the_program_forgets()
    {
        var deployed = await Deployed.Of(A.Pool(), A.Pool(CloudProvider.Gcp));

        Assert.All(Scheme, key =>
        {
            Assert.Contains($"\"{key}\"", deployed.One("pulumi:providers:aws")["defaultTags"]);
            Assert.Contains($"\"{key}\"", deployed.One("pulumi:providers:gcp")["defaultLabels"]);
        });
    }
}
