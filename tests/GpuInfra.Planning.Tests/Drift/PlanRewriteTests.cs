using System.Text;
using GpuInfra.Planning.Drift;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Drift;

public sealed class PlanRewriteTests : IDisposable
{
    private const string Own = """
        version: 1   # a comment
        extends: base.plan.yaml
        environment: prod
        clouds:
          aws: { account: "111122223333", share: 100%, regions: [us-east-1] }
        workloads:
          - { name: chat, demand: { scale: 40 } }       # 221 requests/s
          - name: mail
            serving: helper   # answered there
            demand:
              requestsPerDay: 1M
              inputTokensPerDay: "900M"
              outputTokensPerDay: 200M
              peakToMean: 3

        """;

    private const string Base = """
        version: 1
        start: 2026-12
        servings:
          - name: helper
            kind: online
            model: llama-3.1-8b
            latency: { timeToFirstToken: 2s, timePerOutputToken: 50ms }
        workloads:
          - { name: chat, serving: helper, demand: { profile: azure-conv-2023 } }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Only_the_value_changes_and_every_other_byte_stays()
    {
        var plan = Files();
        Assert.Equal(Own.Replace("scale: 40 ", "scale: 43.5 ", StringComparison.Ordinal), Assert.Single(PlanRewrite.Of(plan, A.Catalog, [new("workloads.chat.demand.scale", "43.5")])).Value);
    }

    [Fact]
    public void Several_values_of_a_file_change_at_once_quoted_ones_too()
    {
        var plan = Files();
        Assert.Equal(
            Own.Replace("1M", "1.2M", StringComparison.Ordinal).Replace("\"900M\"", "1.1B", StringComparison.Ordinal),
            Assert.Single(PlanRewrite.Of(plan, A.Catalog, [new("workloads.mail.demand.requestsPerDay", "1.2M"), new("workloads.mail.demand.inputTokensPerDay", "1.1B")])).Value);
    }

    [Fact]
    public void A_value_changes_in_the_file_that_has_it()
    {
        var plan = Files();
        var (file, text) = Assert.Single(PlanRewrite.Of(plan, A.Catalog, [new("servings.helper.latency.timePerOutputToken", "60ms")]));
        Assert.Equal("base.plan.yaml", Path.GetFileName(file));
        Assert.Equal(Base.Replace("50ms", "60ms", StringComparison.Ordinal), text);
    }

    [Theory]
    [InlineData("workloads.chat.demand.peakToMean", "1.8", "scale: 40, peakToMean: 1.8 }")]
    [InlineData("workloads.mail.growth", "{ monthly: 2% }", "- name: mail\n    growth: { monthly: 2% }\n    serving")]
    [InlineData("servings.helper.maxContextTokens", "4096", "- name: helper\n    maxContextTokens: 4096\n    kind")]
    [InlineData("workloads.mail.demand.inputLengths", "{ sigma: 1 }", "requestsPerDay: 1M\n      inputLengths: { sigma: 1 }\n")]
    public void A_key_that_is_not_there_is_put_beside_the_others(string path, string value, string expected) =>
        Assert.Contains(expected, Assert.Single(PlanRewrite.Of(Files(), A.Catalog, [new(path, value)])).Value, StringComparison.Ordinal);

    [Fact]
    public void The_line_ends_of_a_file_stay_as_they_are()
    {
        var plan = Files("\r\n");
        var text = Assert.Single(PlanRewrite.Of(plan, A.Catalog, [new("workloads.mail.growth", "none")])).Value;
        Assert.Equal(File.ReadAllText(plan).Length + "    growth: none\r\n".Length, text.Length);
        Assert.DoesNotContain('\n', text.Replace("\r\n", "", StringComparison.Ordinal));
    }

    [Fact]
    public void A_mark_at_the_start_of_a_file_stays()
    {
        var plan = Files();
        File.WriteAllText(plan, Own, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.StartsWith("\uFEFFversion", Assert.Single(PlanRewrite.Of(plan, A.Catalog, [new("workloads.chat.demand.scale", "43.5")])).Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_on_one_line_is_a_value_too() =>
        Assert.Contains("regions: [us-west-2] }\n", Assert.Single(PlanRewrite.Of(Files(), A.Catalog, [new("clouds.aws.regions", "[us-west-2]")])).Value, StringComparison.Ordinal);

    [Theory]
    [InlineData("workloads.talk.demand.scale", "2")]
    [InlineData("workloads.mail.demand", "{ profile: azure-conv-2023, scale: 1 }")]
    public void What_a_program_cannot_change_is_left_to_people(string path, string value)
    {
        var problem = Assert.Single(Assert.Throws<PlanException>(() => PlanRewrite.Of(Files(), A.Catalog, [new(path, value)])).Problems);
        Assert.Equal(path, problem.Path);
        Assert.Contains("by hand", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_the_plan_does_not_take_is_refused() =>
        Assert.Throws<PlanException>(() => PlanRewrite.Of(Files(), A.Catalog, [new("workloads.chat.demand.scale", "many")]));

    private string Files(string newline = "\n")
    {
        _folder.Write("base.plan.yaml", Base.ReplaceLineEndings(newline));
        return _folder.Write("prod.plan.yaml", Own.ReplaceLineEndings(newline));
    }
}
