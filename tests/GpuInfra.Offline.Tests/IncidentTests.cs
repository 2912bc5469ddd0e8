using GpuInfra.Offline.Diff;
using GpuInfra.Offline.Policies;
using GpuInfra.Offline.Tests.Diff;

namespace GpuInfra.Offline.Tests;

/// <summary>What an incident and a scope do to what is registered, and to what changes from ordinary times.</summary>
public sealed class IncidentTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public async Task A_lost_zone_deletes_and_replaces_nothing_and_freezes_refresh()
    {
        var after = await PreviewAsync("incident: { lost: [zone:use1-az4], until: 2026-12-10, reason: power }");
        var diff = RecordComparison.Compare(StackRecord.Of(await Prod.Record), StackRecord.Of(after), DiffOptions.Strict);
        Assert.True(after.Passed, string.Join('\n', after.Checks.Where(check => check.Status == CheckStatus.Fail)));
        Assert.All(diff.Resources, change => Assert.True(change.Action is ResourceAction.Create or ResourceAction.Update, $"{change.Action} {change.Name}"));
        Assert.All(after.Preview.Resources.Where(resource => resource.Type == ResourceTypes.AutoScalingGroup), group => Assert.False(group.Inputs.Members.ContainsKey("instanceRefresh")));
        Assert.All(
            after.Preview.Resources.Where(resource => resource.Type.StartsWith("gcp:compute/", StringComparison.Ordinal) && resource.Type.EndsWith("GroupManager", StringComparison.Ordinal)),
            group => Assert.Equal("OPPORTUNISTIC", group.Inputs.TextAt("updatePolicy", "type")));
    }

    [Fact]
    public async Task While_it_lasts_policies_that_can_be_waived_warn_and_the_others_fail()
    {
        var record = StackRecord.Of(await Prod.Record);
        var incident = record with { Incident = new IncidentFacts(new DateOnly(2026, 12, 10), "power"), Resources = [] };
        var during = RecordComparison.Compare(record, incident, new DiffOptions { Today = new DateOnly(2026, 12, 10) }).Gate;
        Assert.All(during.Where(check => check.Status == CheckStatus.Fail), check => Assert.NotNull(PolicySet.Find(check.Id)!.NotWaivable));
        Assert.Contains(during, check => check is { Id: "diff-protected", Status: CheckStatus.Fail });
        Assert.Contains(during, check => check is { Id: "diff-last-pool", Status: CheckStatus.Warn });

        var over = RecordComparison.Compare(record, incident, new DiffOptions { Today = new DateOnly(2026, 12, 11) }).Gate;
        Assert.Contains(over, check => check is { Id: "diff-last-pool", Status: CheckStatus.Fail });
    }

    [Fact]
    public async Task A_scope_registers_one_cloud_and_leaves_the_other_alone()
    {
        var after = await PreviewAsync("scope: aws");
        var diff = RecordComparison.Compare(StackRecord.Of(await Prod.Record), StackRecord.Of(after), DiffOptions.Strict);
        Assert.True(after.Passed, string.Join('\n', after.Checks.Where(check => check.Status == CheckStatus.Fail)));
        Assert.DoesNotContain(after.Preview.Resources, resource => resource.Type.StartsWith("gcp:", StringComparison.Ordinal));
        Assert.DoesNotContain(after.Preview.Invokes, invoke => invoke.Token.StartsWith("gcp:", StringComparison.Ordinal));
        Assert.True(diff.Passed);
        Assert.DoesNotContain(diff.Resources, change => change.Action != ResourceAction.Same && change.MovedFrom is null);
        var note = Assert.Single(diff.Notes, note => note.StartsWith("scope is aws: ", StringComparison.Ordinal));
        Assert.Contains("pulumi up --stack prod --target '**gpuinfra:amazon:**' --target '**pulumi:providers:aws::**'", note, StringComparison.Ordinal);

        // Everything that the command must reach has one of the two in its URN.
        Assert.All(
            after.Preview.Resources.Where(resource => !resource.Type.StartsWith("pulumi:pulumi:", StringComparison.Ordinal)),
            resource => Assert.True(resource.Urn.Contains("gpuinfra:amazon:", StringComparison.Ordinal) || resource.Urn.Contains("pulumi:providers:aws::", StringComparison.Ordinal), resource.Urn));
    }

    private async Task<PreviewRecord> PreviewAsync(string line)
    {
        _sandbox.Change("prod.plan.yaml", "\nbudget:", $"\n{line}\n\nbudget:");
        return await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(_sandbox.Root)!, "prod"));
    }
}
