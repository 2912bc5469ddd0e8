using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests.Policies;

/// <summary>Policies of the run and of the plan catch records that are spoilt in the way they look for.</summary>
public class RunRulesTests
{
    private const string Template = "aws:ec2/launchTemplate:LaunchTemplate";

    [Fact]
    public async Task A_schema_problem_fails()
    {
        var record = await Prod.Record;
        var problem = new RunProblem("urn:x", "ami", "unknown input");
        var failure = Fails(RunRules.Schema, record with { Preview = record.Preview with { Problems = [problem] } });
        Assert.Equal(("urn:x", "ami: unknown input"), (failure.Subject, failure.Detail));
    }

    [Fact]
    public async Task An_unknown_that_stays_unknown_fails_but_an_unreadable_secret_does_not()
    {
        var record = await Prod.Record;
        var unknown = record.With(Template, "", PropertyValue.UnknownValue, "imageId");
        Assert.Equal("imageId is unknown", Fails(RunRules.Resolved, unknown).Detail);
        var secret = new PropertyValue.Secret(PropertyValue.UnknownValue);
        Assert.Empty(RunRules.Resolved.Find(record.With(Template, "", secret, "imageId")));
    }

    [Fact]
    public async Task Another_plan_than_the_one_shown_fails()
    {
        var record = await Prod.Record;
        Fails(RunRules.PlanDeployed, record with { Fleet = record.Fleet with { PlanHash = "0" } });
    }

    [Fact]
    public async Task A_pool_without_a_group_and_a_group_without_a_pool_fail()
    {
        var record = await Prod.Record;
        var pool = record.Fleet.Pools[0];
        var renamed = pool with { Id = "nobody-aws-us-east-1-reserved-l4" };
        var fleet = record.Fleet with { Pools = record.Fleet.Pools.Replace(pool, renamed) };
        var failures = RunRules.PoolsDeployed.Find(record with { Fleet = fleet }).ToList();
        Assert.Contains(failures, failure => failure.Subject == renamed.Id);
        Assert.Contains(failures, failure => failure.Subject.EndsWith(pool.Id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_tag_that_the_plan_requires_and_a_resource_lacks_fails()
    {
        var record = await Prod.Record;
        var plan = record.Fleet.Plan with { Tags = record.Fleet.Plan.Tags with { Required = ["data-class"] } };
        var failures = TagRules.Tags.Find(record with { Fleet = record.Fleet with { Plan = plan } }).ToList();
        Assert.NotEmpty(failures);
        Assert.All(failures, failure => Assert.Equal("lacks the tags data-class", failure.Detail));
    }

    [Fact]
    public async Task Spot_for_an_online_serving_fails_in_the_plan()
    {
        var record = await Prod.Record;
        var online = record.Fleet.Pools.First(pool => pool.Serving == "assistant");
        var planned = record.Fleet with { Pools = record.Fleet.Pools.Replace(online, online with { Tier = Tier.Spot }) };
        Assert.Contains(
            PurchaseRules.SpotNeverOnline.Find(record with { Fleet = planned }), finding => finding.Subject == online.Id);
    }

    [Fact]
    public async Task A_promised_survival_that_does_not_hold_fails()
    {
        var record = await Prod.Record;
        var serving = record.Fleet.Servings[0];
        var loss = new SurvivalCheck("zone use1-az1", Share.FromPercent(80), Share.All);
        var spoilt = serving with { Survival = [loss] };
        var fleet = record.Fleet with { Servings = record.Fleet.Servings.Replace(serving, spoilt) };
        var failure = Fails(SurvivalRules.Survival, record with { Fleet = fleet });
        Assert.Contains("80 % of P95 demand", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_loss_after_which_too_little_is_served_in_time_fails()
    {
        var record = await Prod.Record;
        var loss = record.Proof.Losses.First(loss => loss is { Serving: "assistant", Holds: true } && loss.Required != default);
        var spoilt = record.Proof with { Losses = record.Proof.Losses.Replace(loss, loss with { Attainment = loss.Needed - 0.01 }) };
        var before = SurvivalRules.SurvivalReplay.Find(record).ToHashSet();
        var failure = Assert.Single(SurvivalRules.SurvivalReplay.Find(record with { Proof = spoilt }), finding => !before.Contains(finding));
        Assert.Equal("assistant", failure.Subject);
        Assert.Contains(loss.Loss.Name, failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proof_of_another_fleet_fails()
    {
        var record = await Prod.Record;
        var other = record with { Proof = record.Proof with { PlanHash = "0" } };
        Assert.Equal(record.Fleet.Servings.Length, SurvivalRules.SurvivalReplay.Find(other).Count());
    }

    [Fact]
    public async Task A_failing_policy_fails_the_preview()
    {
        var record = await Prod.Record;
        var results = PolicyRun.Run(record.With(Template, "", null, "tags"));
        Assert.False((record with { Checks = results }).Passed);
        Assert.Equal(1, results.Count(result => result.Status == CheckStatus.Fail));
    }

    private static Finding Fails(Policy<Evidence> policy, PreviewRecord record) => Assert.Single(policy.Find(record));
}
