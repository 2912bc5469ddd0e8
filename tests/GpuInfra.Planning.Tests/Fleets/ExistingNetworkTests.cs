using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Tests.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

/// <summary>A fleet in networks that the organisation has already.</summary>
public class ExistingNetworkTests
{
    private const string Network =
        "networks: { us-east-1: { vpcId: vpc-0123456789abcdef0, subnetIds: { use1-az4: subnet-0123456789abcdef4, use1-az6: subnet-0123456789abcdef6 } } }";

    private static readonly string[] Zones = ["use1-az4", "use1-az6"];

    [Fact]
    public void The_plan_says_which_networks_are_there()
    {
        var plan = PlanYaml.Read(PlanYaml.With("regions: [us-east-1]", $"regions: [us-east-1, us-west-2], {Network}")
            .Replace("regions: [us-central1]", "regions: [us-central1], networks: { us-central1: { hostProject: acme-network, subnetwork: gpu } }", StringComparison.Ordinal));

        var amazon = Assert.IsType<ExistingNetwork.Amazon>(plan.NetworkIn(CloudProvider.Aws, "us-east-1"));
        Assert.Equal(("vpc-0123456789abcdef0", "subnet-0123456789abcdef6"), (amazon.VpcId, amazon.SubnetIds["use1-az6"]));
        Assert.Equal(
            "projects/acme-network/regions/us-central1/subnetworks/gpu",
            Assert.IsType<ExistingNetwork.Google>(plan.NetworkIn(CloudProvider.Gcp, "us-central1")).Link);
        Assert.Null(plan.NetworkIn(CloudProvider.Aws, "us-west-2"));
    }

    [Fact]
    public void Machines_are_planned_in_the_networks_zones_only_and_still_survive_the_loss_of_one()
    {
        var plan = A.Plan() with { Survive = new Survival(Share.All, default) };
        plan = plan with { Servings = [A.Serving() with { Survive = plan.Survive }], Workloads = [A.Workload(scale: 40)] };
        var free = Planner.Plan(plan, "prod", Catalog.Embedded);
        var bound = Planner.Plan(plan with { Clouds = [A.Aws() with { Networks = [Vpc(Zones)] }] }, "prod", Catalog.Embedded);

        Assert.Contains(free.Pools, pool => pool.Zones.Length > 2);
        Assert.All(bound.Pools, pool => Assert.Equal(Zones, pool.Zones.Select(zone => zone.Zone)));
        var losses = bound.Servings.Single().Survival;
        Assert.Equal(Zones.Select(zone => $"zone {zone}").Append("cloud aws").Order(), losses.Select(loss => loss.Lost).Order());
        Assert.All(losses, loss => Assert.True(loss.Remaining.Fraction >= loss.Required.Fraction));
        Assert.True(bound.Cost.Monthly.Amount > free.Cost.Monthly.Amount, "two zones need more spare machines than six");
    }

    [Fact]
    public void What_no_zone_of_the_network_has_is_rejected_with_the_network_as_the_reason()
    {
        var fleet = Planner.Plan(A.Plan() with { Clouds = [A.Aws() with { Networks = [Vpc("use1-az3")] }] }, "prod", Catalog.Embedded);

        Assert.Contains(
            fleet.Servings.Single().Rejections,
            rejection => rejection is { Constraint: "zone", Detail: "no zone that has it is in the network vpc-0123456789abcdef0" });
        Assert.Contains(fleet.Warnings, warning => warning.EndsWith("is listed in no other zone of the network vpc-0123456789abcdef0", StringComparison.Ordinal));
    }

    [Fact]
    public void A_fleet_says_what_it_expects_of_a_network_that_it_does_not_manage()
    {
        Assert.Contains(
            "the network vpc-0123456789abcdef0 in us-east-1 is not GpuInfra's: its routes must lead to S3, ECR, Systems Manager and CloudWatch Logs; its cost is not counted",
            Planner.Plan(PlanYaml.Read(PlanYaml.With("regions: [us-east-1]", $"regions: [us-east-1], {Network}")), "prod", Catalog.Embedded).Warnings);
        Assert.DoesNotContain(
            Planner.Plan(PlanYaml.Read(PlanYaml.Small), "prod", Catalog.Embedded).Warnings,
            warning => warning.Contains("network", StringComparison.Ordinal));
    }

    [Fact]
    public void A_network_counts_in_the_plans_hash() => Assert.NotEqual(
        PlanYaml.Meaning(PlanYaml.Read(PlanYaml.Small)),
        PlanYaml.Meaning(PlanYaml.Read(PlanYaml.With("regions: [us-east-1]", $"regions: [us-east-1], {Network}"))));

    private static ExistingNetwork.Amazon Vpc(params string[] zones) => new(
        "us-east-1",
        "vpc-0123456789abcdef0",
        zones.ToImmutableSortedDictionary(zone => zone, zone => $"subnet-0123456789abcde{zone[^2..]}", StringComparer.Ordinal));
}
