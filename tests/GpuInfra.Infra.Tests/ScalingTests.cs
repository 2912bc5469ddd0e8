using System.Text;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Infra.Tests;

public class ScalingTests
{
    private const string Policy = "aws:autoscaling/policy:Policy";
    private const string Autoscaler = "gcp:compute/regionAutoscaler:RegionAutoscaler";
    private const string Id = "chat-aws-us-east-1-ondemand-l4";

    [Fact]
    public async Task An_AWS_group_tracks_requests_waiting_and_places_in_use_of_its_own_pool()
    {
        var deployed = await Following(A.Pool());

        Assert.Equal(
            ["GpuInfra PlacesInUse 70 Pool=" + Id, "GpuInfra RequestsWaiting 1.5 Pool=" + Id],
            deployed.All(Policy).Select(policy => string.Join(' ',
                policy[Metric("namespace")], policy[Metric("metricName")], policy["targetTrackingConfiguration.targetValue"],
                $"{policy[Metric("metricDimensions.0.name")]}={policy[Metric("metricDimensions.0.value")]}")).Order(StringComparer.Ordinal));
        Assert.All(deployed.All(Policy), policy =>
        {
            Assert.Equal(("TargetTrackingScaling", "Average"), (policy["policyType"], policy[Metric("statistic")]));
            Assert.False(policy.Has("targetTrackingConfiguration.predefinedMetricSpecification"));
            Assert.Equal(Start(CloudProvider.Aws), policy["estimatedInstanceWarmup"]);
        });

        static string Metric(string name) => $"targetTrackingConfiguration.customizedMetricSpecification.{name}";
    }

    [Fact]
    public async Task A_Google_group_tracks_the_same_of_its_machines_and_gives_back_one_in_ten_minutes()
    {
        var autoscaler = (await Following(A.Pool(CloudProvider.Gcp))).One(Autoscaler);

        Assert.Equal(("1", "4", "ON", Start(CloudProvider.Gcp)), (Of("minReplicas"), Of("maxReplicas"), Of("mode"), Of("cooldownPeriod")));
        Assert.Equal(
            [("custom.googleapis.com/gpuinfra/places_in_use", "GAUGE", "70"), ("custom.googleapis.com/gpuinfra/requests_waiting", "GAUGE", "1.5")],
            Enumerable.Range(0, 2).Select(at => (Of($"metrics.{at}.name"), Of($"metrics.{at}.type"), Of($"metrics.{at}.target"))));
        Assert.False(autoscaler.Has("autoscalingPolicy.cpuUtilization"));
        Assert.Equal(("600", "1"), (Of("scaleInControl.timeWindowSec"), Of("scaleInControl.maxScaledInReplicas.fixed")));

        string? Of(string name) => autoscaler[$"autoscalingPolicy.{name}"];
    }

    [Fact]
    public async Task Pitfall_12_an_update_does_not_put_back_what_load_asked_for()
    {
        var deployed = await Following(A.Pool(), A.Pool(CloudProvider.Gcp));

        var group = deployed.One("aws:autoscaling/group:Group");
        Assert.Equal(["1", "4", "4"], [group["minSize"]!, group["desiredCapacity"]!, group["maxSize"]!]); // That it is ignored is seen offline: the official mocks hide options.
        Assert.False(deployed.One("gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager").Has("targetSize"));
    }

    [Fact]
    public async Task Pitfall_29_a_pool_that_follows_load_never_runs_empty() =>
        Assert.NotEqual("0", (await Following(A.Pool())).One("aws:autoscaling/group:Group")["minSize"]);

    [Fact]
    public async Task Machines_publish_the_load_that_is_followed_and_may_publish_nothing_else()
    {
        var deployed = await Following(A.Pool(), A.Pool(CloudProvider.Gcp), A.Pool(serving: "search"));

        var templates = deployed.All("aws:ec2/launchTemplate:LaunchTemplate").ToDictionary(template => template.Name, template => Encoding.UTF8.GetString(Convert.FromBase64String(template["userData"]!)));
        Assert.Contains("FIRST_PORT=${FIRST_PORT} POOL=${POOL} PLACES=${MAX_NUM_SEQS}\n", templates[Id]);
        Assert.DoesNotContain("gpuinfra-meter", templates["search-aws-us-east-1-ondemand-l4"]);
        Assert.Contains("gpuinfra-meter", deployed.One("gcp:compute/regionInstanceTemplate:RegionInstanceTemplate")["metadataStartupScript"]);
        Assert.Contains("\"cloudwatch:namespace\":\"GpuInfra\"", deployed.All("aws:iam/rolePolicy:RolePolicy").Single(policy => policy.Name == "gpuinfra-us-east-1")["policy"]);
        Assert.Contains(deployed.All("aws:ec2/vpcEndpoint:VpcEndpoint"), endpoint => endpoint["serviceName"] == "com.amazonaws.us-east-1.monitoring");
    }

