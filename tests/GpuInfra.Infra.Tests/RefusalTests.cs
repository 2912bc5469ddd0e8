using System.Collections.Immutable;
using GpuInfra.Infra.Settings;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using Pulumi;

namespace GpuInfra.Infra.Tests;

public class RefusalTests
{
    private static readonly StackSettings Empty = new() { Project = "gpuinfra", Stack = "prod", PlanFile = "prod.plan.yaml" };

    [Fact]
    public void Every_missing_setting_is_named_with_its_command()
    {
        var message = Refused(A.FleetPlan(A.Pool(), A.Pool(CloudProvider.Gcp)), Empty);

        Assert.Equal(
            """
            gpuinfra:images.aws.us-east-1 (machine image of the region) is not set; set it with: pulumi config set --stack prod --path 'gpuinfra:images.aws.us-east-1' ami-0123456789abcdef0
            gpuinfra:engineImage.aws (engine's image in the account's registry, by digest) is not set; set it with: pulumi config set --stack prod --path 'gpuinfra:engineImage.aws' REPOSITORY@sha256:DIGEST
            gpuinfra:images.gcp (machine image, not a family) is not set; set it with: pulumi config set --stack prod --path 'gpuinfra:images.gcp' projects/PROJECT/global/images/IMAGE
            gpuinfra:engineImage.gcp (engine's image in Artifact Registry, by digest) is not set; set it with: pulumi config set --stack prod --path 'gpuinfra:engineImage.gcp' REGION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE@sha256:DIGEST
            gpuinfra:weights["llama-3.1-8b/bf16"] (revision of the weights) is not set; set it with: pulumi config set --stack prod --path 'gpuinfra:weights["llama-3.1-8b/bf16"]' REVISION
            """,
            message);
    }

    [Fact]
    public void Only_the_clouds_in_use_need_settings() => Assert.DoesNotContain("gcp", Refused(A.FleetPlan(A.Pool()), Empty));

    [Theory]
    [InlineData("images.aws.us-east-1", "ami-1")]
    [InlineData("engineImage.aws", "vllm-openai:latest")]
    [InlineData("images.gcp", "projects/acme/global/images/family/gpu")]
    [InlineData("engineImage.gcp", "us-docker.pkg.dev/acme/serving/vllm:latest")]
    [InlineData("weights[\"llama-3.1-8b/bf16\"]", "../../other")]
    [InlineData("networks[\"aws/us-east-1\"]", "10.16.1.0/16")]
    public void A_value_of_the_wrong_form_is_refused(string key, string value)
    {
        var settings = key switch
        {
            "images.aws.us-east-1" => A.Settings() with { AmazonImages = One("us-east-1", value) },
            "engineImage.aws" => A.Settings() with { AmazonEngineImage = value },
            "images.gcp" => A.Settings() with { GoogleImage = value },
            "engineImage.gcp" => A.Settings() with { GoogleEngineImage = value },
            "networks[\"aws/us-east-1\"]" => A.Settings() with { Networks = One("aws/us-east-1", value) },
            _ => A.Settings() with { Weights = One("llama-3.1-8b/bf16", value) },
        };

        var message = Refused(A.FleetPlan(A.Pool(), A.Pool(CloudProvider.Gcp)), settings);

        Assert.StartsWith($"gpuinfra:{key} (", message);
        Assert.Contains($"is '{value}', which is none", message);
    }

    [Fact]
    public void Networks_that_overlap_are_refused() => Assert.Contains(
        "aws/us-east-1 (10.32.0.0/20) and gcp/us-central1 (10.32.0.0/16) overlap",
        Refused(A.FleetPlan(A.Pool(), A.Pool(CloudProvider.Gcp)), A.Settings() with { Networks = One("aws/us-east-1", "10.32.0.0/20") }));

    [Fact]
    public void Spot_is_refused_for_an_online_serving() =>
        Assert.Equal("chat-aws-us-east-1-spot-l4: an online serving may not run on spot.", Refused(A.Pool(tier: Tier.Spot)));

    [Fact]
    public void A_window_on_reserved_capacity_is_refused() =>
        Assert.Contains("it cannot have a run window", Refused(A.Pool(tier: Tier.Reserved, window: A.Window("08:00", "20:00"))));

    [Fact]
    public void A_reserved_pool_must_hold_what_its_zones_hold() =>
        Assert.Contains("do not add up", Refused(A.Pool(tier: Tier.Reserved) with { Instances = new InstanceCounts(5, 5, 5) }));

    [Fact]
    public void Only_spot_has_a_ladder() =>
        Assert.Contains("only spot pools have a ladder", Refused(A.Pool(ladder: [new("g6.12xlarge", 4), new("g6.48xlarge", 8)])));

