using GpuInfra.Offline.Diff;
using GpuInfra.Offline.Reviews;

namespace GpuInfra.Offline.Tests.Reviews;

public class FailOnTests
{
    [Theory]
    [InlineData("cost=10%", 100, 110, null)]
    [InlineData("cost=10%", 100, 110.01, "fail-on-cost")]
    [InlineData("cost=0%", 0, 1, "fail-on-cost")]
    [InlineData("cost=10%", 100, 50, null)]
    [InlineData("headroom=15%", 100, 100, null)]
    [InlineData("headroom=900%", 100, 100, "fail-on-headroom")]
    [InlineData("survivability", 100, 100, null)]
    public async Task A_rule_fails_what_it_names_and_nothing_else(string rule, double before, double after, string? fails)
    {
        var record = StackRecord.Of(await Prod.Record);
        var was = record.Fleet with { TotalUsd = (decimal)before };
        var found = FailOn.Read([rule]).FailOn!.Judge(was, record with { Fleet = record.Fleet with { TotalUsd = (decimal)after } }, null, record.Checks);
        Assert.Equal(fails is null ? [] : [fails], found.Select(check => check.Id).Distinct());
        Assert.All(found, check => Assert.Equal((CheckStatus.Fail, "docs/review.md"), (check.Status, check.Page)));
    }

    [Fact]
    public async Task A_loss_that_is_not_survived_fails_where_it_is_asked_for()
    {
        var record = StackRecord.Of(await Prod.Record);
        var serving = record.Fleet.Servings[0] with { Survival = [new SurvivalFacts("zone z", 0.4, 0.5, false)] };
        var lost = record with { Fleet = record.Fleet with { Servings = [serving] } };
        Assert.Empty(FailOn.Nothing.Judge(record.Fleet, lost, null, []));
        Assert.Equal("after the loss of zone z, capacity for 40.0 % of P95 demand is left; 50.0 % is asked for", Of(lost).Detail);

        // Capacity is left, and not in time.
        var late = lost with { Fleet = lost.Fleet with { Servings = [serving with { Survival = [new SurvivalFacts("zone z", 1.1, 1, false, 0.8, 0.9)] }] } };
        Assert.Equal("after the loss of zone z, 80.0 % of P95 demand is served within the promised latency; 90.0 % is needed", Of(late).Detail);

        CheckResult Of(StackRecord after) => Assert.Single(FailOn.Read(["survivability"]).FailOn!.Judge(record.Fleet, after, null, []));
    }

    [Fact]
    public async Task What_is_waived_or_warned_of_fails_where_policy_is_asked_for()
    {
        var record = StackRecord.Of(await Prod.Record);
        CheckResult[] checks = [new("tags", "x", CheckStatus.Waived, "lacks"), new("own-keys", "y", CheckStatus.Warn, "lacks"), new("imds-v2", "z", CheckStatus.Pass, "holds")];
        Assert.Equal(["x", "y"], FailOn.Read(["policy"]).FailOn!.Judge(record.Fleet, record, null, checks).Select(check => check.Subject));
    }

    [Fact]
    public void Rules_are_read_from_lists_and_what_is_none_is_told()
    {
        var (failOn, _) = FailOn.Read(["cost=10%, replace", "headroom=15%"]);
        Assert.Equal((0.1, 0.15, true, false), (failOn!.CostIncrease, failOn.Headroom, failOn.Replace, failOn.Policy));
    }

    [Theory]
    [InlineData("cost=10")]
    [InlineData("cost=%")]
    [InlineData("cost=-5%")]
    [InlineData("cost=NaN%")]
    [InlineData("cost=99999999999999999999999999999999%")]
    [InlineData("headroom")]
    [InlineData("replace=yes")]
    [InlineData("everything")]
    public void What_is_no_rule_is_told(string word) => Assert.Equal($"--fail-on: '{word}' is none of {FailOn.Form}.", FailOn.Read([word]).Problem);
}
