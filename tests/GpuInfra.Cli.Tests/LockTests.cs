using System.Text.Json;
using GpuInfra.Planning.Locks;

namespace GpuInfra.Cli.Tests;

public sealed class LockTests : IDisposable
{
    private readonly Sandbox _sandbox = new(locked: true);

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public async Task The_committed_lock_of_production_is_what_would_be_locked_now()
    {
        Assert.Equal(0, (await InAsync("plan", "--stack", "prod", "--write", "--out", "plan.txt")).Code);
        Golden.AssertFile($"stacks/{Sandbox.ProdLock}", File.ReadAllText(_sandbox.Stacks(Sandbox.ProdLock)));
    }

    [Fact]
    public async Task A_preview_and_the_program_deploy_the_lock_whatever_the_planner_would_choose_now()
    {
        // A reviewed fleet that nobody would plan: one machine more than needed in a pool.
        var locked = LockText.Read(File.ReadAllText(_sandbox.Stacks(Sandbox.ProdLock)), "lock");
        var step = locked.Steps[0];
        var pool = step.Pools[0];
        var more = pool.Instances.Desired + 1;
        var larger = pool with { Instances = new(more, more, more), Zones = pool.Zones.SetItem(0, pool.Zones[0] with { Instances = pool.Zones[0].Instances + 1 }) };
        File.WriteAllText(
            _sandbox.Stacks(Sandbox.ProdLock),
            LockText.Of(locked with { Steps = locked.Steps.SetItem(0, step with { Pools = step.Pools.SetItem(0, larger) }) }));

        var ran = await InAsync("preview", "--stack", "prod", "--json");
        using var document = JsonDocument.Parse(ran.Out);
        var fleet = document.RootElement.GetProperty("fleet");
        Assert.True(fleet.GetProperty("locked").GetBoolean());
        Assert.Equal(more, fleet.GetProperty("pools")[0].GetProperty("instances").GetProperty("desired").GetInt32());
        Assert.Equal(more, document.RootElement.GetProperty("outputs").GetProperty("fleet").GetProperty(pool.Id).GetProperty("instances").GetInt32());
    }

