using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Plans;

public class QualitySectionTests
{
    [Fact]
    public void A_serving_says_how_its_quality_is_told_and_keeps_its_machines()
    {
        var plan = PlanYaml.Read(Scored("""query: 'avg(eval_score{model="chat"}) by (suite)', atLeast: 0.9, metrics: https://eval.example.com/metrics"""));
        var quality = Assert.Single(plan.Servings, serving => serving.Quality is not null).Quality;
        Assert.Equal(new QualityCheck("""avg(eval_score{model="chat"}) by (suite)""", 0.9, "https://eval.example.com/metrics"), quality);
        Assert.Equal(PlanYaml.Meaning(PlanYaml.Read(PlanYaml.Small)), PlanYaml.Meaning(plan));
    }

    [Theory]
    [InlineData("atLeast: 0.9", "query is missing")]
    [InlineData("query: eval_score", "atLeast is missing")]
    [InlineData("query: 'avg(eval_score', atLeast: 0.9", "its brackets or quotes are not closed")]
    [InlineData("query: 'eval_score{a=\"b}', atLeast: 0.9", "its brackets or quotes are not closed")]
    [InlineData("query: 'avg(eval_score])', atLeast: 0.9", "its brackets or quotes are not closed")]
    [InlineData("query: eval_score, atLeast: good", "\"good\"")]
    [InlineData("query: eval_score, atLeast: 0.9, metrics: http://eval", "is not an address that begins with https://")]
    [InlineData("qery: eval_score, atLeast: 0.9", "did you mean \"query\"?")]
    public void A_query_that_would_keep_Prometheus_from_its_rules_is_refused(string quality, string problem) =>
        Assert.Contains(problem, PlanYaml.Problems(Scored(quality)), StringComparison.Ordinal);

    private static string Scored(string quality) => PlanYaml.Small.Replace("    kind: online\n", $"    kind: online\n    quality: {{ {quality} }}\n", StringComparison.Ordinal);
}
