using System.Text;
using System.Text.Json.Nodes;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;
using Pulumi;

namespace GpuInfra.Infra.Tests;

public class QueueTests
{
    private const string Id = "batch-digest-aws-us-east-1-spot-l4";
    private const string Queue = "aws:sqs/queue:Queue";

    [Fact]
    public async Task Without_a_queue_nothing_of_it_is_deployed()
    {
        var deployed = await Deployed.Of(A.Pool(tier: Tier.Spot, serving: "batch-digest", window: A.Window("22:00", "06:00")));

        Assert.Empty(deployed.All(Queue));
        Assert.DoesNotContain("gpuinfra-runner", Script(deployed));
        Assert.DoesNotContain("JobFiles", Role(deployed));
    }

    [Fact]
    public async Task Jobs_wait_in_a_queue_under_the_regions_key_and_are_put_aside_when_nobody_can_finish_them()
    {
        var deployed = await Queued();

        var queue = deployed.All(Queue).Single(one => one.Name == "gpuinfra-us-east-1-batch-digest");
        Assert.Equal(("600", "arn:aws:mock:::gpuinfra-us-east-1"), (queue["visibilityTimeoutSeconds"], queue["kmsMasterKeyId"]));
        var redrive = JsonNode.Parse(queue["redrivePolicy"]!)!;
        Assert.Equal(("arn:aws:mock:::gpuinfra-us-east-1-batch-digest-aside", 20), ((string?)redrive["deadLetterTargetArn"], (int)redrive["maxReceiveCount"]!));
        var alarm = deployed.All("aws:cloudwatch/metricAlarm:MetricAlarm").Single(one => one.Name.EndsWith("-aside", StringComparison.Ordinal));
        Assert.Equal("search@example.com", deployed.One("aws:sns/topicSubscription:TopicSubscription")["endpoint"]);
        Assert.Contains($"\n## {alarm["alarmDescription"]![(alarm["alarmDescription"]!.IndexOf('#') + 1)..]}\n", File.ReadAllText(Path.Combine(Repository.Root, "docs", "runbooks", "jobs.md")));
        Assert.Contains("sqs.us-east-1.amazonaws.com", deployed.One("aws:kms/key:Key")["policy"]);
    }

    [Fact]
    public async Task A_group_has_as_many_machines_as_jobs_need_from_none_to_the_planned_size()
    {
        var deployed = await Queued();

        var group = deployed.One("aws:autoscaling/group:Group");
        Assert.Equal(("0", "0", "16"), (group["minSize"], group["desiredCapacity"], group["maxSize"])); // In replicas: the spot group counts those.
        var (jobs, none) = (Alarm("jobs"), Alarm("no-jobs"));
        Assert.Equal(("GreaterThanThreshold", "0", "1", "CEIL((waiting + running) / 2) * 4"), (jobs["comparisonOperator"], jobs["threshold"], jobs["evaluationPeriods"], jobs["metricQueries.2.expression"]));
        Assert.Equal(("LessThanOrEqualToThreshold", "0", "15"), (none["comparisonOperator"], none["threshold"], none["evaluationPeriods"]));
        Assert.Equal(["4", "8", "12", "16"], Enumerable.Range(0, 4).Select(at => Policy("jobs")[$"stepAdjustments.{at}.scalingAdjustment"]!));
        Assert.Equal(("ExactCapacity", "0"), (Policy("no-jobs")["adjustmentType"], Policy("no-jobs")["scalingAdjustment"]));
        Assert.All(new[] { jobs, none }, alarm => Assert.Equal("missing", alarm["treatMissingData"]));

        Declared Alarm(string name) => deployed.All("aws:cloudwatch/metricAlarm:MetricAlarm").Single(one => one.Name == $"{Id}-{name}");
        Declared Policy(string name) => deployed.All("aws:autoscaling/policy:Policy").Single(one => one.Name == $"{Id}-{name}");
    }

    [Fact]
    public async Task Its_window_opens_and_closes_what_jobs_may_take_and_starts_nothing_itself()
    {
        var schedules = (await Queued()).All("aws:autoscaling/schedule:Schedule").ToDictionary(schedule => schedule["scheduledActionName"]!);

        Assert.Equal(("0", "-1", "16"), Sizes("start"));
        Assert.Equal(("0", "0", "0"), Sizes("stop"));

        (string?, string?, string?) Sizes(string name) => (schedules[name]["minSize"], schedules[name]["desiredCapacity"], schedules[name]["maxSize"]);
    }

