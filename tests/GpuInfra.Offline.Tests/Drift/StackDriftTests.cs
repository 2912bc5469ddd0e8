using System.Text.Json.Nodes;
using GpuInfra.Offline.Diff;
using GpuInfra.Offline.Drift;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Offline.Tests.Drift;

public sealed class StackDriftTests
{
    private const string Group = "aws:autoscaling/group:Group";
    private const string Bucket = "aws:s3/bucket:Bucket";

    [Fact]
    public async Task What_was_deployed_as_planned_has_not_drifted()
    {
        var drift = await DriftAsync(_ => { });
        Assert.True(drift.IsNone, string.Join('\n', drift.Diff.Resources.Take(5).Select(change => $"{change.Urn}: {string.Join(", ", change.Changes.Select(property => $"{property.Path.Text} {property.Before} {property.After}"))}")));
        Assert.True(drift.Diff.Passed);
        Assert.Equal(drift.Diff.After.PlanHash, drift.DeployedPlan);
    }

    [Fact]
    public async Task What_was_never_deployed_is_to_be_made()
    {
        var drift = await DriftAsync(state => state.Resources().Remove(state.First(Group)));
        Assert.Equal([ResourceAction.Create], drift.Diff.Resources.Select(change => change.Action));
    }

    [Fact]
    public async Task What_no_plan_asks_for_is_to_be_deleted_and_a_protected_reservation_fails_the_gate()
    {
        var drift = await DriftAsync(state => state.Resources().Add(new JsonObject
        {
            ["urn"] = "urn:pulumi:prod::gpuinfra::aws:ec2/capacityReservation:CapacityReservation::bought-by-hand",
            ["custom"] = true,
            ["type"] = "aws:ec2/capacityReservation:CapacityReservation",
            ["id"] = "cr-1",
            ["protect"] = true,
            ["inputs"] = new JsonObject { ["instanceCount"] = 4 },
        }));
        Assert.Equal("bought-by-hand", Assert.Single(drift.Diff.Resources, change => change.Action == ResourceAction.Delete).Name);
        Assert.False(drift.Diff.Passed);
    }

    [Fact]
    public async Task What_is_deployed_otherwise_shows_both_values()
    {
        var drift = await DriftAsync(state => state.First(Group)["inputs"]!["maxSize"] = 77);
        var change = Assert.Single(Assert.Single(drift.Diff.Resources).Changes);
        Assert.Equal(("maxSize", "77"), (change.Path.Text, change.Before));
    }

    [Fact]
    public async Task A_size_that_was_changed_in_the_cloud_is_told_with_the_one_it_was_deployed_with()
    {
        var drift = await DriftAsync(state => state.First(Group)["outputs"]!["maxSize"] = 99);
        var change = Assert.Single(drift.InCloud);
        Assert.Equal(("maxSize", "99"), (change.Property, change.Cloud));
        Assert.Empty(drift.Diff.Resources);
    }

    [Fact]
    public async Task What_the_program_leaves_to_others_is_no_drift()
    {
        var preview = await Prod.Record;
        var group = StackRecord.Of(preview).Resources.First(resource => resource.Type == Group);
        var planned = StackRecord.Of(preview);
        planned = planned with { Resources = planned.Resources.Replace(planned.Resources.First(resource => resource.Urn == group.Urn), group with { Options = group.Options with { IgnoreChanges = ["maxSize"] } }) };
        Assert.Empty(StackDrift.Between(Read(States.Of(preview.Resolved), state => state.First(Group)["outputs"]!["maxSize"] = 99), planned, DiffOptions.Strict).InCloud);
    }

    [Fact]
    public async Task What_a_provider_filled_in_is_no_drift()
    {
        var drift = await DriftAsync(state =>
        {
            var inputs = state.First(Group)["inputs"]!;
            inputs["forceDelete"] = false;
            inputs["__defaults"] = new JsonArray("forceDelete");
        });
        Assert.True(drift.IsNone);
    }

    [Fact]
    public async Task What_somebody_added_is_drift()
    {
        var drift = await DriftAsync(state => state.First(Group)["inputs"]!["forceDelete"] = true);
        Assert.Equal("forceDelete", Assert.Single(Assert.Single(drift.Diff.Resources).Changes).Path.Text);
    }

    [Fact]
    public async Task An_interrupted_deployment_is_told()
    {
        var drift = await DriftAsync(state =>
        {
            var urn = state.First(Bucket)["urn"]!.GetValue<string>();
            state["deployment"]!["pending_operations"] = new JsonArray(new JsonObject { ["type"] = "creating", ["resource"] = new JsonObject { ["urn"] = urn } });
            var old = state.First(Bucket).DeepClone().AsObject();
            old["delete"] = true;
            state.Resources().Add(old);
        });
        Assert.Equal(2, drift.Unfinished.Length);
        Assert.Empty(drift.Diff.Resources);
    }

    [Fact]
    public async Task Another_plan_shows_by_its_hash()
    {
        var drift = await DriftAsync(state => state.First("pulumi:pulumi:Stack")["outputs"]!["planHash"] = "0123456789abcdef");
        Assert.Equal("0123456789abcdef", drift.DeployedPlan);
        Assert.Equal(drift.DeployedPlan, drift.Diff.Before.PlanHash);
    }

    [Fact]
    public async Task A_state_of_another_stack_is_refused()
    {
        var preview = await Prod.Record;
        var text = States.Of(preview.Resolved).ToJsonString().Replace("urn:pulumi:prod::", "urn:pulumi:staging::", StringComparison.Ordinal);
        var problem = Assert.Throws<PlanException>(() => StackDrift.Between(Read(text), StackRecord.Of(preview), DiffOptions.Strict));
        Assert.Contains("gpuinfra/staging", problem.Message, StringComparison.Ordinal);
    }

    private static async Task<StackDrift> DriftAsync(Action<JsonObject> change)
    {
        var preview = await Prod.Record;
        return StackDrift.Between(Read(States.Of(preview.Resolved), change), StackRecord.Of(preview), DiffOptions.Strict);
    }

    private static DeployedStack Read(JsonObject state, Action<JsonObject> change)
    {
        change(state);
        return Read(state.ToJsonString());
    }

    private static DeployedStack Read(string text) => StateFileTests.Read(text);
}
