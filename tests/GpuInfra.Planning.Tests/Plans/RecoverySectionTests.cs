using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Plans;

public class RecoverySectionTests
{
    [Fact]
    public void A_region_stands_by_for_its_own_cloud()
    {
        var plan = PlanYaml.Read(PlanYaml.Plus("dr: { region: us-west-2, rto: 4h, rpo: 15m }"));
        Assert.Equal(new DisasterRecovery("us-west-2", TimeSpan.FromHours(4), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30)), plan.Clouds.Single(cloud => cloud.Cloud == CloudProvider.Aws).Recovery);
        Assert.Null(plan.Clouds.Single(cloud => cloud.Cloud == CloudProvider.Gcp).Recovery);
    }

    [Fact]
    public void A_list_says_one_for_each_cloud()
    {
        var plan = PlanYaml.Read(PlanYaml.Plus("dr: [{ region: us-west-2, rto: 4h, rpo: 1h, react: 10m }, { region: europe-west4, rto: 8h, rpo: 2h }]"));
        Assert.Equal(["us-west-2", "europe-west4"], plan.Clouds.Select(cloud => cloud.Recovery!.Region));
        Assert.Equal(TimeSpan.FromMinutes(10), plan.Clouds[0].Recovery!.React);
    }

    [Fact]
    public void A_plan_that_does_not_say_it_means_what_it_meant()
    {
        var plan = PlanYaml.Read(PlanYaml.Small);
        Assert.All(plan.Clouds, cloud => Assert.Null(cloud.Recovery));
        Assert.NotEqual(PlanYaml.Meaning(plan), PlanYaml.Meaning(PlanYaml.Read(PlanYaml.Plus("dr: { region: us-west-2, rto: 4h, rpo: 15m }"))));
    }

    [Theory]
    [InlineData("{ region: us-west-3, rto: 4h, rpo: 1h }", "dr.region: unknown region \"us-west-3\" (did you mean \"us-west-1\"?)")]
    [InlineData("{ region: us-east-1, rto: 4h, rpo: 1h }", "dr.region: us-east-1 is one of the cloud's own regions and serves already")]
    [InlineData("{ region: us-west-2, rto: 4h, rpo: 14m }", "dr.rpo: S3 replicates within 15 minutes at best")]
    [InlineData("{ region: europe-west4, rto: 4h, rpo: 1h }", "dr.rpo: Google Cloud promises no time for copies between buckets")]
    [InlineData("{ region: us-west-2, rto: 5m, rpo: 1h }", "dr.rto: \"5m\" is outside the range from 10m to 168h")]
    [InlineData("{ region: us-west-2, rto: 4h }", "dr: rpo is missing")]
    [InlineData("[{ region: us-west-2, rto: 4h, rpo: 1h }, { region: us-east-2, rto: 4h, rpo: 1h }]", "dr[1].region: a second region stands by for aws")]
    [InlineData("us-west-2", "dr: must be a list")]
    public void What_cannot_be_meant_is_refused(string recovery, string problem) =>
        Assert.Contains(problem, PlanYaml.Problems(PlanYaml.Plus($"dr: {recovery}")), StringComparison.Ordinal);

    [Fact]
    public void A_region_of_a_cloud_that_is_not_used_is_refused() => Assert.Contains(
        "dr.region: europe-west4 is a region of gcp, which the plan does not use",
        PlanYaml.Problems(PlanYaml.With("  gcp: { project: acme-prod, share: 30%, regions: [us-central1] }\n", "").Replace("share: 70%, ", "", StringComparison.Ordinal) + "dr: { region: europe-west4, rto: 4h, rpo: 2h }\n"),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("residency: { allow: [us-east-*, us-central1] }", "residency.allow: does not allow us-west-2, which dr copies data of aws to")]
    [InlineData("", "servings.assistant.residency.allow: does not allow us-west-2, which dr copies data of aws to")]
    public void Residency_binds_it(string residency, string problem)
    {
        var yaml = residency.Length > 0 ? PlanYaml.Small : PlanYaml.With("maxContextTokens: 16384", "maxContextTokens: 16384\n    residency: { allow: [us-east-1, us-central1] }");
        Assert.Contains(problem, PlanYaml.Problems($"{yaml}{residency}\ndr: {{ region: us-west-2, rto: 4h, rpo: 1h }}\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_only_region_may_be_lost_when_another_stands_by()
    {
        var alone = PlanYaml.With("  gcp: { project: acme-prod, share: 30%, regions: [us-central1] }\n", "").Replace("share: 70%, ", "", StringComparison.Ordinal)
            + "incident: { lost: [region:us-east-1], until: 2026-12-10, reason: flood }\n";
        Assert.Contains("incident.lost: leaves nothing to plan on", PlanYaml.Problems(alone), StringComparison.Ordinal);
        Assert.NotNull(PlanYaml.Read(alone + "dr: { region: us-west-2, rto: 4h, rpo: 1h }\n").Incident);
    }
}
