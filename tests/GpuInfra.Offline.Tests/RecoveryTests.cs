using GpuInfra.Offline.Costs;
using GpuInfra.Offline.Diff;
using GpuInfra.Offline.Models;
using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Plans;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests;

/// <summary>Production with a region that stands by on each cloud: what stands there, what is copied to it, and the day that the other one is lost.</summary>
public sealed class RecoveryTests
{
    private const string StandBy = "dr: [{ region: us-west-2, rto: 4h, rpo: 15m }, { region: europe-west4, rto: 4h, rpo: 2h }]\n";

    private static readonly Lazy<Task<PreviewRecord>> Before = new(() => RunAsync(StandBy));

    private static readonly Lazy<Task<PreviewRecord>> After = new(() => RunAsync(StandBy + "incident: { lost: [region:us-east-1], until: 2026-12-10, reason: drill }\n"));

    internal static Task<PreviewRecord> StandingBy => Before.Value;

    [Fact]
    public async Task Every_policy_holds_before_and_on_the_day()
    {
        foreach (var record in new[] { await Before.Value, await After.Value })
        {
            Assert.Equal("", string.Join('\n', record.Checks.Where(check => check.Status == CheckStatus.Fail).Select(check => $"{check.Id} {check.Subject} {check.Detail}")));
        }
    }

    [Fact]
    public async Task Network_key_bucket_and_identity_stand_there_and_no_machine()
    {
        var resources = Of(await Before.Value, "us-west-2");
        foreach (var type in new[] { "aws:ec2/vpc:Vpc", ResourceTypes.KmsKey, ResourceTypes.Bucket, "aws:iam/instanceProfile:InstanceProfile", ResourceTypes.LogGroup, ResourceTypes.Lifecycle })
        {
            Assert.Contains(resources, resource => resource.Type == type);
        }

        Assert.DoesNotContain(resources, resource => resource.Type is ResourceTypes.AutoScalingGroup or ResourceTypes.LaunchTemplate or ResourceTypes.CapacityReservation or "aws:ec2/vpcEndpoint:VpcEndpoint");
        var google = Of(await Before.Value, "europe-west4");
        Assert.Contains(google, resource => resource.Type == ResourceTypes.GoogleBucket);
        Assert.Contains(google, resource => resource.Type == "gcp:kms/cryptoKey:CryptoKey");
        Assert.DoesNotContain(google, resource => ResourceTypes.Groups.Contains(resource.Type) || ResourceTypes.GoogleTemplates.Contains(resource.Type));
        Assert.All(resources.Concat(google).Where(resource => IrrevocableKinds.Of(resource.Type) is not null), resource => Assert.True(resource.Options.Protect, resource.Name));
    }

