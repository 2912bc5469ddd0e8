using GpuInfra.Offline.Diff;
using GpuInfra.Offline.Policies;
using GpuInfra.Offline.Tests.Diff;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Offline.Tests.Policies;

public class DiffRulesTests
{
    private const string PoolId = "chat-aws-us-east-1-onDemand-h100";
    private const string Successor = "chat-aws-us-east-1-onDemand-h200";

    private static readonly DateOnly Expires = new(2027, 3, 31);

    public static TheoryData<string> Irrevocable =>
    [
        R.Reservation, "gcp:compute/reservation:Reservation", "aws:s3/bucket:Bucket", "gcp:storage/bucket:Bucket",
        "aws:efs/fileSystem:FileSystem", "aws:fsx/lustreFileSystem:LustreFileSystem", "gcp:filestore/instance:Instance",
        "aws:kms/key:Key", "gcp:kms/cryptoKey:CryptoKey", R.Vpc, R.Subnet, "gcp:compute/network:Network",
        "gcp:compute/subnetwork:Subnetwork", "gcp:compute/regionCommitment:RegionCommitment",
    ];

    [Theory]
    [MemberData(nameof(Irrevocable))]
    public void What_cannot_be_made_again_may_not_go(string type)
    {
        var finding = R.Diff(R.Record(R.Resource(type, "x")), R.Record()).Finding();
        Assert.Equal(("diff-irrevocable", CheckStatus.Fail), (finding.Id, finding.Status));
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("us-east-1")]
    [InlineData("aws")]
    public void What_the_plan_retires_may_go(string name)
    {
        var before = R.Record(R.Resource(R.Reservation, $"{PoolId}-a")).Pools(R.Pool(PoolId), R.Pool("other", "chat"));
        var after = R.Record().Pools(R.Pool("other", "chat"));
        Assert.False(R.Diff(before, after).Passed);
        var diff = R.Diff(before, after with { Retired = [name] });
        Assert.Equal(CheckStatus.Waived, diff.Finding().Status);
        Assert.False(R.Diff(before, after with { Retired = ["another"] }).Passed);
    }

    [Fact]
    public void A_retired_region_takes_its_network_along()
    {
        var network = R.Resource(R.Vpc, "net") with { Provider = R.Urn("pulumi:providers:aws", "aws-us-east-1") };
        var diff = R.Diff(
            R.Record(network).Pools(R.Pool(PoolId), R.Pool("kept") with { Region = "us-west-2" }),
            R.Record().Pools(R.Pool("kept") with { Region = "us-west-2" }) with { Retired = ["us-east-1"] });
        Assert.True(diff.Passed);
    }

    [Fact]
    public void What_is_protected_may_not_go_whatever_the_plan_says()
    {
        var role = R.Resource(R.Role, $"{PoolId}-role").With(options => options with { Protect = true });
        var diff = R.Diff(
            R.Record(role).Pools(R.Pool(PoolId)), R.Record().Pools(R.Pool(PoolId)) with { Retired = ["chat"] });
        Assert.Equal(("diff-protected", CheckStatus.Fail), (diff.Finding().Id, diff.Finding().Status));
    }

    [Fact]
    public void An_unknown_replacement_of_what_cannot_be_made_again_must_be_allowed_by_hand()
    {
        static StackRecord Bucket(string space) => R.Record(R.Resource("aws:s3/bucket:Bucket", "b", ("bucketNamespace", Prod.Text(space))));
        var refused = R.Diff(Bucket("a"), Bucket("b"));
        Assert.Equal(("diff-unknown-replace", CheckStatus.Fail), (refused.Finding().Id, refused.Finding().Status));
        Assert.True(R.Diff(Bucket("a"), Bucket("b"), new DiffOptions { AllowUnknownReplace = true }).Passed);
    }

