using System.Text.Json.Nodes;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Infra.Tests;

public class KeeperTests
{
    private const string Amazon = "aws:lambda/function:Function";
    private const string Google = "gcp:cloudfunctionsv2/function:Function";
    private const string Role = "gcp:projects/iAMCustomRole:IAMCustomRole";
    private const string Autoscaler = "gcp:compute/regionAutoscaler:RegionAutoscaler";
    private const string Group = "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager";
    private const string Template = "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate";
    private const string Policy = "gcp:monitoring/alertPolicy:AlertPolicy";
    private const string Online = "chat-gcp-us-central1-ondemand-l4";
    private const string Spot = "batch-gcp-us-central1-spot-l4";

    [Fact]
    public async Task There_is_none_where_pools_stand_and_nothing_stands_in_for_them()
    {
        var deployed = await Deployed.Of(A.Pool(), A.Pool(CloudProvider.Gcp), A.Pool(CloudProvider.Gcp, Tier.Spot, "batch"));

        Assert.Empty(deployed.All(Amazon));
        Assert.Empty(deployed.All(Google));
        Assert.Empty(deployed.All(Role));
    }

    [Fact]
    public async Task On_AWS_it_may_suspend_processes_of_this_stacks_groups_and_change_nothing_else()
    {
        var deployed = await Of(A.Pool());

        var role = deployed.All("aws:iam/rolePolicy:RolePolicy").Single(policy => policy.Name == "gpuinfra-us-east-1-keeper");
        var statements = JsonNode.Parse(role["policy"]!)!["Statement"]!.AsArray().Select(statement => statement!.AsObject()).ToList();
        var actions = statements.SelectMany(statement => statement["Action"] is JsonArray several ? several.Select(action => (string)action!) : [(string)statement["Action"]!]).ToList();
        Assert.Equal(
            ["autoscaling:SuspendProcesses"],
            actions.Where(action => action.StartsWith("autoscaling:", StringComparison.Ordinal) && !action.StartsWith("autoscaling:Describe", StringComparison.Ordinal)));
        Assert.DoesNotContain(actions, action => action.StartsWith("ec2:", StringComparison.Ordinal));
        var stop = statements.Single(statement => (string?)statement["Sid"] == "StopLaunches");
        Assert.Equal(
            """{"StringEquals":{"aws:ResourceTag/environment":"prod","aws:ResourceTag/managed-by":"pulumi/gpuinfra/prod"}}""", stop["Condition"]!.ToJsonString());
        Assert.Equal("rate(5 minutes)", deployed.One("aws:scheduler/schedule:Schedule")["scheduleExpression"]);
        Assert.Equal(("1", "aws.handler"), (deployed.One(Amazon)["reservedConcurrentExecutions"], deployed.One(Amazon)["handler"]));
    }

    [Fact]
    public async Task On_Google_Cloud_it_may_turn_autoscalers_and_repairs_off_only_where_pools_follow_load()
    {
        var follows = (await Of(A.Pool(CloudProvider.Gcp))).One(Role).List("permissions");
        Assert.Equal(["compute.autoscalers.update", "compute.instanceGroupManagers.update"], follows.Where(permission => permission.EndsWith(".update", StringComparison.Ordinal)));
        Assert.DoesNotContain(follows, permission => permission.EndsWith(".delete", StringComparison.Ordinal) || permission.StartsWith("compute.instances.s", StringComparison.Ordinal));
        var twins = (await Of(A.Pool(CloudProvider.Gcp, Tier.Spot, "batch"))).One(Role).List("permissions");
        Assert.All(twins, permission => Assert.True(
            permission.EndsWith(".get", StringComparison.Ordinal) || permission.EndsWith(".list", StringComparison.Ordinal) || permission == "monitoring.timeSeries.create", permission));
    }

    [Fact]
    public async Task On_Google_Cloud_it_is_told_its_groups_by_name_and_called_by_nobody_but_its_schedule()
    {
        var deployed = await Of(A.Pool(CloudProvider.Gcp), A.Pool(CloudProvider.Gcp, Tier.Spot, "batch"), A.Pool(CloudProvider.Gcp, serving: "search"));

        var function = deployed.One(Google);
        var groups = JsonNode.Parse(function["serviceConfig.environmentVariables.GROUPS"]!)!.AsObject();
        Assert.Equal([Spot, Online, "search-gcp-us-central1-ondemand-l4"], groups.Select(group => group.Key)); // Search stands, and goes before spot's twin.
        Assert.Equal([Spot], JsonNode.Parse(function["serviceConfig.environmentVariables.TWINS"]!)!.AsObject().Select(group => group.Key));
        Assert.Equal(("ALLOW_INTERNAL_ONLY", "1"), (function["serviceConfig.ingressSettings"], function["serviceConfig.maxInstanceCount"]));
        Assert.Equal("*/5 * * * *", deployed.One("gcp:cloudscheduler/job:Job")["schedule"]);
        Assert.True(deployed.One("gcp:cloudscheduler/job:Job").Has("httpTarget.oidcToken.serviceAccountEmail"));
        Assert.Equal("roles/storage.objectViewer", deployed.All("gcp:storage/bucketIAMMember:BucketIAMMember").Single(grant => grant.Name.EndsWith("counted-from", StringComparison.Ordinal))["role"]);
    }

