using GpuInfra.Offline.Diff;
using GpuInfra.Offline.Diff.Rules;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests.Diff;

public class ChangeKindTests
{
    private const string GoogleTemplate = "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate";
    private const string Manager = "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager";
    private const string Table = "aws:dynamodb/table:Table";

    public static TheoryData<string, string, PropertyValue?, PropertyValue?, ResourceAction> Rules => new()
    {
        { R.Vpc, "cidrBlock", Prod.Text("10.0.0.0/16"), Prod.Text("10.1.0.0/16"), ResourceAction.Replace },
        { R.Vpc, "enableDnsSupport", new PropertyValue.Bool(true), new PropertyValue.Bool(false), ResourceAction.Update },
        { R.Vpc, "instanceTenancy", Prod.Text("dedicated"), Prod.Text("default"), ResourceAction.Update },
        { R.Vpc, "instanceTenancy", Prod.Text("default"), Prod.Text("dedicated"), ResourceAction.Replace },
        { R.Reservation, "instanceCount", R.Number(1), R.Number(2), ResourceAction.Update },
        { R.Reservation, "instanceType", Prod.Text("p5.48xlarge"), Prod.Text("p4d.24xlarge"), ResourceAction.Replace },
        { R.Group, "capacityReservationSpecification", null, Prod.Map(("x", Prod.Text("y"))), ResourceAction.UpdateOrReplace },
        { "aws:ec2/routeTable:RouteTable", "tags", null, Prod.Text("x"), ResourceAction.UpdateOrReplace },
        { GoogleTemplate, "disks", Disks(100), Disks(200), ResourceAction.Replace },
        { GoogleTemplate, "networkInterfaces", Interfaces(1), Interfaces(2), ResourceAction.Replace },
        { Manager, "targetSizePolicies", Policies("x"), Policies("y"), ResourceAction.Replace },
        { Manager, "targetSizePolicies", null, Policies("y"), ResourceAction.Replace },
        { "aws:lambda/function:Function", "durableConfig", null, Prod.Map(("executionTimeout", R.Number(1))), ResourceAction.Replace },
        {
            "aws:lambda/function:Function", "durableConfig", Prod.Map(("executionTimeout", R.Number(1))),
            Prod.Map(("executionTimeout", R.Number(2))), ResourceAction.Update
        },
        { Table, "warmThroughput", Units(10), Units(5), ResourceAction.Replace },
        { Table, "warmThroughput", Units(5), Units(10), ResourceAction.Update },
        { "gcp:compute/subnetwork:Subnetwork", "ipCidrRange", Prod.Text("10.0.0.0/24"), Prod.Text("10.0.0.0/20"), ResourceAction.Update },
        { "gcp:compute/subnetwork:Subnetwork", "ipCidrRange", Prod.Text("10.0.0.0/20"), Prod.Text("10.0.0.0/24"), ResourceAction.Replace },
        { "aws:lb/loadBalancer:LoadBalancer", "subnets", Prod.List(Prod.Text("a")), Prod.List(), ResourceAction.UpdateOrReplace },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_changed_input_does_what_the_provider_does(
        string type, string property, PropertyValue? before, PropertyValue? after, ResourceAction action)
    {
        var change = R.Only(With(before), With(after));
        Assert.Equal(action, change.Action);
        Assert.Equal(property, change.Changes[0].Path.Steps[0]);

        ResourceRecord With(PropertyValue? value) =>
            value is null ? R.Resource(type, "x") : R.Resource(type, "x", (property, value));
    }

    [Fact]
    public void What_is_only_in_one_record_is_created_or_deleted()
    {
        var (old, now) = (R.Resource(R.Role, "old"), R.Resource(R.Role, "now"));
        var diff = R.Diff(R.Record(old), R.Record(now));
        Assert.Equal(
            [(now.Urn, ResourceAction.Create), (old.Urn, ResourceAction.Delete)],
            diff.Resources.Select(change => (change.Urn, change.Action)));
    }

    [Fact]
    public void Components_providers_and_resources_that_are_only_read_are_no_changes()
    {
        var component = R.Resource("gpuinfra:amazon:Pool", "x") with { IsCustom = false };
        var read = R.Resource(R.Vpc, "y") with { ReadId = "vpc-1" };
        var provider = R.Resource("pulumi:providers:aws", "aws-us-east-1");
        Assert.True(R.Diff(R.Record(), R.Record(component, read, provider)).IsEmpty);
    }

    [Fact]
    public void Every_rule_names_a_path_and_every_condition_is_decided_or_told()
    {
        Assert.Equal(77, ReplaceRules.ByType.Count);
        var change = new Difference(PropertyPath.Root.Member("x"), R.Number(1), R.Number(2));
        var resource = R.Resource(R.Role, "x");
        Assert.All(ReplaceRules.ByType.Values.SelectMany(rules => rules.Conditions), condition =>
        {
            var judgement = ReplaceConditions.Judge(condition, change, resource, resource);
            Assert.Equal(judgement.Effect == ChangeEffect.Update, judgement.Reason is null);
        });
    }

    [Theory]
    [InlineData("a.b", true)]
    [InlineData("a", true)]
    [InlineData("a.b[].c", true)]
    [InlineData("a.b[3].c", true)]
    [InlineData("a.b[2].c", false)]
    [InlineData("a.b[*].c[\"d.e\"]", true)]
    [InlineData("a.b.c", false)]
    [InlineData("a.b[].c.x", false)]
    [InlineData("*", true)]
    public void A_pattern_covers_its_place_and_what_is_inside(string pattern, bool covers) => Assert.Equal(
        covers,
        PropertyPath.Root.Member("a").Member("b").Item(3).Member("c").Member("d.e").IsWithin(PropertyPath.Pattern(pattern)));

    private static PropertyValue Disks(double size) => Prod.List(Prod.Map(("diskSizeGb", R.Number(size))));

    private static PropertyValue Interfaces(int count) =>
        Prod.List([.. Enumerable.Repeat(Prod.Map(("unlisted", Prod.Text("x"))), count)]);

    private static PropertyValue Policies(string mode) => Prod.List(Prod.Map(("mode", Prod.Text(mode))));

    private static PropertyValue Units(double units) => Prod.Map(("readUnitsPerSecond", R.Number(units)));
}
