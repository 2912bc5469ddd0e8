using GpuInfra.Offline.Diff;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests.Diff;

public class DiffGateTests
{
    private const string PoolId = "chat-aws-us-east-1-onDemand-h100";
    private const string Successor = "chat-aws-us-east-1-onDemand-h200";

    public static TheoryData<string> Irrevocable =>
    [
        R.Reservation, "gcp:compute/reservation:Reservation", "aws:s3/bucket:Bucket", "gcp:storage/bucket:Bucket",
        "aws:efs/fileSystem:FileSystem", "aws:fsx/lustreFileSystem:LustreFileSystem", "gcp:filestore/instance:Instance",
        "aws:kms/key:Key", "gcp:kms/cryptoKey:CryptoKey", R.Vpc, R.Subnet, "gcp:compute/network:Network",
        "gcp:compute/subnetwork:Subnetwork",
    ];

    [Theory]
    [MemberData(nameof(Irrevocable))]
    public void What_cannot_be_made_again_may_not_go(string type)
    {
        var gate = R.Diff(R.Record(R.Resource(type, "x")), R.Record()).Gate;
        Assert.Equal(("diff-irrevocable", CheckStatus.Fail), (Assert.Single(gate).Id, gate[0].Status));
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
        Assert.Equal(CheckStatus.Waived, Assert.Single(diff.Gate).Status);
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
        Assert.Equal(("diff-protected", CheckStatus.Fail), (Assert.Single(diff.Gate).Id, diff.Gate[0].Status));
    }

    [Fact]
    public void An_unknown_replacement_of_what_cannot_be_made_again_must_be_allowed_by_hand()
    {
        static StackRecord Bucket(string space) => R.Record(R.Resource("aws:s3/bucket:Bucket", "b", ("bucketNamespace", Prod.Text(space))));
        var refused = R.Diff(Bucket("a"), Bucket("b"));
        Assert.Equal(("diff-unknown-replace", CheckStatus.Fail), (Assert.Single(refused.Gate).Id, refused.Gate[0].Status));
        Assert.True(R.Diff(Bucket("a"), Bucket("b"), new DiffOptions { AllowUnknownReplace = true }).Passed);
    }

    [Fact]
    public void A_servings_last_pool_may_not_go_while_its_successor_is_made()
    {
        var diff = R.Diff(
            R.Record(R.Resource(R.Group, PoolId)).Pools(R.Pool(PoolId)),
            R.Record(R.Resource(R.Group, Successor)).Pools(R.Pool(Successor)) with { Retired = ["chat"] });
        var finding = Assert.Single(diff.Gate);
        Assert.Equal(("diff-last-pool", "chat", CheckStatus.Fail), (finding.Id, finding.Subject, finding.Status));
        Assert.Contains("two reviewed steps", finding.Detail, StringComparison.Ordinal);
        Assert.Contains("draining", finding.Detail, StringComparison.Ordinal);
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
        Assert.Equal("diff-last-pool", Assert.Single(R.Diff(before, R.Record()).Gate).Id);
        Assert.True(R.Diff(before, R.Record() with { Retired = ["chat"] }).Passed);
    }

    [Fact]
    public void Replacing_the_group_of_a_servings_last_pool_is_losing_it()
    {
        static StackRecord Named(string name) =>
            R.Record(R.Resource(R.Group, PoolId, ("name", Prod.Text(name)))).Pools(R.Pool(PoolId));
        Assert.Equal("diff-last-pool", Assert.Single(R.Diff(Named("a"), Named("b")).Gate).Id);
    }

    [Fact]
    public void Records_of_two_stacks_are_not_compared() => Assert.Contains(
        "two stacks, prod and dev",
        Assert.Throws<GpuInfra.Planning.Plans.PlanException>(() => R.Diff(R.Record(), R.Record() with { Stack = "dev" })).Message,
        StringComparison.Ordinal);
}
