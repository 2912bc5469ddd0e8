using GpuInfra.Offline.Policies;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests;

/// <summary>Routers as production registers them.</summary>
public sealed class RouterTests : IDisposable
{
    private const string Group = "aws:autoscaling/group:Group", GoogleGroup = "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager";

    private readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public async Task Without_the_key_no_router_and_nothing_for_it_is_registered()
    {
        var plan = File.ReadAllText(_sandbox.Stacks("prod.plan.yaml"));
        File.WriteAllText(_sandbox.Stacks("prod.plan.yaml"), plan.Remove(plan.IndexOf("router:\n", StringComparison.Ordinal), plan.IndexOf("ledger:", StringComparison.Ordinal) - plan.IndexOf("router:\n", StringComparison.Ordinal)));
        var without = await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(_sandbox.Root)!, "prod"));

        Assert.DoesNotContain(without.Managed, resource => resource.Urn.Contains("router", StringComparison.OrdinalIgnoreCase)
            && resource.Type is not ("gcp:compute/router:Router" or "gcp:compute/routerNat:RouterNat"));
        Assert.DoesNotContain(without.Managed, resource => resource.Type is "aws:lb/loadBalancer:LoadBalancer" or "gcp:compute/forwardingRule:ForwardingRule");
        Assert.Equal((await Prod.Record).Fleet.PlanHash, without.Fleet.PlanHash);
    }

    [Fact]
    public async Task Two_machines_over_all_zones_are_renewed_beside_their_successors()
    {
        var aws = await OneAsync(Group, "router");
        Assert.Equal(["2", "2", "3"], new[] { "minSize", "desiredCapacity", "maxSize" }.Select(key => aws.Inputs.TextAt(key)));
        Assert.Equal(("100", "150"), (aws.Inputs.TextAt("instanceRefresh", "preferences", "minHealthyPercentage"), aws.Inputs.TextAt("instanceRefresh", "preferences", "maxHealthyPercentage")));
        Assert.True(aws.Inputs.ListAt("vpcZoneIdentifiers").Count() > 1);

        var google = await OneAsync(GoogleGroup, "router");
        Assert.Equal(("2", "0"), (google.Inputs.TextAt("targetSize"), google.Inputs.TextAt("updatePolicy", "maxUnavailableFixed")));
        Assert.True(google.Inputs.ListAt("distributionPolicyZones").Count() > 1);
    }

    [Fact]
    public async Task Pitfall_10_a_changed_router_starts_a_refresh()
    {
        var group = await OneAsync(Group, "router");
        Assert.DoesNotContain("$", group.Inputs.TextAt("launchTemplate", "version"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pitfall_24_a_google_group_of_routers_names_all_zones_and_surges_by_a_zone_each()
    {
        var group = await OneAsync(GoogleGroup, "router");
        Assert.Equal(group.Inputs.ListAt("distributionPolicyZones").Count().ToString(System.Globalization.CultureInfo.InvariantCulture), group.Inputs.TextAt("updatePolicy", "maxSurgeFixed"));
        Assert.Null(group.Inputs.TextAt("name"));
    }

    [Fact]
    public async Task Only_private_networks_come_in_and_only_routers_come_to_engines_besides_clients()
    {
        var record = await Prod.Record;
        var entry = record.Managed.Where(resource => resource.Type == "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule" && resource.Name.Contains("-entry-", StringComparison.Ordinal))
            .Select(rule => rule.Inputs.TextAt("cidrIpv4")).OfType<string>().Order();
        Assert.Equal(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"], entry);
        Assert.Equal("true", (await OneAsync("aws:lb/loadBalancer:LoadBalancer", "")).Inputs.TextAt("internal"));
        Assert.Equal("INTERNAL", (await OneAsync("gcp:compute/forwardingRule:ForwardingRule", "")).Inputs.TextAt("loadBalancingScheme"));
    }

    [Fact]
    public async Task A_name_leads_to_each_entry_and_the_clouds_know_each_other_by_name_only()
    {
        Assert.Equal("aws-us-east-1.gpuinfra.internal", (await OneAsync("aws:route53/record:Record", "")).Inputs.TextAt("name"));
        Assert.Equal("gcp-us-central1.gpuinfra.internal.", (await OneAsync("gcp:dns/recordSet:RecordSet", "")).Inputs.TextAt("name"));
        var config = (await OneAsync("aws:s3/bucketObjectv2:BucketObjectv2", "router-config")).Inputs.TextAt("content")!;
        Assert.Contains("gcp-us-central1.gpuinfra.internal", config, StringComparison.Ordinal);
        Assert.All((await Prod.Record).Fleet.Pools, pool => Assert.DoesNotContain(pool.Id, config, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_router_may_see_machines_and_read_its_files_and_the_secrets_that_the_plan_names()
    {
        var statements = AccessStatement.Read((await OneAsync("aws:iam/rolePolicy:RolePolicy", "router")).Inputs.At("policy"));
        Assert.DoesNotContain("models", (await OneAsync("aws:iam/rolePolicy:RolePolicy", "router")).Inputs.TextAt("policy"), StringComparison.Ordinal);
        Assert.NotEmpty(statements);
        var secrets = (await Prod.Record).Managed.Where(resource => resource.Type == "gcp:secretmanager/secretIamMember:SecretIamMember" && resource.Urn.Contains("RouterIdentity", StringComparison.Ordinal)).Select(member => member.Inputs.TextAt("secretId")!).Order();
        Assert.Equal(["router-engineering", "router-search", "router-support"], secrets);
    }

    [Fact]
    public async Task A_canarys_engines_answer_to_the_model_that_its_users_ask_for()
    {
        _sandbox.Change("prod.plan.yaml", "router:\n  link: existing\n", "router:\n  link: existing\n  routes: { assistant: { canary: { to: coder, share: 5% } } }\n");
        var record = await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(_sandbox.Root)!, "prod"));

        string[] scripts =
        [
            .. record.Resolved.Resources.Where(resource => resource.Type == "aws:ec2/launchTemplate:LaunchTemplate")
                .Select(template => System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(template.Inputs.TextAt("userData")!))),
        ];
        Assert.Contains(scripts, script => script.Contains("\nMODEL='llama-3.1-8b mixtral-8x7b'\n", StringComparison.Ordinal));
        Assert.Contains(scripts, script => script.Contains("\nMODEL='mixtral-8x7b'\n", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("arn:aws:secretsmanager:us-east-1:111122223333:secret:router-support-??????", false)]
    [InlineData("secret: correct-horse-battery", true)]
    public void An_ARN_names_a_secret_and_holds_none(string text, bool isSecret) => Assert.Equal(isSecret, SecretPatterns.In(text).Any());

    [Fact]
    public async Task A_network_whose_routers_go_out_unhindered_is_found()
    {
        var record = await Prod.Record;
        var open = record with { Resolved = record.Resolved with { Resources = record.Resolved.Resources.RemoveAll(resource => resource.Name.Contains("routers-nothing-else-out", StringComparison.Ordinal)) } };

        Assert.Empty(TrafficRules.NoOpenEgress.Find(record));
        Assert.Contains("gpu-router", Assert.Single(TrafficRules.NoOpenEgress.Find(open)).Detail, StringComparison.Ordinal);
    }

    private static async Task<ResourceRecord> OneAsync(string type, string name) =>
        Assert.Single((await Prod.Record).Resolved.Resources, resource => resource.Type == type && resource.Name.Contains(name, StringComparison.Ordinal));
}