    [Fact]
    public async Task A_machine_may_take_jobs_write_their_files_and_keep_itself_and_nothing_else_besides()
    {
        var statements = JsonNode.Parse(Role(await Queued()))!["Statement"]!.AsArray().Select(statement => statement!.AsObject()).ToDictionary(statement => (string)statement["Sid"]!);

        Assert.Equal("arn:aws:mock:::gpuinfra-us-east-1-batch-digest", Assert.Single(Resources("TakeJobs")));
        Assert.Equal("arn:aws:mock:::gpuinfra-weights-us-east-1/jobs/*", Assert.Single(Resources("JobFiles")));
        Assert.Equal(["s3:PutObject"], statements.Values.SelectMany(Actions).Where(action => action.StartsWith("s3:", StringComparison.Ordinal) && !action.StartsWith("s3:Get", StringComparison.Ordinal) && !action.StartsWith("s3:List", StringComparison.Ordinal)));
        Assert.Equal("{\"StringEquals\":{\"aws:ResourceTag/managed-by\":\"pulumi/gpuinfra/prod\"}}", statements["KeepWhileBusy"]["Condition"]!.ToJsonString());
        Assert.DoesNotContain(statements.Values.SelectMany(Actions), action => action is "sqs:SendMessage" or "sqs:PurgeQueue" or "autoscaling:SetDesiredCapacity");

        IEnumerable<string> Resources(string id) => statements[id]["Resource"]!.AsArray().Select(resource => (string)resource!);
        static IEnumerable<string> Actions(JsonObject statement) => statement["Action"]!.AsArray().Select(action => (string)action!);
    }