    [Fact]
    public async Task On_Google_Cloud_owners_hear_of_machines_that_do_not_come_of_launches_that_stopped_and_of_a_keeper_that_is_silent()
    {
        var deployed = await Of(A.Pool(CloudProvider.Gcp));

        var alarms = deployed.All(Policy).ToDictionary(policy => policy.Name);
        Assert.Equal(3, alarms.Count);
        Assert.Equal(
            $"max(custom_googleapis_com:gpuinfra_machines_missing{{region=\"us-central1\",stack=\"prod\",pool=\"{Online}\"}}) > 0",
            alarms[$"{Online}-short"]["conditions.0.conditionPrometheusQueryLanguage.query"]);
        Assert.Equal($"{(8 + 15) * 60}s", alarms[$"{Online}-short"]["conditions.0.conditionPrometheusQueryLanguage.duration"]); // A start of 7.5 minutes, and a quarter of an hour.
        Assert.Contains("jsonPayload.event=\"notice\"", alarms["gpuinfra-us-central1-keeper-boots"]["conditions.0.conditionMatchedLog.filter"]);
        Assert.Contains("absent_over_time(custom_googleapis_com:gpuinfra_keeper_runs", alarms["gpuinfra-us-central1-keeper-keeper"]["conditions.0.conditionPrometheusQueryLanguage.query"]);
        var runbook = File.ReadAllText(Path.Combine(Repository.Root, "docs", "runbooks", "scaling.md"));
        Assert.All(alarms.Values, alarm =>
        {
            Assert.Equal(1, alarm.Count("notificationChannels"));
            Assert.Contains($"\n## {alarm["documentation.content"]![(alarm["documentation.content"]!.IndexOf('#') + 1)..]}\n", runbook);
        });
    }

    [Fact]
    public async Task On_Google_Cloud_a_twin_on_demand_is_empty_until_the_keeper_says_how_many_are_to_stand_in()
    {
        var deployed = await Of(A.Pool(CloudProvider.Gcp, Tier.Spot, "batch"));

        var scaler = deployed.One(Autoscaler);
        Assert.Equal($"{Spot}-fallback", scaler.Name);
        Assert.Equal(("0", "4", "ON"), (scaler["autoscalingPolicy.minReplicas"], scaler["autoscalingPolicy.maxReplicas"], scaler["autoscalingPolicy.mode"]));
        Assert.Equal(
            ("custom.googleapis.com/gpuinfra/stand_in", "1", $"resource.type = \"global\" AND metric.labels.region = \"us-central1\" AND metric.labels.stack = \"prod\" AND metric.labels.pool = \"{Spot}\""),
            (scaler["autoscalingPolicy.metrics.0.name"], scaler["autoscalingPolicy.metrics.0.singleInstanceAssignment"], scaler["autoscalingPolicy.metrics.0.filter"]));
        var twin = deployed.All(Group).Single(group => group.Name == $"{Spot}-fallback");
        Assert.False(twin.Has("targetSize"));
        Assert.Equal("ANY", twin["distributionPolicyTargetShape"]);
        Assert.Equal("4", deployed.All(Group).Single(group => group.Name == Spot)["targetSize"]); // Spot goes on asking meanwhile.
        var template = deployed.All(Template).Single(made => made.Name == $"{Spot}-fallback");
        Assert.Equal(("STANDARD", "ondemand", "NO_RESERVATION"), (template["scheduling.provisioningModel"], template["labels.tier"], template["reservationAffinity.type"]));
        Assert.Equal(
            deployed.All(Template).Single(made => made.Name == Spot)["metadataStartupScript"], template["metadataStartupScript"]);
    }

    [Fact]
    public async Task A_group_that_follows_load_repairs_until_the_keeper_stops_it_and_no_update_puts_that_back()
    {
        var deployed = await Of(A.Pool(CloudProvider.Gcp), A.Pool(CloudProvider.Gcp, serving: "search"));

        Assert.Equal("REPAIR", deployed.All(Group).Single(group => group.Name == Online)["instanceLifecyclePolicy.defaultActionOnFailure"]);
        Assert.False(deployed.All(Group).Single(group => group.Name.StartsWith("search", StringComparison.Ordinal)).Has("instanceLifecyclePolicy"));
    }

