using GpuInfra.Offline.Checks;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests;

/// <summary>Every check passes on the real stacks, and fails on a copy of one that is spoilt in the way it looks for.</summary>
public class PreviewChecksTests
{
    private const string Template = "aws:ec2/launchTemplate:LaunchTemplate";
    private const string Group = "aws:autoscaling/group:Group";
    private const string GoogleTemplate = "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate";

    [Theory]
    [InlineData("dev")]
    [InlineData("staging")]
    [InlineData("prod")]
    public async Task Every_stack_passes_every_check(string stack)
    {
        var record = await Prod.RunAsync(stack);
        Assert.Equal(PreviewChecks.All.Select(check => check.Id), record.Checks.Select(check => check.Id));
        Assert.All(record.Checks, check => Assert.Equal((CheckStatus.Pass, stack), (check.Status, check.Subject)));
        Assert.True(record.Passed);
    }

    [Fact]
    public async Task A_schema_problem_fails()
    {
        var record = await Prod.Record;
        var problem = new RunProblem("urn:x", "ami", "unknown input");
        var failure = Fails(RunChecks.Schema, record with { Preview = record.Preview with { Problems = [problem] } });
        Assert.Equal(("urn:x", "ami: unknown input"), (failure.Subject, failure.Detail));
    }

    [Fact]
    public async Task An_unknown_that_stays_unknown_fails_but_an_unreadable_secret_does_not()
    {
        var record = await Prod.Record;
        var unknown = record.With(Template, "", PropertyValue.UnknownValue, "imageId");
        Assert.Equal("imageId is unknown", Fails(RunChecks.Resolved, unknown).Detail);
        var secret = new PropertyValue.Secret(PropertyValue.UnknownValue);
        Assert.Empty(RunChecks.Resolved.Find(record.With(Template, "", secret, "imageId")));
    }

    [Fact]
    public async Task Another_plan_than_the_one_shown_fails()
    {
        var record = await Prod.Record;
        Fails(RunChecks.PlanDeployed, record with { Fleet = record.Fleet with { PlanHash = "0" } });
    }

    [Fact]
    public async Task A_pool_without_a_group_and_a_group_without_a_pool_fail()
    {
        var record = await Prod.Record;
        var pool = record.Fleet.Pools[0];
        var renamed = pool with { Id = "nobody-aws-us-east-1-reserved-l4" };
        var fleet = record.Fleet with { Pools = record.Fleet.Pools.Replace(pool, renamed) };
        var failures = RunChecks.PoolsDeployed.Find(record with { Fleet = fleet }).ToList();
        Assert.Contains(failures, failure => failure.Subject == renamed.Id);
        Assert.Contains(failures, failure => failure.Subject.EndsWith(pool.Id, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Template, "tags")]
    [InlineData(Group, "tags")]
    [InlineData("aws:ec2/vpc:Vpc", "tags")]
    [InlineData(GoogleTemplate, "labels")]
    [InlineData("gcp:storage/bucket:Bucket", "labels")]
    public async Task A_resource_without_the_tag_scheme_fails(string type, string input)
    {
        var failure = Fails(TagCheck.Tags, (await Prod.Record).With(type, "", null, input));
        Assert.Contains(
            "environment, team, serving, tier, cost-center, auto-shutdown, managed-by", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tag_that_the_plan_requires_and_a_resource_lacks_fails()
    {
        var record = await Prod.Record;
        var plan = record.Fleet.Plan with { Tags = record.Fleet.Plan.Tags with { Required = ["data-class"] } };
        var failures = TagCheck.Tags.Find(record with { Fleet = record.Fleet with { Plan = plan } }).ToList();
        Assert.NotEmpty(failures);
        Assert.All(failures, failure => Assert.Equal("lacks the tags data-class", failure.Detail));
    }

    [Fact]
    public async Task A_machine_with_a_public_address_fails()
    {
        var record = await Prod.Record;
        var check = AddressCheck.NoPublicAddress;
        Fails(check, record.With(Template, "", Prod.Text("true"), "networkInterfaces", "associatePublicIpAddress"));
        Fails(check, record.With(Template, "", null, "networkInterfaces"));
        Fails(check, record.With("aws:ec2/subnet:Subnet", "", new PropertyValue.Bool(true), "mapPublicIpOnLaunch"));
        Fails(check, record.With(GoogleTemplate, "", Prod.List(Prod.Map()), "networkInterfaces", "accessConfigs"));
    }

    [Fact]
    public async Task Spot_for_an_online_serving_fails_in_the_plan_and_in_the_resources()
    {
        var record = await Prod.Record;
        var online = record.Fleet.Pools.First(pool => pool.Serving == "assistant");
        var planned = record.Fleet with { Pools = record.Fleet.Pools.Replace(online, online with { Tier = Tier.Spot }) };
        var check = PurchaseChecks.SpotNeverOnline;
        Fails(check, record with { Fleet = planned });
        var mix = Prod.Map(("onDemandPercentageAboveBaseCapacity", new PropertyValue.Number(0)));
        Fails(check, record.With(Template, "assistant", Prod.Text("spot"), "instanceMarketOptions", "marketType"));
        Fails(check, record.With(Group, "assistant", mix, "mixedInstancesPolicy", "instancesDistribution"));
        Fails(check, record.With(GoogleTemplate, "assistant", Prod.Text("SPOT"), "scheduling", "provisioningModel"));
    }

    [Fact]
    public async Task A_reservation_that_others_may_take_fails()
    {
        var record = await Prod.Record;
        var check = PurchaseChecks.ReservationTargeted;
        Fails(check, record.With(
            "aws:ec2/capacityReservation:CapacityReservation", "", Prod.Text("open"), "instanceMatchCriteria"));
        Fails(check, record.With("gcp:compute/reservation:Reservation", "", null, "specificReservationRequired"));
        Fails(check, record.With(Group, "reserved", null, "capacityReservationSpecification"));
        Fails(check, record.With(GoogleTemplate, "reserved", Prod.Text("NO_RESERVATION"), "reservationAffinity", "type"));
        Fails(check, record.With(GoogleTemplate, "ondemand", Prod.Text("ANY_RESERVATION"), "reservationAffinity", "type"));
        Fails(check, record.With(
            Group, "ondemand", Prod.Map(), "capacityReservationSpecification", "capacityReservationTarget"));
    }

    [Fact]
    public async Task A_promised_survival_that_does_not_hold_fails()
    {
        var record = await Prod.Record;
        var serving = record.Fleet.Servings[0];
        var loss = new Planning.Fleets.SurvivalCheck("zone use1-az1", Share.FromPercent(80), Share.All);
        var spoilt = serving with { Survival = [loss] };
        var fleet = record.Fleet with { Servings = record.Fleet.Servings.Replace(serving, spoilt) };
        var failure = Fails(Checks.SurvivalCheck.Survival, record with { Fleet = fleet });
        Assert.Contains("80 % of P95 demand", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failing_check_fails_the_preview()
    {
        var record = await Prod.Record;
        var results = PreviewChecks.Run(record.With(Template, "", null, "tags"));
        Assert.False((record with { Checks = results }).Passed);
        Assert.Equal(1, results.Count(result => result.Status == CheckStatus.Fail));
    }

    private static Finding Fails(PreviewCheck check, PreviewRecord record) => Assert.Single(check.Find(record));
}