    [Fact]
    public async Task S3_copies_within_a_quarter_of_an_hour_from_key_to_key_and_no_deletion()
    {
        var record = await Before.Value;
        var copies = Assert.Single(record.Resolved.Resources, resource => resource.Type == ResourceTypes.Replication);
        var rule = Assert.Single(copies.Inputs.ListAt("rules"));
        Assert.Equal(("models/", "Enabled", "Disabled"), (rule.TextAt("filter", "prefix"), rule.TextAt("destination", "replicationTime", "status"), rule.TextAt("deleteMarkerReplication", "status")));
        Assert.Equal("15", rule.TextAt("destination", "replicationTime", "time", "minutes"));
        var key = record.Resolved.Resources.Single(resource => resource.Type == ResourceTypes.KmsKey && resource.Name == "gpuinfra-us-west-2");
        Assert.Contains("us-west-2", rule.TextAt("destination", "encryptionConfiguration", "replicaKmsKeyId"), StringComparison.Ordinal);
        Assert.Contains("\"CopiesByRoles\"", key.Inputs.TextAt("policy"), StringComparison.Ordinal);
        Assert.DoesNotContain("CopiesByRoles", record.Resolved.Resources.Single(resource => resource.Type == ResourceTypes.KmsKey && resource.Name == "gpuinfra-us-east-1").Inputs.TextAt("policy"), StringComparison.Ordinal);
        var role = record.Resolved.Resources.Single(resource => resource.Type == "aws:iam/rolePolicy:RolePolicy" && resource.Name == "gpuinfra-us-east-1-copies").Inputs.TextAt("policy")!;
        Assert.Contains("s3:ReplicateObject", role, StringComparison.Ordinal);
        Assert.DoesNotContain("ReplicateDelete", role, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_hour_is_kept_without_time_control()
    {
        var copies = (await RunAsync("dr: { region: us-west-2, rto: 4h, rpo: 1h }\n")).Resolved.Resources.Single(resource => resource.Type == ResourceTypes.Replication);
        Assert.All(copies.Inputs.ListAt("rules"), rule => Assert.Null(rule.At("destination", "replicationTime")));
        Assert.All(copies.Inputs.ListAt("rules"), rule => Assert.Equal("Enabled", rule.TextAt("destination", "metrics", "status")));
    }

    [Fact]
    public async Task Copies_that_fall_behind_are_told_where_S3_publishes_it()
    {
        var record = await Before.Value;
        var alarms = record.Resolved.Resources.Where(resource => resource.Type == "aws:cloudwatch/metricAlarm:MetricAlarm" && resource.Name.Contains("-copies-", StringComparison.Ordinal)).ToList();
        Assert.Equal(
            ["gpuinfra-us-east-1-copies-us-west-2-failed 0 OperationsFailedReplication Sum aws-us-east-1", "gpuinfra-us-west-2-copies-us-east-1-behind 900 ReplicationLatency Maximum aws-us-west-2"],
            alarms.OrderBy(alarm => alarm.Name, StringComparer.Ordinal).Select(alarm =>
            {
                var metric = alarm.Inputs.ListAt("metricQueries").Single(query => query.At("metric") is not null).At("metric");
                return $"{alarm.Name} {alarm.Inputs.TextAt("threshold")} {metric.TextAt("metricName")} {metric.TextAt("stat")} {alarm.Provider!.Split("::").First(part => part.StartsWith("aws-", StringComparison.Ordinal))}";
            }));
        var runbook = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "runbooks", "copies-behind.md"));
        Assert.All(alarms, alarm => Assert.Contains($"\n## {alarm.Inputs.TextAt("alarmDescription")!.Split('#')[1]}\n", runbook, StringComparison.Ordinal));
        foreach (var region in new[] { "us-east-1", "us-west-2" })
        {
            var key = record.Resolved.Resources.Single(resource => resource.Type == ResourceTypes.KmsKey && resource.Name == $"gpuinfra-{region}").Inputs.TextAt("policy")!;
            Assert.Contains($"gpuinfra-{region}-copies-*", key, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task On_Google_Cloud_no_run_that_ended_well_for_the_rpo_is_told()
    {
        var record = await Before.Value;
        var job = Assert.Single(record.Resolved.Resources, resource => resource.Type == "gcp:storage/transferJob:TransferJob");
        Assert.Equal("TRANSFER_OPERATION_SUCCESS", Assert.Single(job.Inputs.ListAt("notificationConfig", "eventTypes")).TextAt());
        var queries = record.Resolved.Resources.Where(resource => resource.Type == "gcp:monitoring/alertPolicy:AlertPolicy" && resource.Name.Contains("-copies-", StringComparison.Ordinal))
            .ToDictionary(resource => resource.Name.Split("-copies-")[1], resource => resource.Inputs.ListAt("conditions").Single().TextAt("conditionPrometheusQueryLanguage", "query")!);
        Assert.Contains("topic_send_request_count", queries["behind"], StringComparison.Ordinal);
        Assert.Contains("[120m]", queries["behind"], StringComparison.Ordinal);
        Assert.Contains("transferjob_error_count{job_id=~\"(transferJobs/)?", queries["failed"], StringComparison.Ordinal);
        Assert.Contains(record.Resolved.Resources, resource => resource.Type == "gcp:pubsub/topicIAMMember:TopicIAMMember" && resource.Name.EndsWith("-copies", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Google_copies_each_hour_what_is_new_or_different()
    {
        var job = Assert.Single((await Before.Value).Resolved.Resources, resource => resource.Type == "gcp:storage/transferJob:TransferJob");
        Assert.Equal(("3600s", "DIFFERENT"), (job.Inputs.TextAt("schedule", "repeatInterval"), job.Inputs.TextAt("transferSpec", "transferOptions", "overwriteWhen")));
        Assert.Null(job.Inputs.At("transferSpec", "transferOptions", "deleteObjectsUniqueInSink"));
        Assert.Equal(["models/"], job.Inputs.ListAt("transferSpec", "objectConditions", "includePrefixes").Select(prefix => prefix.TextAt()));
    }

    [Fact]
    public async Task Weights_and_images_are_asked_for_there_too()
    {
        var sync = ModelSync.Of(await Before.Value);
        foreach (var region in new[] { "aws-us-west-2", "gcp-europe-west4" })
        {
            Assert.Equal(3, sync.Weights.Count(copy => copy.Region == region));
            Assert.Single(sync.Images, image => image.Region == region);
        }

        Assert.Contains(sync.Absent("", "there.txt"), problem => problem.Message.Contains("is absent in aws-us-west-2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_stands_there_and_the_way_there_are_priced()
    {
        var record = await Before.Value;
        var cost = record.Costs.Resources.Where(resource => resource.Urn.Contains("us-west-2", StringComparison.Ordinal)).SelectMany(resource => resource.Lines).ToList();
        Assert.Equal([CostKind.Storage, CostKind.Keys], cost.Select(line => line.Kind).Distinct().Order());
        var way = Assert.Single(record.Costs.Resources.SelectMany(resource => resource.Lines), line => line.Kind == CostKind.Copies);
        var stored = record.Costs.Resources.Single(resource => resource.Type == ResourceTypes.Bucket && resource.Urn.EndsWith("gpuinfra-weights-us-west-2", StringComparison.Ordinal)).Lines.Single();
        Assert.Equal((stored.Quantity, 0.02m), (way.Quantity, way.UnitPrice.Amount));
    }

    [Fact]
    public async Task On_the_day_machines_are_added_there_and_nothing_that_stands_is_replaced_or_deleted()
    {
        var diff = RecordComparison.Compare(StackRecord.Of(await Before.Value), StackRecord.Of(await After.Value), DiffOptions.Strict with { Today = new DateOnly(2026, 12, 3) });
        Assert.True(diff.Passed, string.Join('\n', diff.Gate.Where(check => check.Status == CheckStatus.Fail)));
        var there = diff.Resources.Where(change => change.Name.Contains("us-west-2", StringComparison.Ordinal)).ToList();
        Assert.Contains(there, change => change.Type == ResourceTypes.AutoScalingGroup && change.Action == ResourceAction.Create);
        Assert.All(there, change => Assert.True(change.Action is not (ResourceAction.Replace or ResourceAction.Delete), $"{change.Action} {change.Name}"));
        Assert.All(there.Where(change => IrrevocableKinds.Of(change.Type) is not (null or "reservation")), change => Assert.NotEqual(ResourceAction.Create, change.Action));
    }

    [Fact]
    public async Task A_machine_image_of_the_region_is_asked_for_before_the_day()
    {
        using var sandbox = new Sandbox();
        File.AppendAllText(sandbox.Stacks("prod.plan.yaml"), StandBy);
        var problem = await Assert.ThrowsAnyAsync<Exception>(() => FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(sandbox.Root)!, "prod")));
        Assert.Contains("images.aws.us-west-2", problem.Message, StringComparison.Ordinal);
    }

    private static List<ResourceRecord> Of(PreviewRecord record, string region) =>
        [.. record.Resolved.Resources.Where(resource => resource.Name.Contains(region, StringComparison.Ordinal) && !resource.Name.Contains("copies", StringComparison.Ordinal))];

    private static async Task<PreviewRecord> RunAsync(string keys)
    {
        using var sandbox = new Sandbox();
        File.AppendAllText(sandbox.Stacks("prod.plan.yaml"), keys);
        sandbox.Change("Pulumi.prod.yaml", "      us-east-1: ami-0123456789abcdef0\n", "      us-east-1: ami-0123456789abcdef0\n      us-west-2: ami-0123456789abcdef1\n");
        sandbox.Change("Pulumi.prod.yaml", "      us-east-1: ami-0fedcba9876543210\n", "      us-east-1: ami-0fedcba9876543210\n      us-west-2: ami-0fedcba9876543211\n");
        return await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(sandbox.Root)!, "prod"));
    }
}
