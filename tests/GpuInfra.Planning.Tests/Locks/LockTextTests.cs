using System.Text.Json.Nodes;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Locks;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Locks;

public class LockTextTests
{
    private static readonly FleetPlan Fleet = Planner.Plan(A.ProdPlan() with { HorizonMonths = 3, Growth = Growth.Aggressive }, "prod", A.Catalog);

    private static readonly string Text = LockText.Of(FleetLock.Of(Fleet));

    [Fact]
    public void What_is_written_is_read_back_whole()
    {
        var read = LockText.Read(Text, "prod.fleet.lock.json");
        Assert.Equal(Text, LockText.Of(read));
        Assert.Equal((Fleet.Stack, Fleet.PlanHash, Fleet.PriceBook), (read.Stack, read.PlanHash, read.PriceBook));
        Assert.Equal(Fleet.Steps.Select(step => (step.Month, step.Monthly)), read.Steps.Select(step => (step.Month, step.Monthly)));
        var (pool, same) = (Fleet.Steps[1].Pools[0], read.Steps[1].Pools[0]);
        Assert.Equal(
            pool with { Zones = default, Ladder = default, Commitments = default, Sizes = default },
            same with { Zones = default, Ladder = default, Commitments = default, Sizes = default });
        Assert.Equal(pool.Zones.ToArray(), same.Zones.ToArray());
    }

    [Fact]
    public void A_window_and_commitments_are_kept_too()
    {
        var pool = Fleet.Pools.First(pool => pool.Window is not null) with { Commitments = [new CommitmentUse("h100", 2, new UsdPerHour(1.25m))] };
        var step = new FleetStep(Fleet.Plan.AsOf, [pool], pool.Monthly, []);
        var read = LockText.Read(LockText.Of(FleetLock.Of(Fleet) with { Steps = [step] }), "lock").Steps.Single().Pools.Single();
        Assert.Equal((pool.Window, pool.HoursPerMonth), (read.Window, read.HoursPerMonth));
        Assert.Equal(pool.Commitments.ToArray(), read.Commitments.ToArray());
    }

    [Fact]
    public void Line_ends_that_git_converts_do_not_matter() =>
        Assert.Equal(Text, LockText.Of(LockText.Read(Text.ReplaceLineEndings("\r\n"), "lock")));

    [Fact]
    public void A_resized_pool_changes_lines_of_its_own_only()
    {
        var step = Fleet.Steps[0];
        var pool = step.Pools[0];
        var larger = pool with { Instances = new InstanceCounts(9, 9, 9), Replicas = 9 * pool.ReplicasPerInstance };
        var changed = LockText.Of(FleetLock.Of(Fleet) with { Steps = Fleet.Steps.SetItem(0, step with { Pools = step.Pools.SetItem(0, larger) }) });
        var lines = Text.Split('\n').Zip(changed.Split('\n')).Where(pair => pair.First != pair.Second).Select(pair => pair.Second.Trim()).ToList();
        Assert.Equal(Text.Split('\n').Length, changed.Split('\n').Length);
        Assert.Equal(3, lines.Count);
        Assert.StartsWith("\"contentHash\"", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"replicas\": ", lines[1], StringComparison.Ordinal);
        Assert.Equal("\"instances\": { \"min\": 9, \"desired\": 9, \"max\": 9 },", lines[2]);
    }

    [Fact]
    public void Any_change_of_its_content_is_refused()
    {
        var months = Text.IndexOf("2026-12", StringComparison.Ordinal);
        foreach (var changed in new[]
        {
            Text.Replace("\"desired\": ", "\"desired\": 1", StringComparison.Ordinal),
            Text.Remove(months, 7).Insert(months, "2026-11"),
            Text.Replace(Fleet.PlanHash, new string('0', 64), StringComparison.Ordinal),
            Text + " ",
        })
        {
            Assert.NotEqual(Text, changed);
            Assert.Contains("was changed after it was written", Refusal(changed), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("", "is not a lock")]
    [InlineData("[]", "is not a lock")]
    [InlineData("{ \"format\": 1 }", "is not a lock")]
    [InlineData("{ \"fleetLock\": 2 }", "is of format 2, and this version reads 1")]
    [InlineData("{ \"fleetLock\": null }", "is of format null, and this version reads 1")]
    [InlineData("{ \"fleetLock\": 1 }", "was changed after it was written")]
    [InlineData("{ \"fleetLock\": 1, \"contentHash\": 5 }", "was changed after it was written")]
    public void What_is_no_lock_is_told(string text, string says) => Assert.Contains(says, Refusal(text), StringComparison.Ordinal);

    [Fact]
    public void A_lock_without_a_member_that_this_version_needs_is_told_by_its_name()
    {
        var document = JsonNode.Parse(Text)!.AsObject();
        document.Remove("planHash");
        document["contentHash"] = "";
        var text = document.ToJsonString();
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(
            System.Text.Encoding.UTF8.GetBytes(text.Replace("\"contentHash\":\"\"", "\"contentHash\": \"\"", StringComparison.Ordinal))));
        var signed = text.Replace("\"contentHash\":\"\"", $"\"contentHash\": \"{hash}\"", StringComparison.Ordinal);
        Assert.Contains("was written by another version", Refusal(signed), StringComparison.Ordinal);
        Assert.Contains("planHash", Refusal(signed), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_unit_of_a_money_or_a_rate_stands_in_its_name() => Assert.All(
        new[] { "\"monthlyUsd\"", "\"hourlyUsd\"", "\"prefillPerSecond\"", "\"localNvmeBytes\"", "\"timeToFirstTokenMs\"" },
        name => Assert.Contains(name, Text, StringComparison.Ordinal));

    private static string Refusal(string text) => Assert.Throws<PlanException>(() => LockText.Read(text, "lock")).Message;
}