    [Fact]
    public async Task The_runner_is_fetched_by_its_sums_and_started_after_the_replicas()
    {
        var deployed = await Queued();

        var script = Script(deployed);
        var files = deployed.All("aws:s3/bucketObjectv2:BucketObjectv2").ToDictionary(file => file["key"]!, file => file["content"]!);
        Assert.Equal(2, files.Count);
        Assert.All(files, file =>
        {
            Assert.Contains(file.Key, Fetch(script));
            Assert.Contains(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(file.Value))), file.Key);
        });
        Assert.Contains("SERVING=batch-digest MODEL=${MODEL%% *}", script);
        Assert.Contains("CHECKPOINT_SECONDS=300 LEASE_SECONDS=600", script);
        Assert.Contains("\nConditionPathExists=!/run/gpuinfra-leaving\n", script); // After a spot notice systemd starts it no more: test_jobs asks systemd.
        Assert.True(script.IndexOf("\nstart_replicas\n", StringComparison.Ordinal) < script.IndexOf("gpuinfra-runner.service", StringComparison.Ordinal));
        Assert.InRange(script.Length, 1, (16 * 1024) - 512);
        Assert.Equal(
            ["autoscaling", "sqs"],
            deployed.All("aws:ec2/vpcEndpoint:VpcEndpoint").Select(endpoint => endpoint["serviceName"]!.Split('.')[^1]).Where(service => service is "sqs" or "autoscaling").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Watched_by_watchdog_and_monitors_its_script_still_fits_into_user_data_and_machines_fetch_six_files_in_one_way()
    {
        var fleet = Fleet(A.Pool(tier: Tier.Spot, serving: "batch-digest", window: A.Window("22:00", "06:00"), autoShutdown: true));
        var deployed = await Deployed.Of(
            fleet with
            {
                Plan = fleet.Plan with
                {
                    Environment = DeploymentEnvironment.Dev,
                    Shutdown = new Shutdown(TimeSpan.FromMinutes(30), Share.FromPercent(5), null),
                    Monitoring = new MonitoringPlan { Mode = MonitoringMode.Existing, From = ["10.20.0.0/24"] },
                },
            },
            A.Settings());

        var script = Script(deployed);
        Assert.InRange(Encoding.UTF8.GetByteCount(script), 1, (16 * 1024) - 512); // Room for adapters, a cut GPU and longer names.
        Assert.Single(script.Split('\n'), line => line == "fetch_files() {");
        Assert.All(deployed.All("aws:s3/bucketObjectv2:BucketObjectv2").Select(file => file["key"]!), key => Assert.Contains(key, script));
        Assert.Equal(6, deployed.All("aws:s3/bucketObjectv2:BucketObjectv2").Count());
    }

    [Fact]
    public async Task A_queue_without_hours_that_are_priced_is_refused()
    {
        var refused = await Assert.ThrowsAsync<RunException>(() => Deployed.Of(Fleet(A.Pool(tier: Tier.Spot, serving: "batch-digest")), A.Settings()));
        Assert.Contains("a queue needs hours that are priced", refused.Message);
    }

    [Fact]
    public async Task On_Google_Cloud_a_group_has_as_many_machines_as_messages_need_from_none_to_the_planned_size()
    {
        var deployed = await OnGoogle();

        var scaler = deployed.One("gcp:compute/regionAutoscaler:RegionAutoscaler");
        Assert.Equal(("0", "4", "ON"), (Of("minReplicas"), Of("maxReplicas"), Of("mode")));
        Assert.Equal(
            ("custom.googleapis.com/gpuinfra/jobs", "2", "resource.type = \"global\" AND metric.labels.region = \"us-central1\" AND metric.labels.stack = \"prod\" AND metric.labels.pool = \"batch-digest-gcp-us-central1-spot-l4\""),
            (Of("metrics.0.name"), Of("metrics.0.singleInstanceAssignment"), Of("metrics.0.filter")));
        Assert.False(deployed.One("gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager").Has("targetSize"));
        var script = deployed.One("gcp:compute/regionInstanceTemplate:RegionInstanceTemplate")["metadataStartupScript"]!;
        Assert.Contains("QUEUE=gpuinfra-us-central1-batch-digest SERVING=batch-digest", script);
        Assert.All(
            deployed.All("gcp:storage/bucketObject:BucketObject").Where(file => file.Name.Contains("runner", StringComparison.Ordinal)),
            file => Assert.Contains(file["name"]!, Fetch(script)));

        string? Of(string name) => scaler[$"autoscalingPolicy.{name}"];
    }

    [Fact]
    public async Task On_Google_Cloud_machines_may_take_from_their_queue_alone_and_write_below_the_jobs_alone()
    {
        var deployed = await OnGoogle();

        var takers = deployed.All("gcp:pubsub/subscriptionIAMMember:SubscriptionIAMMember");
        Assert.Equal(["gpuinfra-us-central1-batch-digest"], takers.Select(taker => taker["subscription"]).Distinct());
        Assert.Contains(takers, taker => taker["member"] == "serviceAccount:gcp-us-central1@example.com" && taker["role"] == "roles/pubsub.subscriber");
        var writer = deployed.All("gcp:storage/bucketIAMMember:BucketIAMMember").Single(grant => grant["role"] == "roles/storage.objectUser");
        Assert.Equal("resource.name.startsWith(\"projects/_/buckets/gpuinfra-weights-us-central1/objects/jobs/\")", writer["condition.expression"]);
        Assert.DoesNotContain(deployed.All("gcp:projects/iAMMember:IAMMember"), grant => grant["role"]!.StartsWith("roles/pubsub", StringComparison.Ordinal));
        Assert.All(deployed.All("gcp:pubsub/topic:Topic"), topic => Assert.True(topic.Has("kmsKeyName")));
        var queue = deployed.All("gcp:pubsub/subscription:Subscription").Single(one => one.Has("deadLetterPolicy.deadLetterTopic"));
        Assert.Equal(("600", "20"), (queue["ackDeadlineSeconds"], queue["deadLetterPolicy.maxDeliveryAttempts"]));
        Assert.Contains(deployed.All("gcp:monitoring/alertPolicy:AlertPolicy"), alarm => alarm["documentation.content"]!.Contains("docs/runbooks/jobs.md#aside", StringComparison.Ordinal));
    }

    [Fact]
    public async Task On_Google_Cloud_the_keeper_is_told_which_jobs_may_run_when_and_gets_no_right_for_it()
    {
        var deployed = await OnGoogle();

        var function = deployed.One("gcp:cloudfunctionsv2/function:Function");
        Assert.Equal("{\"batch-digest-gcp-us-central1-spot-l4\":\"gpuinfra-us-central1-batch-digest\"}", function["serviceConfig.environmentVariables.QUEUES"]);
        Assert.Equal(
            ["compute.autoscalers.get", "compute.instanceGroupManagers.get", "compute.instances.list", "compute.zoneOperations.list", "monitoring.timeSeries.create", "monitoring.timeSeries.list"],
            deployed.One("gcp:projects/iAMCustomRole:IAMCustomRole").List("permissions").Order(StringComparer.Ordinal));
    }

    /// <summary>The line by which a machine fetches the runner.</summary>
    private static string Fetch(string script) => script.Split('\n').Single(line => line.StartsWith("retry 10 fetch_files ", StringComparison.Ordinal));

    private static Task<Deployed> OnGoogle() => Deployed.Of(Fleet(A.Pool(CloudProvider.Gcp, Tier.Spot, "batch-digest", window: A.Window("22:00", "06:00"))), A.Settings());

    private static Task<Deployed> Queued() => Deployed.Of(Fleet(A.Pool(tier: Tier.Spot, serving: "batch-digest", window: A.Window("22:00", "06:00"))), A.Settings());

    private static FleetPlan Fleet(Pool pool)
    {
        var fleet = A.FleetPlan(pool);
        return fleet with { Servings = [.. fleet.Servings.Select(serving => serving with { Serving = serving.Serving with { Queue = new JobQueue(2, TimeSpan.FromMinutes(5)) } })] };
    }

    private static string Script(Deployed deployed) => Encoding.UTF8.GetString(Convert.FromBase64String(deployed.One("aws:ec2/launchTemplate:LaunchTemplate")["userData"]!));

    private static string Role(Deployed deployed) => deployed.One("aws:iam/rolePolicy:RolePolicy")["policy"]!;
}
