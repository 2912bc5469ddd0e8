using System.Text;
using GpuInfra.Offline.Diff;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests.Diff;

public class DependentChangeTests
{
    private static ResourceRecord Network(string cidr = "10.0.0.0/16") => R.Resource(R.Vpc, "net", ("cidrBlock", Prod.Text(cidr)));

    [Fact]
    public void Replacing_a_network_replaces_what_is_made_in_it()
    {
        var subnet = R.Resource(R.Subnet, "sub", ("cidrBlock", Prod.Text("10.0.0.0/24"))).From("vpcId", Network());
        var template = R.Resource(R.Template, "machine").From("subnetOfMachine", subnet);
        var diff = R.Diff(R.Record(Network(), subnet, template), R.Record(template, subnet, Network("10.1.0.0/16")));
        Assert.Equal(
            [(template.Urn, ResourceAction.Update), (subnet.Urn, ResourceAction.Replace), (Network().Urn, ResourceAction.Replace)],
            diff.Resources.Select(change => (change.Urn, change.Action)));
        var change = Assert.Single(diff.Resources[1].Changes);
        Assert.Equal("vpcId", change.Path.Text);
        Assert.StartsWith("an output of net, which is replaced", change.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_is_the_same_as_unknown_while_nothing_it_comes_from_changes()
    {
        var subnet = R.Resource(R.Subnet, "sub").From("vpcId", Network());
        Assert.True(R.Diff(R.Record(Network(), subnet), R.Record(Network(), subnet)).IsEmpty);
    }

    [Fact]
    public void An_update_in_place_leaves_ids_and_moves_versions_on()
    {
        ResourceRecord Template(string image) => R.Resource(R.Template, "t", ("imageId", Prod.Text(image)));
        var group = R.Resource(
            R.Group, "g", ("launchTemplate", Prod.Map(("id", R.Unknown), ("version", R.Unknown)))).From("launchTemplate", Template("a"));
        var diff = R.Diff(R.Record(Template("a"), group), R.Record(Template("b"), group));
        var change = Assert.Single(diff.Resources.Single(resource => resource.Type == R.Group).Changes);
        Assert.Equal(("launchTemplate.version", true), (change.Path.Text, change.MayChange));
    }

    [Fact]
    public void A_known_value_that_becomes_an_output_may_change_only_with_what_it_comes_from()
    {
        var old = R.Resource(R.Subnet, "sub", ("vpcId", Prod.Text("vpc-1")));
        var now = R.Resource(R.Subnet, "sub", ("vpcId", R.Unknown)).From("vpcId", Network());
        var stays = R.Diff(R.Record(Network(), old), R.Record(Network(), now)).Resources.Single();
        Assert.Equal((ResourceAction.UpdateOrReplace, false), (stays.Action, stays.Changes[0].MayChange));
        var made = R.Diff(R.Record(old), R.Record(Network(), now)).Resources.Single(change => change.Type == R.Subnet);
        Assert.Equal((ResourceAction.UpdateOrReplace, true), (made.Action, made.Changes[0].MayChange));
    }

    [Fact]
    public void An_input_that_comes_from_another_resource_is_another_value()
    {
        var other = R.Resource(R.Vpc, "other");
        var before = R.Resource(R.Subnet, "sub").From("vpcId", Network());
        var after = R.Resource(R.Subnet, "sub").From("vpcId", other);
        var diff = R.Diff(R.Record(Network(), other, before), R.Record(Network(), other, after));
        Assert.Equal(ResourceAction.Replace, Assert.Single(diff.Resources).Action);
        Assert.Equal("known after the deployment, from other", diff.Resources[0].Changes[0].After);
    }

    [Fact]
    public void An_alias_makes_a_renamed_resource_the_same_one()
    {
        var old = R.Resource(R.Vpc, "old", ("cidrBlock", Prod.Text("10.0.0.0/16")));
        var now = (old with { Name = "new", Urn = R.Urn(R.Vpc, "new") }).With(options => options with { Aliases = [old.Urn] });
        var before = R.Resource(R.Subnet, "sub").From("vpcId", old);
        var after = R.Resource(R.Subnet, "sub").From("vpcId", now);
        var diff = R.Diff(
            R.Record(old, before).ResolvedAs(before, "vpcId", Prod.Text("old-id")),
            R.Record(now, after).ResolvedAs(after, "vpcId", Prod.Text("new-id")));
        var moved = Assert.Single(diff.Resources);
        Assert.Equal((ResourceAction.Same, old.Urn, now.Urn), (moved.Action, moved.MovedFrom, moved.Urn));
        Assert.True(diff.Passed);
    }

    [Fact]
    public void Ignored_changes_are_none_and_the_program_may_ask_for_a_replacement()
    {
        ResourceRecord Role(string text, Func<RecordedOptions, RecordedOptions> options) =>
            R.Resource(R.Role, "r", ("description", Prod.Text(text))).With(options);
        Assert.True(R.Diff(
            R.Record(Role("a", options => options)),
            R.Record(Role("b", options => options with { IgnoreChanges = ["description"] }))).IsEmpty);
        var replaced = R.Only(
            Role("a", options => options),
            Role("b", options => options with { ReplaceOnChanges = ["*"], DeleteBeforeReplace = true }));
        Assert.Equal(ResourceAction.Replace, replaced.Action);
        Assert.Contains("the old one is deleted before the new one is made", replaced.Notes);
    }

    [Fact]
    public void A_resource_that_is_named_automatically_is_replaced_by_one_of_another_name()
    {
        var change = R.Only(Network(), Network("10.1.0.0/16"));
        Assert.StartsWith("the new one is made first", Assert.Single(change.Notes), StringComparison.Ordinal);
        ResourceRecord Named(string path) => R.Resource(R.Role, "r", ("name", Prod.Text("n")), ("path", Prod.Text(path)));
        Assert.StartsWith("the old one is deleted", Assert.Single(R.Only(Named("/a"), Named("/b")).Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_is_told_and_never_shown()
    {
        ResourceRecord Role(PropertyValue value, string text) =>
            R.Resource(R.Role, "r", ("password", value), ("description", Prod.Text(text)));
        var change = R.Only(Role(R.Secret, "a"), Role(R.Secret, "b"));
        Assert.Equal("description", Assert.Single(change.Changes).Path.Text);
        Assert.Contains("secret, cannot be compared: password", change.Notes);
        var opened = R.Only(Role(new PropertyValue.Secret(Prod.Text("hush")), "a"), Role(Prod.Text("plain"), "a"));
        Assert.Equal("secret, cannot be compared", opened.Changes[0].Before);
    }

    [Fact]
    public void A_script_is_shown_by_its_lines_even_where_only_the_cloud_knows_a_name_in_it()
    {
        static PropertyValue Script(string line) =>
            Prod.Text(Convert.ToBase64String(Encoding.UTF8.GetBytes($"#!/bin/bash\nBUCKET='x-id'\n{line}\n")));
        var template = R.Resource(R.Template, "t").From("userData", R.Resource("aws:s3/bucket:Bucket", "x"));
        var change = Assert.Single(R.Diff(
            R.Record(template).ResolvedAs(template, "userData", Script("MAX=1")),
            R.Record(template).ResolvedAs(template, "userData", Script("MAX=2"))).Resources).Changes.Single();
        Assert.Equal("- MAX=1|+ MAX=2", string.Join('|', change.Lines));
        Assert.DoesNotContain("x-id", change.Before + change.After, StringComparison.Ordinal);
    }

    [Fact]
    public void A_provider_of_another_account_may_replace_everything_it_makes()
    {
        ResourceRecord Provider(string account) =>
            R.Resource("pulumi:providers:aws", "aws-us-east-1", ("allowedAccountIds", Prod.Text(account)));
        var network = Network() with { Provider = Provider("1").Urn };
        var diff = R.Diff(R.Record(Provider("1"), network), R.Record(Provider("2"), network));
        Assert.Equal(ResourceAction.UpdateOrReplace, Assert.Single(diff.Resources).Action);
        Assert.False(diff.Passed);
    }
}
