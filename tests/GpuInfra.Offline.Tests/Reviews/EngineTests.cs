using GpuInfra.Offline.Diff;
using GpuInfra.Offline.Reviews;
using GpuInfra.Offline.Tests.Diff;
using GpuInfra.Planning.Plans;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests.Reviews;

/// <summary>Documents in the shape of <c>pulumi preview --json</c> (PreviewDigest in pulumi/pulumi), of production's own resources.</summary>
public sealed class EngineTests : IDisposable
{
    private const string LaunchTemplate = "aws:ec2/launchTemplate:LaunchTemplate";

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task An_engine_that_says_the_same_agrees_and_stack_and_providers_do_not_count()
    {
        var record = StackRecord.Of(await Prod.Record);
        var steps = record.Resources.Select(resource => $$"""{"op": "same", "urn": "{{resource.Urn}}", "detailedDiff": null}""")
            .Prepend("""{"op": "same", "urn": "urn:pulumi:prod::gpuinfra::pulumi:pulumi:Stack::gpuinfra-prod", "detailedDiff": null}""");
        var comparison = EngineComparison.Of(R.Diff(record, record), record, Read(steps));
        Assert.Empty(comparison.Disagreements);
        Assert.Equal(record.Resources.Count(RecordComparison.IsManaged), comparison.Agreed);
        Assert.Empty(comparison.Checks("prod"));
    }

    [Fact]
    public async Task A_loss_that_only_the_engine_sees_fails_and_another_difference_warns()
    {
        var record = StackRecord.Of(await Prod.Record);
        var (template, bucket) = (Urn(record, LaunchTemplate), Urn(record, "aws:s3/bucket:Bucket"));
        var comparison = EngineComparison.Of(R.Diff(record, record), record, Read([
            $$"""{"op": "update", "urn": "{{template}}", "diffReasons": ["userData"], "detailedDiff": {"userData": {"kind": "update", "inputDiff": true} } }""",
            $$"""{"op": "create-replacement", "urn": "{{bucket}}", "replaceReasons": ["bucketPrefix"], "detailedDiff": null}""",
            $$"""{"op": "replace", "urn": "{{bucket}}", "replaceReasons": ["bucketPrefix"], "detailedDiff": null}""",
            $$"""{"op": "delete-replaced", "urn": "{{bucket}}", "detailedDiff": null}""",
        ]));
        Assert.Equal([(bucket, ResourceAction.Replace), (template, ResourceAction.Update)], comparison.Disagreements.Select(difference => (difference.Urn, difference.Engine)));
        var checks = comparison.Checks("prod").ToList();
        Assert.Equal([CheckStatus.Fail, CheckStatus.Warn], checks.Select(check => check.Status));
        Assert.Contains("the engine says replace by bucketPrefix, the diff of records same", checks[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_of_the_engine_fails()
    {
        var record = StackRecord.Of(await Prod.Record);
        File.WriteAllText(_file, """{"steps": [], "diagnostics": [{"message": "no valid credential sources", "severity": "error"}, {"message": "slow", "severity": "warning"}], "duration": 1, "changeSummary": {}}""");
        var check = Assert.Single(EngineComparison.Of(R.Diff(record, record), record, EnginePreview.Read(_file, "engine.json")).Checks("prod"));
        Assert.Equal((CheckStatus.Fail, "the engine ended with an error: no valid credential sources"), (check.Status, check.Detail));
    }

    [Theory]
    [InlineData("{", "engine.json: is not JSON (line 1), or is cut off")]
    [InlineData("{}", "engine.json: is not what `pulumi preview --json` wrote: steps")]
    [InlineData("""{"steps": [{"op": "explode", "urn": "u"}]}""", "steps[0].op: expected a step that this version knows, not \"explode\"")]
    public void Another_document_is_refused(string text, string says)
    {
        File.WriteAllText(_file, text);
        Assert.Contains(says, Assert.Throws<PlanException>(() => EnginePreview.Read(_file, "engine.json")).Message, StringComparison.Ordinal);
    }

    private EnginePreview Read(IEnumerable<string> steps)
    {
        File.WriteAllText(_file, $$$"""{"config": {}, "steps": [{{{string.Join(',', steps)}}}], "duration": 1000, "changeSummary": {"same": 1}}""");
        return EnginePreview.Read(_file, "engine.json");
    }

    private static string Urn(StackRecord record, string type) => record.Resources.First(resource => resource.Type == type).Urn;
}
