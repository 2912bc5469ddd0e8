using System.Text.Json;
using System.Text.RegularExpressions;
using GpuInfra.Infra.Clusters;
using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Tests.Monitoring;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests.Clusters;

/// <summary>Pools in clusters that follow load and hours.</summary>
public class ClusterScalingTests
{
    [Fact]
    public async Task Sizes_signals_and_hours_are_those_that_machines_would_have()
    {
        var fleet = Cluster.Spread((await Prod.Record).Fleet);
        var scaled = Scaled(await Cluster.Objects).ToList();
        Assert.NotEmpty(scaled);
        foreach (var one in scaled)
        {
            var pool = fleet.Pools.Single(pool => pool.Id == one.Inputs.TextAt("metadata", "name"));
            var load = fleet.ScalingOf(pool)!;
            Assert.Equal(("apps/v1", "Deployment", pool.Id), (Spec(one, "scaleTargetRef", "apiVersion"), Spec(one, "scaleTargetRef", "kind"), Spec(one, "scaleTargetRef", "name")));
            Assert.Equal($"{pool.Replicas}", Spec(one, "maxReplicaCount"));
            Assert.Equal($"{Math.Min(pool.Replicas, pool.Instances.Min * pool.ReplicasPerInstance)}", Spec(one, "minReplicaCount"));
            Assert.Equal($"{pool.Replicas}", Spec(one, "fallback", "replicas"));
            var inUse = Triggers(one).Single(trigger => trigger.TextAt("name") == "in-use").TextAt("metadata", "threshold")!;
            Assert.Equal(load.InUse.Fraction * pool.Engine.MaxConcurrency, double.Parse(inUse, System.Globalization.CultureInfo.InvariantCulture), 0.001);
            var start = PoolStart.Of(Catalog.Embedded, fleet.Servings.Single(serving => serving.Serving.Name == pool.Serving).Serving, pool).Total;
            Assert.Equal($"{(int)Math.Ceiling(start.TotalSeconds)}", Spec(one, "cooldownPeriod"));
        }
    }

    [Fact]
    public async Task Pitfall_28_what_is_not_told_is_an_error_and_not_none()
    {
        var triggers = Scaled(await Cluster.Objects).SelectMany(Triggers).Where(trigger => trigger.TextAt("type") == "prometheus").ToList();
        Assert.NotEmpty(triggers);
        Assert.All(triggers, trigger => Assert.Equal(("false", "AverageValue"), (trigger.TextAt("metadata", "ignoreNullValues"), trigger.TextAt("metricType"))));
    }

    [Fact]
    public async Task Pitfall_28_queries_know_their_pool_by_a_label_that_engines_are_given()
    {
        var objects = await Cluster.Objects;
        var given = objects.Named("PodMonitor", "engines").Inputs.ListAt("spec", "podMetricsEndpoints").OfType<PropertyValue.Map>().Single()
            .ListAt("relabelings").OfType<PropertyValue.Map>().Select(label => label.TextAt("targetLabel")).ToHashSet();
        Assert.All(Queries(objects), query => Assert.All(Regex.Matches(query, "(\\w+)=\"").Select(match => match.Groups[1].Value), label => Assert.Contains(label, given)));
    }

    [Fact]
    public async Task Pitfall_29_no_pool_that_follows_its_own_figures_ever_has_none() =>
        Assert.All(Scaled(await Cluster.Objects), one => Assert.NotEqual("0", Spec(one, "minReplicaCount")));

    [Fact]
    public async Task Pitfall_33_queries_use_only_series_that_are_listed_with_their_source()
    {
        var known = ExporterMetric.All.Select(metric => metric.Name).ToHashSet();
        Assert.All(Queries(await Cluster.Objects), query => Assert.Contains(Regex.Match(query, "vllm:\\w+").Value, known));
    }

    [SkippableFact]
    public async Task Prometheus_reads_every_query()
    {
        Promtool.Require();
        var file = Path.GetTempFileName();
        File.WriteAllText(file, JsonSerializer.Serialize(new
        {
            groups = new[] { new { name = "queries", rules = Queries(await Cluster.Objects).Select((query, index) => new { record = $"query:{index}", expr = query }) } },
        }));
        Promtool.Run("check", "rules", file);
        File.Delete(file);
    }

    [Theory]
    [InlineData(20, "55 3 * * 2,6")]
    [InlineData(10, "55 17 * * 1,5")]
    [InlineData(65, "55 0 * * 1,4")]
    public void Hours_end_as_long_after_they_begin_as_the_schedule_says_also_over_midnight(int hours, string end)
    {
        var stretch = new ScheduledStretch([DayOfWeek.Monday, DayOfWeek.Friday], new TimeOnly(7, 55), TimeSpan.FromHours(hours), 5);
        Assert.Equal(("55 7 * * 1,5", end), (PoolScaler.Start(stretch), PoolScaler.End(stretch)));
    }

    [Fact]
    public async Task Without_a_pool_that_follows_anything_nothing_is_installed() =>
        Assert.Empty((await Cluster.RunAsync(fleet => fleet with { Pools = [.. fleet.Pools.Select(pool => pool with { Window = null })] })).Where(resource => resource.Name.EndsWith("keda", StringComparison.Ordinal)));

    private static IEnumerable<ResourceRecord> Scaled(IEnumerable<ResourceRecord> objects) =>
        objects.Where(resource => resource.Type == "kubernetes:keda.sh/v1alpha1:ScaledObject" && resource.Inputs.At("spec", "fallback") is PropertyValue.Map);

    private static IEnumerable<PropertyValue.Map> Triggers(ResourceRecord scaled) => scaled.Inputs.ListAt("spec", "triggers").OfType<PropertyValue.Map>();

    private static IEnumerable<string> Queries(IEnumerable<ResourceRecord> objects) => Scaled(objects).SelectMany(Triggers).Select(trigger => trigger.TextAt("metadata", "query")).OfType<string>();

    private static string? Spec(ResourceRecord resource, params string[] path) => resource.Inputs.TextAt(["spec", .. path]);
}
