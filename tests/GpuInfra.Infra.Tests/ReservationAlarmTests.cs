using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Infra.Tests;

public class ReservationAlarmTests
{
    private const string Alarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
    private const string Policy = "gcp:monitoring/alertPolicy:AlertPolicy";

    [Fact]
    public async Task Pitfall_7_owners_hear_when_machines_of_an_AWS_reservation_are_paid_and_do_not_run()
    {
        var deployed = await Deployed.Of(A.Pool(tier: Tier.Reserved));

        var alarms = deployed.All(Alarm);
        Assert.Equal(deployed.All("aws:ec2/capacityReservation:CapacityReservation").Select(made => $"{made.Name}-unused").Order(StringComparer.Ordinal), alarms.Select(alarm => alarm.Name).Order(StringComparer.Ordinal));
        Assert.All(alarms, alarm =>
        {
            Assert.Equal(("GreaterThanThreshold", "0", "4", "breaching", "total - used"), (alarm["comparisonOperator"], alarm["threshold"], alarm["evaluationPeriods"], alarm["treatMissingData"], alarm["metricQueries.2.expression"]));
            Assert.Equal(["TotalInstanceCount", "UsedInstanceCount"], Enumerable.Range(0, 2).Select(at => alarm[$"metricQueries.{at}.metric.metricName"]));
            Assert.Equal("AWS/EC2CapacityReservations", alarm["metricQueries.0.metric.namespace"]);
            Assert.StartsWith("arn:aws:mock:::gpuinfra-us-east-1-reserved", Assert.Single(alarm.List("alarmActions")));
            Assert.Contains("docs/runbooks/reservation-unused.md", alarm["alarmDescription"]);
        });
        Assert.Equal("search@example.com", deployed.One("aws:sns/topicSubscription:TopicSubscription")["endpoint"]);
        Assert.Contains("gpuinfra-us-east-1-reserved-*", deployed.One("aws:kms/key:Key")["policy"]);
    }

    [Fact]
    public async Task A_held_reservation_is_looked_at_by_its_id_unless_another_account_has_its_figures()
    {
        var pool = A.Pool(tier: Tier.Reserved, instances: 1);
        var held = await Deployed.Of(pool with { Held = [A.Held("cr-0held", "use1-az1", 1), A.Held("cr-0other", "use1-az4", 1) with { Account = "999988887777" }] });

        var alarm = held.One(Alarm);
        Assert.Equal("cr-0held", alarm["metricQueries.0.metric.dimensions.CapacityReservationId"]);
    }

    [Fact]
    public async Task Pitfall_7_on_Google_Cloud_each_reservation_in_a_zone_is_compared_with_what_is_used_of_it()
    {
        var alarms = (await Deployed.Of(A.Pool(CloudProvider.Gcp, Tier.Reserved))).All(Policy);

        Assert.Equal(["us-central1-a-google-cloud", "us-central1-b-google-cloud"], alarms.Select(alarm => alarm.Name).Order(StringComparer.Ordinal)); // Two zones have machines.
        Assert.All(alarms, alarm =>
        {
            var query = alarm["conditions.0.conditionPrometheusQueryLanguage.query"]!;
            Assert.Contains("sum by (reservation_id) (min_over_time(compute_googleapis_com:reservation_reserved{monitored_resource=\"compute.googleapis.com/Reservation\",location=\"us-central1-", query);
            Assert.Contains("- (sum by (reservation_id) (max_over_time(compute_googleapis_com:reservation_used{", query);
            Assert.Contains("docs/runbooks/reservation-unused.md#google-cloud", alarm["documentation.content"]);
            Assert.Equal(1, alarm.Count("notificationChannels"));
        });
        Assert.Contains("\n## google-cloud\n", File.ReadAllText(Path.Combine(Repository.Root, "docs", "runbooks", "reservation-unused.md")));
    }

    [SkippableFact]
    public async Task Prometheus_finds_the_reservation_that_is_not_used_whole_and_one_that_is_not_used_at_all()
    {
        Skip.IfNot(File.Exists("/usr/bin/promtool"), "Prometheus' checker is not installed.");
        var query = (await Deployed.Of(A.Pool(CloudProvider.Gcp, Tier.Reserved))).All(Policy).Single(alarm => alarm.Name == "us-central1-a-google-cloud")["conditions.0.conditionPrometheusQueryLanguage.query"]!;
        var folder = Directory.CreateTempSubdirectory();
        var file = Path.Combine(folder.FullName, "test.yaml");
        await File.WriteAllTextAsync(file, $$"""
            evaluation_interval: 5m
            tests:
              - interval: 5m
                input_series:
                  - { series: '{{Series("reserved", "1", "a")}}', values: '4x30' }
                  - { series: '{{Series("used", "1", "a")}}', values: '4x30' }
                  - { series: '{{Series("reserved", "2", "a")}}', values: '8x30' }
                  - { series: '{{Series("used", "2", "a")}}', values: '7x30' }
                  - { series: '{{Series("reserved", "3", "a")}}', values: '2x30' }
                  - { series: '{{Series("reserved", "9", "b")}}', values: '5x30' }
                promql_expr_test:
                  - expr: '{{query}}'
                    eval_time: 2h
                    exp_samples: [ { labels: '{reservation_id="2"}', value: 1 }, { labels: '{reservation_id="3"}', value: 2 } ]
            """);
        using var promtool = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/usr/bin/promtool", ["test", "rules", file]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = await promtool.StandardOutput.ReadToEndAsync() + await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        folder.Delete(recursive: true);
        Assert.True(promtool.ExitCode == 0, said);

        static string Series(string figure, string id, string zone) =>
            $"compute_googleapis_com:reservation_{figure}{{monitored_resource=\"compute.googleapis.com/Reservation\",location=\"us-central1-{zone}\",reservation_id=\"{id}\"}}";
    }

    [Fact]
    public async Task A_changed_demand_changes_no_alarm()
    {
        var (few, many) = (await Of(1), await Of(5));
        Assert.Equal(few, many);

        static async Task<IEnumerable<string>> Of(int instances)
        {
            var deployed = await Deployed.Of(A.Pool(tier: Tier.Reserved, instances: instances), A.Pool(CloudProvider.Gcp, Tier.Reserved, instances: instances));
            return deployed.All(Alarm).Select(alarm => $"{alarm.Name} {alarm["threshold"]}").Concat(deployed.All(Policy).Select(alarm => $"{alarm.Name} {alarm["conditions.0.conditionPrometheusQueryLanguage.query"]}"));
        }
    }
}