    [Fact]
    public async Task What_is_locked_runs_unless_a_fresh_plan_is_asked_for()
    {
        Assert.Contains("Against what runs", (await InAsync("plan", "--stack", "prod")).Out, StringComparison.Ordinal);
        Assert.DoesNotContain("Against what runs", (await InAsync("plan", "--stack", "prod", "--fresh")).Out, StringComparison.Ordinal);

        File.WriteAllText(_sandbox.Stacks(Sandbox.ProdLock), "{");
        var unknown = (await InAsync("plan", "--stack", "prod")).Out;
        Assert.DoesNotContain("Against what runs", unknown, StringComparison.Ordinal);
        Assert.Contains("as if nothing ran", unknown.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_plan_is_refused_until_it_is_locked_anew()
    {
        _sandbox.Change("prod.plan.yaml", "chat, demand: { scale: 40 }", "chat, demand: { scale: 80 }");
        foreach (var command in new[] { "preview", "validate" })
        {
            var refused = await InAsync(command, "--stack", "prod");
            Assert.Equal(1, refused.Code);
            Assert.Contains($"{Sandbox.ProdLock}: answers another plan", refused.Error, StringComparison.Ordinal);
            Assert.Contains("gpuinfra plan --stack prod --write", refused.Error, StringComparison.Ordinal);
        }

        Assert.Equal(0, (await InAsync("plan", "--stack", "prod", "--write")).Code);
        Assert.Equal(0, (await InAsync("validate", "--stack", "prod")).Code);
    }

    [Fact]
    public async Task A_later_month_needs_no_new_lock()
    {
        _sandbox.Change("prod.plan.yaml", "asOf: 2026-12 ", "asOf: 2027-03 ");
        using var document = JsonDocument.Parse((await InAsync("preview", "--stack", "prod", "--json")).Out);
        var locked = LockText.Read(File.ReadAllText(_sandbox.Stacks(Sandbox.ProdLock)), "lock");
        Assert.Equal(
            locked.Steps[3].Pools.Select(pool => (pool.Id, pool.Instances.Desired)),
            document.RootElement.GetProperty("fleet").GetProperty("pools").EnumerateArray().Select(pool =>
                (pool.GetProperty("id").GetString()!, pool.GetProperty("instances").GetProperty("desired").GetInt32())));
        Assert.Equal("2027-03", document.RootElement.GetProperty("outputs").GetProperty("asOf").GetString());
    }

    [Theory]
    [InlineData("missing", "is missing, and")]
    [InlineData("tampered", "was changed after it was written")]
    [InlineData("foreign", "is the lock of stack staging, not of prod")]
    [InlineData("garbled", "is not a lock")]
    public async Task What_is_not_the_stacks_own_lock_is_refused_with_the_command_that_makes_it(string state, string says)
    {
        var file = _sandbox.Stacks(Sandbox.ProdLock);
        var text = File.ReadAllText(file);
        switch (state)
        {
            case "missing":
                File.Delete(file);
                break;
            case "tampered":
                File.WriteAllText(file, text.Replace("\"desired\": 5", "\"desired\": 6", StringComparison.Ordinal));
                break;
            case "foreign":
                File.WriteAllText(file, LockText.Of(LockText.Read(text, "lock") with { Stack = "staging" }));
                break;
            default:
                File.WriteAllText(file, "<<<<<<< HEAD\n" + text);
                break;
        }

        foreach (var command in new[] { "preview", "validate" })
        {
            var ran = await InAsync(command, "--stack", "prod");
            Assert.Equal(1, ran.Code);
            Assert.Contains(says, ran.Error, StringComparison.Ordinal);
            Assert.Contains("gpuinfra plan --stack prod --write", ran.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_plan_that_stands_in_for_a_stacks_own_is_planned_and_not_locked()
    {
        Assert.Equal(0, (await InAsync("preview", "--plan", "stacks/prod.plan.yaml")).Code);
        var ran = await InAsync("plan", "--plan", "stacks/prod.plan.yaml", "--write");
        Assert.Equal(1, ran.Code);
        Assert.Contains("name it with --stack", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_locks_are_compared_by_pool_and_month()
    {
        File.Copy(_sandbox.Stacks(Sandbox.ProdLock), _sandbox.In("before.json"));

        // In 2027-04 both do not find room in the quota of AWS's P machines where they run: one of them moves.
        _sandbox.Change("prod.plan.yaml", "copilot, demand: { scale: 40 }", "copilot, demand: { scale: 80 }");
        Assert.Equal(0, (await InAsync("plan", "--stack", "prod", "--write")).Code);
        var ran = await InAsync("diff", "before.json", $"stacks/{Sandbox.ProdLock}", "--md", "comment.md");
        Assert.Equal(0, ran.Code);
        Golden.AssertFile("tests/GpuInfra.Cli.Tests/Golden/diff.lock.txt", ran.Out);
        Assert.Contains("### GpuInfra lock: prod", File.ReadAllText(_sandbox.In("comment.md")), StringComparison.Ordinal);

        using var json = JsonDocument.Parse((await InAsync("diff", "before.json", $"stacks/{Sandbox.ProdLock}", "--json")).Out);
        Assert.Equal(12, json.RootElement.GetProperty("months").GetArrayLength());
        Assert.All(json.RootElement.GetProperty("pools").EnumerateArray(), pool =>
            Assert.StartsWith("coder-", pool.GetProperty("id").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_lock_is_not_compared_with_a_record()
    {
        File.WriteAllText(_sandbox.In("record.json"), "{}");
        var ran = await InAsync("diff", $"stacks/{Sandbox.ProdLock}", "record.json");
        Assert.Equal(1, ran.Code);
        Assert.Contains("record.json: is no lock", ran.Error, StringComparison.Ordinal);
    }

    private Task<Ran> InAsync(params string[] args) => Cli.In(_sandbox.Root, args);
}
