using GpuInfra.Offline.Costs;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests;

/// <summary>Production in networks that the organisation has already, as recorded.</summary>
public class ExistingNetworkTests
{
    private static readonly string[] Zones = ["use1-az1", "use1-az2", "use1-az3", "use1-az4", "use1-az5", "use1-az6"];

    [Fact]
    public async Task Nothing_of_a_network_is_registered_and_machines_start_in_the_given_subnets()
    {
        var preview = await RunAsync(Zones);
        var managed = preview.Managed.ToList();
        string[] made =
        [
            "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet", "aws:ec2/routeTable:RouteTable", "aws:ec2/routeTableAssociation:RouteTableAssociation",
            "aws:ec2/vpcEndpoint:VpcEndpoint", "gcp:compute/network:Network", "gcp:compute/subnetwork:Subnetwork", "gcp:compute/router:Router",
            "gcp:compute/routerNat:RouterNat", "gcp:compute/firewall:Firewall",
        ];

        Assert.Equal(
            made.Order(StringComparer.Ordinal),
            (await Prod.Record).Managed.Select(resource => resource.Type).Intersect(made).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(managed, resource => made.Contains(resource.Type));
        var groups = managed.Where(resource => resource.Type == "aws:autoscaling/group:Group").ToList();
        Assert.NotEmpty(groups);
        Assert.All(groups, group => Assert.All(
            Assert.IsType<PropertyValue.List>(group.Inputs.Members["vpcZoneIdentifiers"]).Items,
            subnet => Assert.Matches("^subnet-0123456789abcdef[1-6]$", Assert.IsType<PropertyValue.Text>(subnet).Value)));
        var templates = managed.Where(resource => resource.Type == "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate").ToList();
        Assert.NotEmpty(templates);
        Assert.All(templates, template => Assert.Contains(
            "projects/acme-network/regions/us-central1/subnetworks/gpu", RecordJson.ToText(template.Inputs), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_policy_holds_and_the_schemas_are_kept()
    {
        var preview = await RunAsync(Zones);

        Assert.True(preview.Passed, string.Join('\n', preview.Checks.Where(check => check.Status == CheckStatus.Fail)));
        Assert.Contains(preview.Checks, check => check is { Id: "schema", Status: CheckStatus.Pass, Examined: > 0 });
    }

    [Fact]
    public async Task Machines_cost_the_same_and_the_network_nothing()
    {
        var (own, existing) = ((await Prod.Record).Costs, (await RunAsync(Zones)).Costs);

        Assert.Equal(own.Machines, existing.Machines);
        CostKind[] network = [CostKind.Endpoints, CostKind.Nat];
        Assert.Equal(network, own.ByKind.Where(kind => kind.Monthly.Amount > 0).Select(kind => kind.Kind).Intersect(network).Order());
        Assert.DoesNotContain(existing.ByKind, kind => network.Contains(kind.Kind));
    }

    [Fact]
    public async Task Zones_without_a_subnet_stay_empty_and_the_plan_still_survives()
    {
        var preview = await RunAsync("use1-az4", "use1-az6");

        Assert.True(preview.Passed);
        var aws = preview.Fleet.Pools.Where(pool => pool.Region == "us-east-1").SelectMany(pool => pool.Zones).Select(zone => zone.Zone);
        Assert.Equal(["use1-az4", "use1-az6"], aws.Distinct().Order());
        Assert.Equal(preview.Fleet.Cost.Monthly, preview.Costs.Machines);
    }

    [Fact]
    public async Task A_stack_configured_for_another_Google_Cloud_project_is_refused()
    {
        using var sandbox = new Sandbox();
        File.AppendAllText(sandbox.Stacks("Pulumi.prod.yaml"), "  gcp:project: acme-dev\n");

        var refused = await Assert.ThrowsAsync<Planning.Plans.PlanException>(() =>
            FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(sandbox.Root)!, "prod")));

        Assert.Contains("clouds.gcp.project: the plan is for acme-gpu-prod, and the caller works in acme-dev", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<PreviewRecord> RunAsync(params string[] zones)
    {
        using var sandbox = new Sandbox();
        sandbox.Watch("monitoring: { mode: existing, from: [10.200.0.0/24] }\n"); // The stack makes no monitors in networks that are not its own.
        var subnets = string.Join(", ", zones.Select(zone => $"{zone}: subnet-0123456789abcdef{zone[^1]}"));
        sandbox.Change(
            "prod.plan.yaml",
            "regions: [us-east-1]",
            $"regions: [us-east-1], networks: {{ us-east-1: {{ vpcId: vpc-0123456789abcdef0, subnetIds: {{ {subnets} }} }} }}");
        sandbox.Change(
            "prod.plan.yaml",
            "regions: [us-central1]",
            "regions: [us-central1], networks: { us-central1: { hostProject: acme-network, subnetwork: gpu } }");
        return await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(sandbox.Root)!, "prod"));
    }
}