    [Fact]
    public async Task On_AWS_it_may_call_machines_unhealthy_of_pools_alone_whose_plan_says_so()
    {
        var deployed = await Deployed.Of(Replacing(A.FleetPlan(A.Pool(), A.Pool(serving: "search"), A.Pool(tier: Tier.Reserved))), A.Settings());

        var policy = JsonNode.Parse(deployed.All("aws:iam/rolePolicy:RolePolicy").Single(policy => policy.Name == "gpuinfra-us-east-1-keeper")["policy"]!)!["Statement"]!.AsArray();
        var replace = policy.Single(statement => (string?)statement!["Sid"] == "ReplaceBroken")!;
        Assert.Equal("""["autoscaling:SetInstanceHealth"]""", replace["Action"]!.ToJsonString());
        Assert.Equal(
            """{"StringEquals":{"aws:ResourceTag/environment":"prod","aws:ResourceTag/managed-by":"pulumi/gpuinfra/prod","aws:ResourceTag/pool":["chat-aws-us-east-1-ondemand-l4","chat-aws-us-east-1-reserved-l4"]}}""",
            replace["Condition"]!.ToJsonString());
        Assert.DoesNotContain("ReplaceBroken", (await Of(A.Pool())).All("aws:iam/rolePolicy:RolePolicy").Single(made => made.Name == "gpuinfra-us-east-1-keeper")["policy"]!, StringComparison.Ordinal);
        Assert.Single(deployed.All("aws:sns/topicSubscription:TopicSubscription"), one => one.Name.StartsWith("gpuinfra-us-east-1-scaling-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task On_Google_Cloud_it_is_told_all_groups_of_pools_whose_plan_says_so()
    {
        var reserved = A.Pool(CloudProvider.Gcp, Tier.Reserved);
        var deployed = await Deployed.Of(Replacing(A.FleetPlan(A.Pool(CloudProvider.Gcp), reserved, A.Pool(CloudProvider.Gcp, serving: "search"))), A.Settings());

        var groups = JsonNode.Parse(deployed.One(Google)["serviceConfig.environmentVariables.REPLACES"]!)!.AsObject();
        Assert.Equal([Online, reserved.Id], groups.Select(pool => pool.Key));
        Assert.Equal((1, 2), (groups[Online]!.AsArray().Count, groups[reserved.Id]!.AsArray().Count)); // The reserved one has a group in each of two zones.
        Assert.Contains("compute.instanceGroupManagers.update", deployed.One(Role).List("permissions"));
        Assert.DoesNotContain("compute.autoscalers.update", deployed.One(Role).List("permissions"));
    }

    [Fact]
    public async Task Machines_tell_whether_they_are_broken_only_where_that_replaces_them()
    {
        var deployed = await Deployed.Of(Replacing(A.FleetPlan(A.Pool(CloudProvider.Gcp), A.Pool(CloudProvider.Gcp, serving: "search"))), A.Settings());

        Assert.Contains(" REPLACED=1", deployed.All(Template).Single(made => made.Name == Online)["metadataStartupScript"], StringComparison.Ordinal);
        Assert.DoesNotContain("meter.sh", deployed.All(Template).Single(made => made.Name.StartsWith("search", StringComparison.Ordinal))["metadataStartupScript"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_an_incident_nothing_is_replaced()
    {
        var fleet = Replacing(A.FleetPlan(A.Pool(), A.Pool(CloudProvider.Gcp)));
        var incident = new Incident([new LostPlace(LostKind.Zone, "use1-az1")], new DateOnly(2026, 12, 31), "outage");
        var deployed = await Deployed.Of(fleet with { Plan = fleet.Plan with { Incident = incident } }, A.Settings());

        Assert.Empty(deployed.All(Amazon));
        Assert.Empty(deployed.All(Google));
    }

    /// <summary>Broken machines of chat are replaced; nothing follows load.</summary>
    private static FleetPlan Replacing(FleetPlan fleet) => fleet with
    {
        Plan = fleet.Plan with { Servings = [.. fleet.Plan.Servings.Select(serving => serving.Name == "chat" ? serving with { Health = new MachineHealth(true) } : serving)] },
    };

    private static Task<Deployed> Of(params Pool[] pools) => Deployed.Of(Fleet(pools), A.Settings());

    /// <summary>Spot pools have a twin, and chat follows its load.</summary>
    private static FleetPlan Fleet(params Pool[] pools)
    {
        var fleet = A.FleetPlan([.. pools.Select(pool => pool.Serving == "chat" ? pool with { Instances = pool.Instances with { Min = 1 } } : pool)]);
        return fleet with
        {
            Plan = fleet.Plan with
            {
                Purchasing = fleet.Plan.Purchasing with { SpotFallback = SpotFallback.OnDemand },
                Servings = [.. fleet.Plan.Servings.Select(serving => serving.Name == "chat" ? serving with { Scaling = new Scaling(Share.FromPercent(70), 1.5, Share.All, true) } : serving)],
            },
        };
    }
}