    [Fact]
    public void A_servings_last_pool_may_not_go_while_its_successor_is_made()
    {
        var diff = R.Diff(
            R.Record(R.Resource(R.Group, PoolId)).Pools(R.Pool(PoolId)),
            R.Record(R.Resource(R.Group, Successor)).Pools(R.Pool(Successor)) with { Retired = ["chat"] });
        var finding = diff.Finding();
        Assert.Equal(("diff-last-pool", "chat", CheckStatus.Fail), (finding.Id, finding.Subject, finding.Status));
        Assert.Contains("two reviewed steps", finding.Detail, StringComparison.Ordinal);
        Assert.Contains("draining", finding.Mend, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pool_may_go_while_another_of_its_serving_stays()
    {
        var both = R.Record(R.Resource(R.Group, PoolId), R.Resource(R.Group, Successor)).Pools(R.Pool(PoolId), R.Pool(Successor));
        Assert.True(R.Diff(both, R.Record(R.Resource(R.Group, Successor)).Pools(R.Pool(Successor))).Passed);
    }

    [Fact]
    public void A_renamed_serving_keeps_its_pool()
    {
        var now = R.Resource(R.Group, "talk-aws").With(options => options with { Aliases = [R.Urn(R.Group, PoolId)] });
        var diff = R.Diff(R.Record(R.Resource(R.Group, PoolId)).Pools(R.Pool(PoolId)), R.Record(now).Pools(R.Pool("talk-aws", "talk")));
        Assert.Equal(R.Urn(R.Group, PoolId), Assert.Single(diff.Resources).MovedFrom);
        Assert.True(diff.Passed);
    }

    [Fact]
    public void A_serving_may_go_only_when_the_plan_retires_it()
    {
        var before = R.Record(R.Resource(R.Group, PoolId)).Pools(R.Pool(PoolId));
        Assert.Equal("diff-last-pool", R.Diff(before, R.Record()).Finding().Id);
        Assert.True(R.Diff(before, R.Record() with { Retired = ["chat"] }).Passed);
    }

    [Fact]
    public void Replacing_the_group_of_a_servings_last_pool_is_losing_it()
    {
        static StackRecord Named(string name) =>
            R.Record(R.Resource(R.Group, PoolId, ("name", Prod.Text(name)))).Pools(R.Pool(PoolId));
        Assert.Equal("diff-last-pool", R.Diff(Named("a"), Named("b")).Finding().Id);
    }

    [Fact]
    public void Every_policy_of_a_diff_is_told_also_when_nothing_breaks_it()
    {
        var gate = R.Diff(R.Record(), R.Record()).Gate;
        Assert.Equal(PolicySet.OfDiff.Select(policy => policy.Id), gate.Select(check => check.Id));
        Assert.All(gate, check => Assert.Equal((CheckStatus.Pass, 0), (check.Status, check.Examined)));
    }

    [Theory]
    [InlineData("diff-irrevocable", "net", CheckStatus.Waived)]
    [InlineData("diff-irrevocable", "n*", CheckStatus.Waived)]
    [InlineData("diff-irrevocable", "other", CheckStatus.Fail)]
    [InlineData("diff-last-pool", "net", CheckStatus.Fail)]
    public void A_waiver_lets_go_what_it_names_and_an_idle_one_fails(string policy, string subject, CheckStatus expected)
    {
        var waiver = new Waiver(policy, subject, "the network moves to the hub", Expires, "cto@example.com");
        var diff = R.Diff(R.Record(R.Resource(R.Vpc, "net")), R.Record() with { Waivers = [waiver] });
        var loss = Assert.Single(diff.Gate, check => check.Id == "diff-irrevocable");
        Assert.Equal(expected, loss.Status);
        Assert.Equal(expected == CheckStatus.Waived ? waiver : null, loss.Waiver);
        Assert.Equal(expected == CheckStatus.Waived, diff.Passed);
        var idle = Assert.Single(diff.Gate, check => check.Id == "diff-waivers");
        Assert.Equal(
            expected == CheckStatus.Fail, idle.Detail.Contains($"nothing that it covers breaks {policy}", StringComparison.Ordinal));
    }

    [Fact]
    public void A_waiver_lets_a_last_pool_go_and_an_unknown_replacement_be()
    {
        var pool = R.Record(R.Resource(R.Group, PoolId)).Pools(R.Pool(PoolId));
        Assert.True(R.Diff(pool, R.Record() with { Waivers = [new("diff-last-pool", "chat", "sold", Expires, null)] }).Passed);

        static StackRecord Bucket(string space) => R.Record(R.Resource("aws:s3/bucket:Bucket", "b", ("bucketNamespace", Prod.Text(space))));
        var waived = Bucket("b") with { Waivers = [new("diff-unknown-replace", "b", "asked pulumi", Expires, null)] };
        Assert.True(R.Diff(Bucket("a"), waived).Passed);
    }

    [Fact]
    public void What_is_protected_cannot_be_waived()
    {
        var kept = R.Resource(R.Vpc, "net").With(options => options with { Protect = true });
        var diff = R.Diff(R.Record(kept), R.Record() with { Waivers = [new("diff-protected", "net", "hurry", Expires, null)] });
        Assert.Equal(["diff-protected", "diff-waivers"], diff.Gate.Where(check => check.Status == CheckStatus.Fail).Select(check => check.Id));
        Assert.Contains("cannot be waived", diff.Gate[^1].Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2027-03-31", true)]
    [InlineData("2027-04-01", false)]
    public void A_waiver_of_a_loss_holds_through_its_last_day(string today, bool passes)
    {
        var after = R.Record() with { Waivers = [new("diff-irrevocable", "net", "moved", Expires, null)] };
        var diff = R.Diff(
            R.Record(R.Resource(R.Vpc, "net")), after,
            new DiffOptions { Today = DateOnly.Parse(today, System.Globalization.CultureInfo.InvariantCulture) });
        Assert.Equal(passes, diff.Passed);
        Assert.Equal(!passes, diff.Gate[^1].Detail.Contains("it expired on 2027-03-31", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_preview_without_a_diff_does_not_call_a_waiver_of_a_loss_idle_and_does_judge_its_date()
    {
        var record = await Prod.Record;
        Assert.Empty(Faults(Expires));
        Assert.Contains("it expired on 2026-11-30", Assert.Single(Faults(new DateOnly(2026, 11, 30))), StringComparison.Ordinal);

        IEnumerable<string> Faults(DateOnly expires)
        {
            var plan = record.Fleet.Plan with { Waivers = [new("diff-irrevocable", "net", "moved", expires, null)] };
            return WaiverRules.Waivers.Find(record with { Fleet = record.Fleet with { Plan = plan } })
                .Select(finding => finding.Detail);
        }
    }

    [Fact]
    public void Records_of_two_stacks_are_not_compared() => Assert.Contains(
        "two stacks, prod and dev",
        Assert.Throws<GpuInfra.Planning.Plans.PlanException>(() => R.Diff(R.Record(), R.Record() with { Stack = "dev" })).Message,
        StringComparison.Ordinal);
}