    [Fact]
    public void A_rung_without_a_replica_is_refused() => Assert.Contains(
        "a rung of its ladder holds no replica", Refused(A.Pool(tier: Tier.Spot, serving: "batch", ladder: [new("g6.12xlarge", 4), new("g6.xlarge", 0)])));

    [Fact]
    public void Replicas_must_fit_on_their_GPUs() =>
        Assert.Contains("5 replicas of 1 GPUs do not fit on 4 GPUs", Refused(A.Pool() with { ReplicasPerInstance = 5 }));

    [Fact]
    public void A_zone_outside_the_network_is_refused() =>
        Assert.Contains("does not have", Refused(A.Pool() with { Zones = [new PoolZone("use1-az9", 4)] }));

    [Fact]
    public void A_required_tag_that_nothing_sets_is_refused()
    {
        var fleet = A.FleetPlan(A.Pool());
        var plan = fleet.Plan with { Tags = fleet.Plan.Tags with { Required = ["owner", "data-class"] } };

        Assert.Equal("tags.required: no resource would carry 'data-class'; add it to tags.extra.", Refused(fleet with { Plan = plan }, A.Settings()));
    }

    [Fact]
    public void A_cluster_without_its_settings_is_refused_with_what_sets_them()
    {
        var refused = Refused(OnKubernetes(A.FleetPlan(A.Pool(), A.Pool(CloudProvider.Gcp))), A.Settings());
        foreach (var key in new[] { "version", "aws.nodeRelease", "aws.administrators[0]", "aws.addons.coredns", "aws.images.tools", "aws.images.devicePlugin", "gcp.images.tools" })
        {
            Assert.Contains($"gpuinfra:cluster.{key} (", refused, StringComparison.Ordinal);
        }

        Assert.Contains("pulumi config set --stack prod --path 'gpuinfra:cluster.version' 1.34", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void The_API_of_a_cluster_is_opened_to_no_public_network() => Assert.Contains(
        "'0.0.0.0/0' is no private network",
        Refused(OnKubernetes(A.FleetPlan(A.Pool())), A.Settings() with { Cluster = new ClusterSettings { From = ["0.0.0.0/0"] } }));

    [Fact]
    public void A_cluster_that_is_there_already_needs_a_way_to_it()
    {
        var fleet = OnKubernetes(A.FleetPlan(A.Pool()));
        var there = fleet with { Plan = fleet.Plan with { Clouds = [.. fleet.Plan.Clouds.Select(cloud => cloud with { Clusters = cloud.Clusters.Add("us-east-1", "shared") })] } };

        Assert.Contains("pulumi config set --stack prod --secret gpuinfra:kubeconfig-aws-us-east-1", Refused(there, A.Settings()));
    }

    [Fact]
    public void Nodes_that_come_and_go_with_shared_GPUs_are_refused_on_EKS()
    {
        var pool = A.Pool(window: A.Window("08:00", "20:00"));
        Assert.Contains("sharing: none", Refused(OnKubernetes(A.FleetPlan(pool with { Engine = pool.Engine with { Cut = new GpuCut(null, 4) } })), A.Settings()));
    }

    [Fact]
    public void A_pools_name_that_is_too_long_for_a_Service_is_refused() => Assert.Contains(
        "give abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz a shorter name",
        Refused(OnKubernetes(A.FleetPlan(A.Pool(serving: "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"))), A.Settings()));

    [Theory]
    [InlineData("l4", "1g.10gb", 2, "l4 cannot be cut into 1g.10gb")]
    [InlineData("h100-80gb", "3g.40gb", 5, "5 instances of 3g.40gb do not fit on h100-80gb, which holds 2")]
    public void A_GPU_is_cut_only_as_it_can_be(string gpu, string profile, int instances, string says)
    {
        var pool = A.Pool() with { Gpu = gpu };
        Assert.Contains(says, Refused(pool with { Engine = pool.Engine with { Cut = new GpuCut(profile, instances) } }));
    }

    private static FleetPlan OnKubernetes(FleetPlan fleet) => fleet with { Plan = fleet.Plan with { Platform = Platform.Kubernetes } };

    private static string Refused(Pool pool) => Refused(A.FleetPlan(pool), A.Settings());

    private static string Refused(FleetPlan fleet, StackSettings settings) =>
        Assert.Throws<RunException>(() => FleetProgram.Deploy(fleet, settings)).Message;

    private static ImmutableDictionary<string, string> One(string key, string value) =>
        ImmutableDictionary<string, string>.Empty.Add(key, value);
}
