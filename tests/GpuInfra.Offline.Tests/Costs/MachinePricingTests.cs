using GpuInfra.Offline.Costs;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Offline.Tests.Costs;

/// <summary>Groups and their disks are priced from what is registered, not from the plan.</summary>
public class MachinePricingTests
{
    private const string Group = "aws:autoscaling/group:Group";
    private const string Schedule = "aws:autoscaling/schedule:Schedule";
    private const string Template = "aws:ec2/launchTemplate:LaunchTemplate";
    private const string GoogleGroup = "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager";
    private const string GoogleTemplate = "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate";
    private const string GoogleAutoscaler = "gcp:compute/regionAutoscaler:RegionAutoscaler";
    private const string Standing = "aws-us-east-1-ondemand";
    private const string GoogleStanding = "coder-gcp-us-central1-ondemand";
    private const string Spot = "embedder-aws-us-east-1-spot";

    private static async Task<string> SpotPool() =>
        (await Prod.Record).Fleet.Pools.Single(pool => pool.Id.StartsWith(Spot, StringComparison.Ordinal)).Id;

    [Fact]
    public async Task A_standing_group_costs_its_desired_size_always_at_the_on_demand_price()
    {
        var record = (await Prod.Record)
            .With(Template, Standing, Prod.Text("p4d.24xlarge"), "instanceType")
            .With(Group, Standing, Plant.Number(10), "desiredCapacity");
        var line = record.CostOf(Group, Standing).Line(CostKind.Machines);
        Assert.Equal(("p4d.24xlarge", 7_300m, "hour"), (line.Sku, line.Quantity, line.Unit));
        Assert.Equal(Plant.OnDemand("aws/us-east-1/p4d.24xlarge"), line.UnitPrice.Amount);
        Plant.Near(line.Quantity * line.UnitPrice.Amount, line.Monthly.Amount, 0.005m);
    }

