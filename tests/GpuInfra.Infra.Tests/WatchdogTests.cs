using System.Text;
using System.Text.Json.Nodes;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Infra.Tests;

public class WatchdogTests
{
    private const string Amazon = "aws:lambda/function:Function";
    private const string Google = "gcp:cloudfunctionsv2/function:Function";
    private static readonly string[] Deeds = ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup", "ec2:StopInstances"];

    [Theory]
    [InlineData(DeploymentEnvironment.Prod, true, true)]
    [InlineData(DeploymentEnvironment.Dev, false, true)]
    [InlineData(DeploymentEnvironment.Dev, true, false)]
    public async Task There_is_none_in_production_without_shutdown_or_without_pools_for_it(DeploymentEnvironment environment, bool shutdown, bool pools)
    {
        var deployed = await Of(environment, shutdown ? Idle() : null, A.Pool(autoShutdown: pools), A.Pool(CloudProvider.Gcp, autoShutdown: pools));

        Assert.Empty(deployed.All(Amazon));
        Assert.Empty(deployed.All(Google));
        Assert.DoesNotContain("gpuinfra-meter", Script(deployed));
        Assert.DoesNotContain(deployed.All("aws:ec2/vpcEndpoint:VpcEndpoint"), endpoint => endpoint["serviceName"]!.EndsWith("monitoring", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_runs_one_at_a_time_every_quarter_of_an_hour_and_loses_nothing()
    {
        var deployed = await Watching(ShutdownMode.DryRun);

        var function = deployed.One(Amazon);
        Assert.Equal(("1", "120"), (function["reservedConcurrentExecutions"], function["timeout"]));
        Assert.StartsWith("arn:aws:mock:::gpuinfra-us-east-1-watchdog", function["deadLetterConfig.targetArn"]);
        Assert.Equal("gpuinfra-us-east-1-watchdog", function["loggingConfig.logGroup"]);
        Assert.Equal("rate(15 minutes)", deployed.One("aws:scheduler/schedule:Schedule")["scheduleExpression"]);
        Assert.True(deployed.One("aws:scheduler/schedule:Schedule").Has("target.deadLetterConfig.arn"));
        Assert.Equal("*/15 * * * *", deployed.One("gcp:cloudscheduler/job:Job")["schedule"]);
        Assert.Equal(("1", "1", "ALLOW_INTERNAL_ONLY"), (
            deployed.One(Google)["serviceConfig.maxInstanceCount"],
            deployed.One(Google)["serviceConfig.maxInstanceRequestConcurrency"],
            deployed.One(Google)["serviceConfig.ingressSettings"]));
        Assert.Contains(deployed.All("gcp:pubsub/subscription:Subscription"), subscription => subscription.Has("deadLetterPolicy.deadLetterTopic"));
        Assert.Equal("365", deployed.All("aws:cloudwatch/logGroup:LogGroup").Single(logs => logs.Name.EndsWith("watchdog", StringComparison.Ordinal))["retentionInDays"]);
    }

    [Fact]
    public async Task All_that_it_keeps_is_under_the_regions_key()
    {
        var deployed = await Watching(ShutdownMode.DryRun);

        Assert.All(
            new[]
            {
                (Amazon, "kmsKeyArn"), ("aws:sqs/queue:Queue", "kmsMasterKeyId"), ("aws:sns/topic:Topic", "kmsMasterKeyId"),
                ("aws:dynamodb/table:Table", "serverSideEncryption.kmsKeyArn"),
            },
            place => Assert.Equal("arn:aws:mock:::gpuinfra-us-east-1", deployed.One(place.Item1)[place.Item2]));
        Assert.All(deployed.All("gcp:pubsub/topic:Topic"), topic => Assert.Equal("gpuinfra-us-central1-id", topic["kmsKeyName"]));
        var key = Statements(deployed.One("aws:kms/key:Key")["policy"]!);
        Assert.Contains(key, statement => (string?)statement["Sid"] == "AlarmsSpeak");
        Assert.Equal(
            ["dynamodb.us-east-1.amazonaws.com", "lambda.us-east-1.amazonaws.com", "sns.us-east-1.amazonaws.com", "sqs.us-east-1.amazonaws.com"],
            key.Single(statement => (string?)statement["Sid"] == "WatchdogByRoles")["Condition"]!["StringEquals"]!["kms:ViaService"]!.AsArray().Select(value => (string)value!));
    }

    [Fact]
    public async Task A_dry_run_has_no_right_to_act_on_either_cloud()
    {
        var deployed = await Watching(ShutdownMode.DryRun);

        Assert.DoesNotContain(Role(deployed), statement => (string?)statement["Effect"] == "Allow" && Actions(statement).Intersect(Deeds).Any());
        Assert.All(deployed.One("gcp:projects/iAMCustomRole:IAMCustomRole").List("permissions"), permission =>
            Assert.True(permission.EndsWith(".get", StringComparison.Ordinal) || permission.EndsWith(".list", StringComparison.Ordinal)
                || permission == "monitoring.timeSeries.create", permission));
    }

    [Fact]
    public async Task To_enforce_it_may_touch_only_what_is_its_own_and_says_so()
    {
        var deployed = await Watching(ShutdownMode.Enforce);

        var acting = Role(deployed).Where(statement => (string?)statement["Effect"] == "Allow" && Actions(statement).Intersect(Deeds).Any()).ToList();
        Assert.Equal(Deeds, acting.SelectMany(Actions).Order(StringComparer.Ordinal));
        Assert.All(acting, statement =>
        {
            var tags = statement["Condition"]!["StringEquals"]!.AsObject();
            Assert.Equal("enabled", (string?)tags["aws:ResourceTag/auto-shutdown"]);
            Assert.Equal("dev", (string?)tags["aws:ResourceTag/environment"]);
            Assert.Equal("pulumi/gpuinfra/prod", (string?)tags["aws:ResourceTag/managed-by"]);
            Assert.All(statement["Resource"]!.AsArray(), resource => Assert.Contains($":us-east-1:{A.Account}:", (string?)resource));
        });
        Assert.Contains("compute.instanceGroupManagers.update", deployed.One("gcp:projects/iAMCustomRole:IAMCustomRole").List("permissions"));
        Assert.DoesNotContain(Role(deployed).SelectMany(Actions), action => action is "ec2:CreateTags" or "autoscaling:CreateOrUpdateTags");
    }

    [Theory]
    [InlineData(ShutdownMode.DryRun)]
    [InlineData(ShutdownMode.Enforce)]
    public async Task Production_reservations_and_protected_machines_are_denied_whatever_is_allowed(ShutdownMode mode)
    {
        var denied = Role(await Watching(mode)).Where(statement => (string?)statement["Effect"] == "Deny").ToList();

        Assert.All(denied, statement => Assert.Equal([.. Deeds, "ec2:TerminateInstances"], Actions(statement)));
        Assert.Equal(
            [
                """{"StringEquals":{"aws:ResourceTag/environment":"prod"}}""", """{"StringEquals":{"aws:ResourceTag/tier":"reserved"}}""",
                """{"Null":{"aws:ResourceTag/protected-until":"false"}}""", """{"Null":{"aws:ResourceTag/gpu:protected-until":"false"}}""",
            ],
            denied.Select(statement => statement["Condition"]!.ToJsonString()));
    }

    [Fact]
    public async Task Tags_that_the_organisation_renamed_are_fenced_by_their_names()
    {
        var fleet = Fleet(DeploymentEnvironment.Dev, Idle(ShutdownMode.Enforce), A.Pool(autoShutdown: true));
        var policy = fleet.Plan.Tags with { Rename = fleet.Plan.Tags.Rename.Add("environment", "Stage").Add("auto-shutdown", "Off").Add("protected-until", "Keep") };
        var role = Role(await Deployed.Of(fleet with { Plan = fleet.Plan with { Tags = policy } }, A.Settings()));

        var conditions = role.Select(statement => statement["Condition"]?.ToJsonString() ?? "").ToList();
        Assert.Contains("""{"StringEquals":{"aws:ResourceTag/Stage":"prod"}}""", conditions);
        Assert.Contains("""{"Null":{"aws:ResourceTag/Keep":"false"}}""", conditions);
        Assert.Contains(conditions, condition => condition.Contains("\"aws:ResourceTag/Off\":\"enabled\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Owners_hear_of_it()
    {
        var deployed = await Watching(ShutdownMode.DryRun);

        Assert.Equal("search@example.com", deployed.One("aws:sns/topicSubscription:TopicSubscription")["endpoint"]);
        Assert.Equal("search@example.com", deployed.One("gcp:monitoring/notificationChannel:NotificationChannel")["labels.email_address"]);
        Assert.All(deployed.All("aws:cloudwatch/metricAlarm:MetricAlarm"), alarm => Assert.Equal(1, alarm.Count("alarmActions")));
        var silent = deployed.All("aws:cloudwatch/metricAlarm:MetricAlarm").Single(alarm => alarm.Name.EndsWith("silent", StringComparison.Ordinal));
        Assert.Equal(("2", "breaching", "900"), (silent["evaluationPeriods"], silent["treatMissingData"], silent["metricQueries.0.metric.period"]));
        var absent = deployed.All("gcp:monitoring/alertPolicy:AlertPolicy").Single(alarm => alarm.Name.EndsWith("silent", StringComparison.Ordinal));
        Assert.Equal(
            "absent_over_time(custom_googleapis_com:gpuinfra_watchdog_runs{region=\"us-central1\",stack=\"prod\"}[30m])",
            absent["conditions.0.conditionPrometheusQueryLanguage.query"]);
    }

    [Fact]
    public async Task Machines_publish_what_it_reads_and_may_publish_nothing_else()
    {
        var deployed = await Watching(ShutdownMode.DryRun);

        var meter = deployed.All("aws:s3/bucketObjectv2:BucketObjectv2").Single(file => file["key"]!.StartsWith("meter/", StringComparison.Ordinal));
        Assert.Contains("--namespace GpuInfra --metric-name", meter["content"]);
        Assert.Contains("custom.googleapis.com/gpuinfra/", meter["content"]);
        Assert.Contains(meter["key"]!, Script(deployed));
        Assert.Contains(meter["key"]!, deployed.One("gcp:compute/regionInstanceTemplate:RegionInstanceTemplate")["metadataStartupScript"]);
        Assert.Contains(deployed.All("gcp:storage/bucketObject:BucketObject"), file => file["name"] == meter["key"]);
        var machine = deployed.All("aws:iam/rolePolicy:RolePolicy").Single(policy => policy.Name == "gpuinfra-us-east-1");
        var tell = Statements(machine["policy"]!).Single(statement => Actions(statement).Contains("cloudwatch:PutMetricData"));
        Assert.Equal("GpuInfra", (string?)tell["Condition"]!["StringEquals"]!["cloudwatch:namespace"]);
        Assert.Contains(deployed.All("aws:ec2/vpcEndpoint:VpcEndpoint"), endpoint => endpoint["serviceName"] == "com.amazonaws.us-east-1.monitoring");
    }

    [Fact]
    public async Task Pools_that_may_be_shut_down_say_when()
    {
        var pools = new[] { A.Pool(autoShutdown: true), A.Pool(serving: "search", autoShutdown: true, window: A.Window("08:00", "20:00")), A.Pool(serving: "kept") };
        var deployed = await Of(DeploymentEnvironment.Dev, Idle() with { OfficeHours = A.Window("08:00", "20:00") }, pools);

        Assert.Equal(
            ["30 always", " ", "30 office-hours"],
            deployed.All("aws:ec2/launchTemplate:LaunchTemplate").OrderBy(template => template.Name, StringComparer.Ordinal)
                .Select(template => $"{template["tags.idle-minutes"]} {template["tags.schedule"]}"));
    }

    private static Shutdown Idle(ShutdownMode mode = ShutdownMode.DryRun) => new(TimeSpan.FromMinutes(30), Share.FromPercent(5), null) { Mode = mode };

    private static Task<Deployed> Watching(ShutdownMode mode) => Of(
        DeploymentEnvironment.Dev, Idle(mode), A.Pool(autoShutdown: true), A.Pool(CloudProvider.Gcp, autoShutdown: true));

    private static Task<Deployed> Of(DeploymentEnvironment environment, Shutdown? shutdown, params Pool[] pools) =>
        Deployed.Of(Fleet(environment, shutdown, pools), A.Settings());

    private static FleetPlan Fleet(DeploymentEnvironment environment, Shutdown? shutdown, params Pool[] pools)
    {
        var fleet = A.FleetPlan(environment, pools);
        return fleet with { Plan = fleet.Plan with { Shutdown = shutdown } };
    }

    private static List<JsonObject> Role(Deployed deployed) => Statements(
        deployed.All("aws:iam/rolePolicy:RolePolicy").Single(policy => policy.Name == "gpuinfra-us-east-1-watchdog")["policy"]!);

    private static List<JsonObject> Statements(string policy) => [.. JsonNode.Parse(policy)!["Statement"]!.AsArray().Select(statement => statement!.AsObject())];

    private static IEnumerable<string> Actions(JsonObject statement) => statement["Action"] switch
    {
        JsonArray actions => actions.Select(action => (string)action!),
        var action => [(string)action!],
    };

    private static string Script(Deployed deployed) =>
        Encoding.UTF8.GetString(Convert.FromBase64String(deployed.One("aws:ec2/launchTemplate:LaunchTemplate")["userData"]!));
}
