using GpuInfra.Offline.Diff;
using GpuInfra.Offline.Policies;
using GpuInfra.Offline.Tests.Diff;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Offline.Tests.Policies;

/// <summary>A secret that was found is shown nowhere.</summary>
public class RedactionTests
{
    /// <summary>Parts of what <see cref="Violations"/> plant.</summary>
    private static readonly string[] Secrets = ["hf_", "AKIA", "opensesame", "MIIE", "correct horse"];

    [Fact]
    public async Task A_record_without_a_secret_is_left_as_it_is() => Assert.Same(await Prod.Record, Redaction.Of(await Prod.Record));

    [Fact]
    public async Task No_output_repeats_a_secret_that_was_found()
    {
        var record = Redaction.Of(await SpoiltAsync());
        Assert.Contains(record.Checks, check => check is { Id: "no-plaintext-secret", Status: CheckStatus.Fail });

        var json = PreviewJson.ToJson(record);
        Assert.All(Secrets, secret => Assert.DoesNotContain(secret, json, StringComparison.Ordinal));
        Assert.Contains("\"secret\": true", json, StringComparison.Ordinal);
        Assert.All(record.Resolved.Logs, log => Assert.DoesNotContain("AKIA", log.Message, StringComparison.Ordinal));

        var diff = RecordDiffJson.ToJson(R.Diff(StackRecord.Of(await Prod.Record), StackRecord.Of(record)));
        Assert.All(Secrets, secret => Assert.DoesNotContain(secret, diff, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_finding_of_another_policy_does_not_repeat_it_either()
    {
        var record = await SpoiltAsync();
        var told = new CheckResult("schema", "s", CheckStatus.Fail, "masterPassword: \"correct horse\" is not in the enum");
        var redacted = Redaction.Of(record with { Checks = record.Checks.Add(told) });
        Assert.Equal("(not shown: it holds a secret)", redacted.Checks[^1].Detail);
    }

    [Fact]
    public async Task A_waiver_does_not_repeat_it_either()
    {
        var record = await Prod.Record;
        var waiver = new Waiver("own-keys", "x", "password=opensesame", new DateOnly(2027, 1, 1), null);
        record = record with { Fleet = record.Fleet with { Plan = record.Fleet.Plan with { Waivers = [waiver] } } };
        var json = PreviewJson.ToJson(Redaction.Of(record with { Checks = PolicyRun.Run(record) }));
        Assert.DoesNotContain("opensesame", json, StringComparison.Ordinal);
    }

    /// <summary>Production with every planted secret, in the run that is shown as well, judged.</summary>
    private static async Task<PreviewRecord> SpoiltAsync()
    {
        var record = Violations.All.Where(violation => violation.Policy == "no-plaintext-secret")
            .Aggregate(await Prod.Record, (record, violation) => violation.Plant(record));
        record = record with { Preview = record.Resolved with { IsPreview = true } };
        return record with { Checks = PolicyRun.Run(record) };
    }
}
