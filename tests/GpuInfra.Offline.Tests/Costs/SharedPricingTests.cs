using GpuInfra.Offline.Costs;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Offline.Tests.Costs;

/// <summary>What pools share, and their reservations, priced from what is registered.</summary>
public class SharedPricingTests
{
    private const string Endpoint = "aws:ec2/vpcEndpoint:VpcEndpoint";
    private const string Nat = "gcp:compute/routerNat:RouterNat";
    private const string GoogleBucket = "gcp:storage/bucket:Bucket";
    private const string Reservation = "aws:ec2/capacityReservation:CapacityReservation";
    private const string GoogleReservation = "gcp:compute/reservation:Reservation";

    [Fact]
    public async Task An_interface_endpoint_costs_its_zones()
    {
        var three = Prod.List(Prod.Text("subnet-1"), Prod.Text("subnet-2"), Prod.Text("subnet-3"));
        var line = (await Prod.Record).With(Endpoint, "-logs", three, "subnetIds").CostOf(Endpoint, "-logs").Line(CostKind.Endpoints);
        Assert.Equal((3 * 730m, "endpoint-AZ-hour"), (line.Quantity, line.Unit));
    }

    [Fact]
    public async Task A_gateway_endpoint_is_free() =>
        Assert.NotNull((await Prod.Record).CostOf(Endpoint, "-s3").FreeBecause);

    [Fact]
    public async Task A_NAT_gateway_costs_the_hours_of_the_machines_behind_it_up_to_32()
    {
        const string Group = "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager";
        var record = await Prod.Record;
        Assert.InRange(Machines(record), 1, 32 * 730m - 1);
        Assert.Equal(32 * 730m, Machines(record.With(Group, "coder", Plant.Number(40), "targetSize")));

        static decimal Machines(PreviewRecord record) =>
            record.CostOf(Nat, "").Lines.Single(line => line.Unit == "VM-hour").Quantity;
    }

    [Fact]
    public async Task A_NAT_gateway_gets_an_address_more_for_every_1008_machines()
    {
        const string Group = "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager";
        var record = (await Prod.Record).With(Group, "coder", Plant.Number(1_100), "targetSize");
        Assert.Equal(2 * 730m, record.CostOf(Nat, "").Lines.Single(line => line.Sku == "cloud-nat-ip-hour").Quantity);
    }

    [Fact]
    public async Task A_bucket_costs_its_class_in_its_own_place()
    {
        var record = await Prod.Record;
        var near = record.With(GoogleBucket, "weights", Prod.Text("NEARLINE"), "storageClass").CostOf(GoogleBucket, "weights").Line(CostKind.Storage);
        Assert.Equal("gcs-nearline", near.Sku);
        Assert.Equal(Plant.Unit(CloudProvider.Gcp, "us-central1", "object-storage", "gcs-nearline"), near.UnitPrice.Amount);

        var elsewhere = record.With(GoogleBucket, "weights", Prod.Text("EU"), "location").CostOf(GoogleBucket, "weights");
        Assert.Empty(elsewhere.Lines);
        Assert.Contains(elsewhere.Unpriced, part => part.Reason.Contains("in eu", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reservation_that_its_machines_fill_costs_nothing_more()
    {
        var costs = (await Prod.Record).Costs;
        Assert.All(
            costs.Resources.Where(resource => resource.Type is Reservation or GoogleReservation),
            resource => Assert.NotNull(resource.FreeBecause));
    }

    [Fact]
    public async Task A_reservation_costs_its_hours_that_no_machine_uses()
    {
        var record = await Prod.Record;
        const string Pool = "assistant-aws-us-east-1-reserved";
        var machines = record.Fleet.Pools.Single(pool => pool.Id.StartsWith(Pool, StringComparison.Ordinal));
        var planted = record.With(Reservation, Pool, Plant.Number(machines.Zones.Max(zone => zone.Instances) + 2), "instanceCount");

        // Two machines more are held than run, in a group that its members fill evenly.
        var idle = CostEstimate.Of(planted.Fleet, planted.Resolved, Catalog.Embedded).Resources
            .SelectMany(resource => resource.Lines).Where(line => line.Kind == CostKind.IdleReservations).ToList();
        Plant.Near(2 * 730m, idle.Sum(line => line.Quantity), 0.0001m);
        Assert.All(idle, line => Assert.Equal(Plant.OnDemand($"aws/us-east-1/{machines.InstanceType}"), line.UnitPrice.Amount));
    }

    [Fact]
    public async Task Googles_reservation_costs_its_hours_that_no_machine_uses()
    {
        var record = (await Prod.Record).With(GoogleReservation, "coder", Plant.Number(3), "specificReservation", "count");
        Assert.Equal(2 * 730m, record.CostOf(GoogleReservation, "coder").Line(CostKind.IdleReservations).Quantity);
    }

    [Fact]
    public async Task A_region_without_prices_has_no_priced_resource_but_what_costs_the_same_everywhere()
    {
        var record = (await Prod.Record).With("pulumi:providers:gcp", "", Prod.Text("mars-north1"), "region");
        var costs = CostEstimate.Of(record.Fleet, record.Resolved, Catalog.Embedded);
        Assert.DoesNotContain(
            costs.Resources.Where(resource => resource.Type.StartsWith("gcp:", StringComparison.Ordinal)),
            resource => resource.Lines.Any(line => line.Kind is not CostKind.Keys && line.Sku is not ("cloud-dns-zone-first-25" or "secret-active-version-per-location")));
        Assert.Contains(costs.Unpriced, part => part is { What: "cloud-nat-ip-hour", Reason: "no price row for mars-north1" });
    }

    [Fact]
    public async Task Machines_that_cost_something_else_than_planned_fail_the_preview()
    {
        var record = (await Prod.Record).With("aws:autoscaling/group:Group", "aws-us-east-1-ondemand", Plant.Number(50), "desiredCapacity");
        record = record with { Costs = CostEstimate.Of(record.Fleet, record.Resolved, Catalog.Embedded) };
        Assert.Contains("the plan says", Assert.Single(Offline.Policies.CostRules.AsPlanned.Find(record)).Detail, StringComparison.Ordinal);
    }
}