    [Fact]
    public async Task A_size_in_replicas_is_divided_by_the_first_rungs_weight()
    {
        var record = (await Prod.Record)
            .With(Schedule, $"{await SpotPool()}-start", Plant.Number(16), "desiredCapacity")
            .With(Group, Spot, Prod.Text("8"), "mixedInstancesPolicy", "launchTemplate", "overrides", "weightedCapacity");
        Assert.StartsWith("2 × ", record.CostOf(Group, Spot).Line(CostKind.Machines).Formula, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scheduled_spot_group_costs_its_windows_hours_at_the_mean_spot_price_of_its_zones()
    {
        var record = (await Prod.Record)
            .With(Schedule, $"{await SpotPool()}-start", Plant.Number(1), "desiredCapacity")
            .With(Schedule, $"{await SpotPool()}-start", Prod.Text("0 8 * * 1,2,3,4,5"), "recurrence")
            .With(Schedule, $"{await SpotPool()}-stop", Prod.Text("30 20 * * 1,2,3,4,5"), "recurrence");
        var line = record.CostOf(Group, Spot).Line(CostKind.Machines);
        Plant.Near(12.5m * 5 * 365 / 7 / 12, line.Quantity, 0.000001m);
        Assert.Equal(Plant.Spot($"aws/us-east-1/{line.Sku}"), line.UnitPrice.Amount);
    }

    [Fact]
    public async Task A_mixed_group_is_priced_by_its_mix()
    {
        var record = (await Prod.Record).With(
            Group, Spot, Plant.Number(25), "mixedInstancesPolicy", "instancesDistribution", "onDemandPercentageAboveBaseCapacity");
        var lines = record.CostOf(Group, Spot).Lines.Where(line => line.Kind == CostKind.Machines).ToList();
        Assert.Equal(2, lines.Count);
        Assert.Equal(Plant.OnDemand($"aws/us-east-1/{lines[0].Sku}"), lines[0].UnitPrice.Amount);
        Plant.Near(3m, lines[1].Quantity / lines[0].Quantity, 0.000001m);
    }

    [Fact]
    public async Task A_schedule_that_is_not_understood_leaves_the_machines_unpriced()
    {
        var record = (await Prod.Record).With(Schedule, $"{await SpotPool()}-start", Prod.Text("@daily"), "recurrence");
        var cost = record.CostOf(Group, Spot);
        Assert.Empty(cost.Lines);
        Assert.Contains(cost.Unpriced, part => part.Reason.Contains("not understood", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_type_without_a_price_in_the_region_is_unpriced_and_borrows_none()
    {
        var record = (await Prod.Record).With(Template, Standing, Prod.Text("p99.metal"), "instanceType");
        var cost = record.CostOf(Group, Standing);
        Assert.DoesNotContain(cost.Lines, line => line.Kind == CostKind.Machines);
        Assert.Contains(new UnpricedPart("p99.metal", "no price row for us-east-1"), cost.Unpriced);
    }

    [Fact]
    public async Task Googles_regional_group_costs_its_target_size()
    {
        var record = (await Prod.Record).With(GoogleGroup, GoogleStanding, Plant.Number(4), "targetSize");
        Assert.Equal(4 * 730m, record.CostOf(GoogleGroup, GoogleStanding).Line(CostKind.Machines).Quantity);
    }

    [Fact]
    public async Task Googles_scheduled_group_costs_what_its_autoscaler_asks_for()
    {
        const string Path = "autoscalingPolicy";
        var record = (await Prod.Record)
            .With(GoogleAutoscaler, "embedder", Plant.Number(7), Path, "scalingSchedules", "minRequiredReplicas")
            .With(GoogleAutoscaler, "embedder", Plant.Number(7_200), Path, "scalingSchedules", "durationSec");
        var line = record.CostOf(GoogleGroup, "embedder").Line(CostKind.Machines);
        Plant.Near(7 * 2m * 365 / 12, line.Quantity, 0.000001m);
        Assert.Equal(Plant.Spot($"gcp/us-central1/{line.Sku}"), line.UnitPrice.Amount);
    }

    [Fact]
    public async Task A_machine_with_attached_GPUs_is_priced_with_them()
    {
        var attached = Prod.List(Prod.Map(("type", Prod.Text("nvidia-tesla-t4")), ("count", Plant.Number(1))));
        var record = (await Prod.Record)
            .With(GoogleTemplate, GoogleStanding, Prod.Text("n1-standard-8"), "machineType")
            .With(GoogleTemplate, GoogleStanding, attached, "guestAccelerators");
        var line = record.CostOf(GoogleGroup, GoogleStanding).Line(CostKind.Machines);
        Assert.Equal("n1-standard-8+1xT4", line.Sku);
        Assert.Equal(Plant.OnDemand("gcp/us-central1/n1-standard-8+1xT4"), line.UnitPrice.Amount);
    }

    [Fact]
    public async Task A_disk_is_billed_for_its_size_and_for_what_it_asks_above_its_base()
    {
        var record = (await Prod.Record)
            .With(Group, Standing, Plant.Number(3), "desiredCapacity")
            .With(Template, Standing, Plant.Number(500), "blockDeviceMappings", "ebs", "volumeSize")
            .With(Template, Standing, Plant.Number(5_000), "blockDeviceMappings", "ebs", "iops")
            .With(Template, Standing, Plant.Number(325), "blockDeviceMappings", "ebs", "throughput");
        var disks = record.CostOf(Group, Standing).Lines.Where(line => line.Kind == CostKind.Disks)
            .Select(line => (line.Sku, line.Quantity, line.UnitPrice.Amount));
        Assert.Equal(
            [
                ("gp3-storage", 3 * 500m, Unit("gp3-storage")),
                ("gp3-iops-over-3000", 3 * 2_000m, Unit("gp3-iops-over-3000")),
                ("gp3-throughput-over-125", 3 * 200m, Unit("gp3-throughput-over-125")),
            ],
            disks);

        static decimal Unit(string sku) => Plant.Unit(CloudProvider.Aws, "us-east-1", "block-storage", sku);
    }

    [Fact]
    public async Task Googles_disks_are_priced_by_their_type()
    {
        var record = (await Prod.Record)
            .With(GoogleGroup, GoogleStanding, Plant.Number(2), "targetSize")
            .With(GoogleTemplate, GoogleStanding, Plant.Number(300), "disks", "diskSizeGb")
            .With(GoogleTemplate, GoogleStanding, Prod.Text("hyperdisk-balanced"), "disks", "diskType");
        var line = record.CostOf(GoogleGroup, GoogleStanding).Line(CostKind.Disks);
        Assert.Equal(("hyperdisk-balanced-capacity", 600m), (line.Sku, line.Quantity));
    }

    [Theory]
    [InlineData("volumeType", "io2", "io2 disks")]
    [InlineData("volumeSize", null, "gp3 disks")]
    public async Task A_disk_of_another_type_or_without_a_size_is_unpriced(string input, string? value, string what)
    {
        var planted = (await Prod.Record).With(
            Template, Standing, value is null ? null : Prod.Text(value), "blockDeviceMappings", "ebs", input);
        var cost = planted.CostOf(Group, Standing);
        Assert.DoesNotContain(cost.Lines, line => line.Kind == CostKind.Disks);
        Assert.Contains(cost.Unpriced, part => part.What == what);
    }
}
