using GpuInfra.Offline.Diff;

namespace GpuInfra.Offline.Tests.Diff;

/// <summary>Changes of the production plan, as a reviewer sees them.</summary>
public sealed class StackDiffTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    [Fact]
    public async Task Nothing_differs_where_nothing_changed()
    {
        var record = StackRecord.Of(await Prod.Record);
        var diff = R.Diff(record, record);
        Assert.True(diff.IsEmpty);
        Assert.Equal((await Prod.Record).Managed.Count(), diff.Same);
    }

    [Fact]
    public async Task Doubling_a_workload_only_updates_and_creates_in_its_pools()
    {
        _sandbox.Run();
        var diff = await AfterAsync("copilot, demand: { scale: 40 }", "copilot, demand: { scale: 80 }");
        Assert.True(diff.Passed, string.Join('\n', diff.Gate));
        Assert.NotEmpty(diff.Resources);
        Assert.All(diff.Resources, change =>
        {
            Assert.True(change.Action is ResourceAction.Create or ResourceAction.Update, $"{change.Action} {change.Urn}");
            // Beside its pools the figures that the routers have of it.
            Assert.StartsWith("coder-", change.Pool ?? change.Name, StringComparison.Ordinal);
        });
        Assert.All(diff.Pools, pool => Assert.StartsWith("coder-", pool.Id, StringComparison.Ordinal));
        Assert.True(diff.After.MonthlyUsd > diff.Before.MonthlyUsd);
    }

    [Fact]
    public async Task Moving_to_another_region_deletes_the_old_one_and_is_refused()
    {
        var diff = await AfterAsync("us-central1", "europe-west4");
        Assert.False(diff.Passed);
        Assert.Contains(diff.Gate, check => check.Id == "diff-protected" && check.Subject.Contains("Bucket", StringComparison.Ordinal));
        Assert.Contains(diff.Gate, check => check.Id == "diff-protected" && check.Subject.Contains("Network", StringComparison.Ordinal));

        // AWS's routers send to another name and its monitor has another beside it, which is let in where the first was; nothing else of AWS changes.
        Assert.All(diff.Resources.Where(change => change.Provider == "aws-us-east-1"), change => Assert.True(
            change.Urn.Contains("gpuinfra:amazon:Router", StringComparison.Ordinal) || change.Urn.Contains("onitor", StringComparison.Ordinal), change.Urn));
    }

    [Theory]
    [InlineData("instanceType", "p4de.24xlarge")]
    [InlineData("availabilityZone", "use1-az9")]
    public async Task Changing_what_a_reservation_holds_replaces_it_and_is_refused(string property, string value)
    {
        var record = await Prod.Record;
        var reservation = record.Preview.Resources.First(resource => resource.Type == R.Reservation);
        var inputs = new Pulumi.Offline.PropertyValue.Map(reservation.Inputs.Members.SetItem(property, Prod.Text(value)));
        var before = property == "instanceType" ? reservation : reservation with
        {
            Inputs = new(reservation.Inputs.Members.SetItem(property, Prod.Text("use1-az1"))),
        };
        var diff = R.Diff(With(before), With(before with { Inputs = inputs }));
        var change = Assert.Single(diff.Resources, change => change.Urn == reservation.Urn);
        Assert.Equal((ResourceAction.Replace, "reservation"), (change.Action, change.Irrevocable));
        Assert.False(diff.Passed);

        StackRecord With(Pulumi.Offline.ResourceRecord changed)
        {
            var whole = StackRecord.Of(record);
            return whole with { Resources = [.. whole.Resources.Select(resource => resource.Urn == changed.Urn ? changed : resource)] };
        }
    }

    public void Dispose() => _sandbox.Dispose();

    private async Task<RecordDiff> AfterAsync(string from, string to)
    {
        _sandbox.Change("prod.plan.yaml", from, to);
        var after = await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(_sandbox.Root)!, "prod"));
        return R.Diff(StackRecord.Of(await Prod.Record), StackRecord.Of(after));
    }
}