    [Fact]
    public async Task With_a_watchdog_and_monitors_beside_it_all_that_is_metered_fits_into_user_data()
    {
        var fleet = Fleet(A.Pool(), A.Pool(serving: "search", autoShutdown: true));
        var deployed = await Deployed.Of(
            fleet with { Plan = fleet.Plan with { Environment = DeploymentEnvironment.Dev, Shutdown = new Shutdown(TimeSpan.FromMinutes(30), Share.FromPercent(5), null), Monitoring = new MonitoringPlan { Mode = MonitoringMode.Existing, From = ["10.20.0.0/24"] } } }, A.Settings());

        var script = Encoding.UTF8.GetString(Convert.FromBase64String(deployed.All("aws:ec2/launchTemplate:LaunchTemplate").Single(template => template.Name == Id)["userData"]!));
        Assert.Contains(" WATCHED=1 POOL=${POOL} PLACES=${MAX_NUM_SEQS}\n", script);
        Assert.InRange(script.Length, 1, (16 * 1024) - 512); // Room for adapters, a cut GPU and longer names.
    }

    [Fact]
    public async Task Owners_hear_of_machines_that_do_not_come_and_of_three_that_come_and_do_not_answer()
    {
        var deployed = await Following(A.Pool());

        Assert.Equal(["GroupDesiredCapacity", "GroupInServiceInstances"], deployed.One("aws:autoscaling/group:Group").List("enabledMetrics"));
        Assert.Equal("search@example.com", deployed.One("aws:sns/topicSubscription:TopicSubscription")["endpoint"]);
        var alarms = deployed.All("aws:cloudwatch/metricAlarm:MetricAlarm").ToDictionary(alarm => alarm.Name);
        Assert.Equal((2, "0", "desired - here"), Says(alarms[$"{Id}-short"]));
        Assert.Equal((2, "2", "here - FILL(told, 0) / 15"), Says(alarms[$"{Id}-silent"]));
        Assert.All(alarms.Values, alarm =>
        {
            Assert.StartsWith("arn:aws:mock:::gpuinfra-us-east-1-scaling", Assert.Single(alarm.List("alarmActions")));
            var section = alarm["alarmDescription"]![(alarm["alarmDescription"]!.IndexOf('#') + 1)..];
            Assert.Contains($"\n## {section}\n", File.ReadAllText(Path.Combine(Repository.Root, "docs", "runbooks", "scaling.md")));
        });

        // 7.5 minutes until they answer, and a quarter of an hour in which nothing comes: two periods of 15 minutes.
        static (int, string?, string?) Says(Declared alarm) => (int.Parse(alarm["evaluationPeriods"]!, System.Globalization.CultureInfo.InvariantCulture), alarm["threshold"], alarm["metricQueries.2.expression"]);
    }

    [Fact]
    public async Task In_an_incident_pools_stand_at_their_size()
    {
        var fleet = Fleet(A.Pool());
        var deployed = await Deployed.Of(fleet with { Plan = fleet.Plan with { Incident = new Incident([new LostPlace(LostKind.Zone, "use1-az2")], new DateOnly(2026, 12, 31), "fire") } }, A.Settings());

        Assert.Empty(deployed.All(Policy));
    }

    private static string Start(CloudProvider cloud)
    {
        var fleet = Fleet(A.Pool(cloud));
        return ((int)Math.Ceiling(PoolStart.Of(Catalog.Embedded, fleet.Plan.Servings[0], fleet.Pools[0]).Total.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static Task<Deployed> Following(params Pool[] pools) => Deployed.Of(Fleet(pools), A.Settings());

    /// <summary>A fleet whose pools may shrink to one machine; those of the search serving stand.</summary>
    private static FleetPlan Fleet(params Pool[] pools)
    {
        var fleet = A.FleetPlan([.. pools.Select(pool => pool.Serving == "search" ? pool : pool with { Instances = pool.Instances with { Min = 1 } })]);
        return fleet with { Plan = fleet.Plan with { Servings = [.. fleet.Plan.Servings.Select(serving => serving.Name == "search" ? serving : serving with { Scaling = new Scaling(Share.FromPercent(70), 1.5, Share.All, true) })] } };
    }
}
