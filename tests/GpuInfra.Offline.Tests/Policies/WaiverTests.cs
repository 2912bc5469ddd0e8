using System.Collections.Immutable;
using System.Text.Json;
using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Offline.Tests.Policies;

/// <summary>No policy is switched off silently.</summary>
public class WaiverTests
{
    private static readonly DateOnly Expires = new(2027, 3, 31);

    [Fact]
    public async Task A_waiver_covers_what_it_names_and_is_shown_with_it()
    {
        var results = await JudgeAsync(new Waiver("log-retention", "gpuinfra-us-*", "audit", Expires, "ciso@example.com"));
        var waived = Assert.Single(results, result => result.Status == CheckStatus.Waived);
        Assert.Equal(("log-retention", "audit", Expires), (waived.Id, waived.Waiver!.Reason, waived.Waiver.Expires));
        Assert.DoesNotContain(results, result => result.Status == CheckStatus.Fail);

        var json = JsonDocument.Parse(PreviewJson.ToJson((await Prod.Record) with { Checks = results })).RootElement;
        var check = json.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("status").GetString() == "waived");
        Assert.Equal("audit", check.GetProperty("waiver").GetProperty("reason").GetString());
        Assert.Equal("2027-03-31", check.GetProperty("waiver").GetProperty("expires").GetString());
        Assert.Equal("ciso@example.com", check.GetProperty("waiver").GetProperty("approvedBy").GetString());
    }

    [Fact]
    public async Task A_waiver_may_name_the_whole_URN()
    {
        var urn = (await Prod.Record).Resolved.Resources.Single(resource => resource.Type == ResourceTypes.LogGroup).Urn;
        var results = await JudgeAsync(new Waiver("log-retention", urn, "audit", Expires, null));
        Assert.Contains(results, result => result.Status == CheckStatus.Waived && result.Subject == urn);
    }

    [Fact]
    public async Task A_warning_can_be_waived_too()
    {
        var waiver = new Waiver("own-keys", "gpuinfra-weights-*", "the weights are public", Expires, null);
        var results = await JudgeAsync(waiver, plant: record => record
            .With(ResourceTypes.LogGroup, "", null, "kmsKeyId")
            .With(ResourceTypes.GoogleBucket, "weights", null, "encryption")
            .Without(EncryptionRules.BucketEncryption));
        Assert.Equal(2, results.Count(result => result is { Id: "own-keys", Status: CheckStatus.Waived }));
        Assert.Equal(1, results.Count(result => result is { Id: "own-keys", Status: CheckStatus.Warn }));
    }

    [Theory]
    [InlineData("log-retention", "gpuinfra-*", "2027-03-31", CheckStatus.Waived)]
    [InlineData("log-retention", "gpuinfra-*", "2027-04-01", CheckStatus.Fail)]
    public async Task A_waiver_holds_through_its_last_day(string policy, string subject, string today, CheckStatus expected)
    {
        var results = await JudgeAsync(
            new Waiver(policy, subject, "audit", Expires, null), DateOnly.Parse(today, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Contains(results, result => result.Id == policy && result.Status == expected);
        Assert.Equal(
            expected == CheckStatus.Fail,
            results.Any(result => result.Id == "waivers" && result.Detail.Contains("expired on 2027-03-31", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("log-retentoin", "gpuinfra-*", "there is no policy log-retentoin (did you mean \"log-retention\"?)")]
    [InlineData("log-retention", "nothing-*", "nothing that it covers breaks log-retention")]
    [InlineData("imds-v2", "assistant-*", "nothing that it covers breaks imds-v2")]
    [InlineData("schema", "x", "schema cannot be waived")]
    [InlineData("resolved", "x", "resolved cannot be waived")]
    [InlineData("plan-deployed", "prod", "plan-deployed cannot be waived")]
    [InlineData("no-plaintext-secret", "x", "no-plaintext-secret cannot be waived")]
    [InlineData("waivers", "w*", "waivers cannot be waived")]
    [InlineData("diff-protected", "x", "diff-protected cannot be waived")]
    public async Task A_waiver_that_does_nothing_fails_the_preview(string policy, string subject, string says)
    {
        var results = await JudgeAsync(new Waiver(policy, subject, "audit", Expires, null));
        var failed = Assert.Single(results, result => result is { Id: "waivers", Status: CheckStatus.Fail });
        Assert.Contains(says, failed.Detail, StringComparison.Ordinal);
        Assert.Equal($"waiver of {policy} for {subject}", failed.Subject);
    }

    [Fact]
    public async Task Without_a_date_a_waiver_is_judged_against_the_plans_month() =>
        Assert.Equal(new DateOnly(2026, 12, 1), (await Prod.Record).Today);

    /// <summary>Production with a log group that keeps logs for ever, and a waiver.</summary>
    private static async Task<ImmutableArray<CheckResult>> JudgeAsync(
        Waiver waiver, DateOnly? today = null, Func<PreviewRecord, PreviewRecord>? plant = null)
    {
        var record = (await Prod.Record).With(ResourceTypes.LogGroup, "", null, "retentionInDays");
        var plan = record.Fleet.Plan with { Waivers = [waiver] };
        record = plant is null ? record : plant(record);
        return PolicyRun.Run(record with { Fleet = record.Fleet with { Plan = plan }, Today = today ?? record.Today });
    }
}
