using System.Text.Json;

namespace GpuInfra.Cli.Tests;

public sealed class WhatIfTests : IDisposable
{
    private readonly Sandbox _sandbox = new(locked: true);

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public async Task A_change_on_the_command_line_plans_what_the_changed_file_would()
    {
        var asked = await InAsync("plan", "--stack", "prod", "--json", "--set", "workloads.chat.demand.scale=80");
        _sandbox.Change("prod.plan.yaml", "chat, demand: { scale: 40 }", "chat, demand: { scale: 80 }");
        Assert.Equal((await InAsync("plan", "--stack", "prod", "--json")).Out, asked.Out);
    }

    [Fact]
    public async Task Scenarios_stand_side_by_side_with_the_plan_as_it_is()
    {
        var ran = await InAsync(
            "plan", "--stack", "prod", "--compare", "--set", "workloads.chat.demand.scale=80", "--set", "headroom=0%,servings.assistant.survive={ zone: 0%, cloud: 0% }");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Golden.AssertFile("tests/GpuInfra.Cli.Tests/Golden/compare.prod.txt", ran.Out);
    }

    [Fact]
    public async Task A_scenario_that_cannot_be_planned_is_told_beside_those_that_can()
    {
        var ran = await InAsync(
            "plan", "--stack", "prod", "--compare", "--json",
            "--set", "servings.assistant.latency.timePerOutputToken=1ms", "--set", "workloads.copilot.demand.scale=20");
        using var document = JsonDocument.Parse(ran.Out);
        var scenarios = document.RootElement.GetProperty("scenarios").EnumerateArray().ToList();
        Assert.Equal([true, false, true], scenarios.Select(scenario => scenario.GetProperty("feasible").GetBoolean()));
        Assert.Contains("1 ms promised", scenarios[1].GetProperty("problems")[0].GetString(), StringComparison.Ordinal);
        Assert.True(scenarios[2].GetProperty("monthlyUsd").GetDecimal() < scenarios[0].GetProperty("monthlyUsd").GetDecimal());
    }

    [Theory]
    [InlineData("workloads.chatt.demand.scale=2", "workloads: has no item \"chatt\" (did you mean \"chat\"?); it has chat, copilot, nightly-index")]
    [InlineData("workloads.chat.demand.scal=2", "workloads.chat.demand.scal: unknown key (did you mean \"scale\"?)")]
    [InlineData("workloads.chat.demand.scale=-2", "workloads.chat.demand.scale: \"-2\" is outside the range")]
    [InlineData("headroom.more=2", "headroom: has no more: it is a single value")]
    [InlineData("headroom", "is not PATH=VALUE")]
    public async Task A_slip_in_a_change_is_told_like_one_in_a_file(string set, string says)
    {
        var ran = await InAsync("plan", "--stack", "prod", "--compare", "--set", set);
        Assert.Equal(1, ran.Code);
        Assert.Contains(says, ran.Error, StringComparison.Ordinal);
        Assert.StartsWith("--set:1:", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_nobody_has_written_is_not_locked_and_more_than_five_scenarios_are_not_shown()
    {
        var locked = await InAsync("plan", "--stack", "prod", "--set", "headroom=30%", "--write");
        Assert.Equal(1, locked.Code);
        Assert.Contains("edit the plan instead of using --set", locked.Error, StringComparison.Ordinal);

        var many = Enumerable.Range(1, 6).SelectMany(i => new[] { "--set", $"headroom={i}%" });
        Assert.Equal(2, (await InAsync(["plan", "--stack", "prod", "--compare", .. many])).Code);
        Assert.Equal(2, (await InAsync("plan", "--stack", "prod", "--compare")).Code);
    }

    [Fact]
    public async Task Prices_older_than_the_plan_takes_are_not_chosen_by_and_a_lock_is_deployed_at_any_age()
    {
        File.AppendAllText(_sandbox.Stacks("prod.plan.yaml"), "\nprices: { maxAge: 300d }\n");
        var young = await InAsync("plan", "--stack", "prod", "--write", "--today", "2026-12-24");
        Assert.Equal(0, young.Code);
        Assert.Contains(" days before 2026-12-24 (price book", young.Out, StringComparison.Ordinal);

        var old = await InAsync("plan", "--stack", "prod", "--today", "2029-01-01");
        Assert.Equal(1, old.Code);
        Assert.Contains("prices.maxAge: the oldest price is of ", old.Error, StringComparison.Ordinal);
        Assert.Contains("and the plan takes 300", old.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await InAsync("preview", "--stack", "prod", "--today", "2029-01-01")).Code);

        _sandbox.Change("prod.plan.yaml", "lock: required", "lock: none");
        Assert.Equal(1, (await InAsync("preview", "--stack", "prod", "--today", "2029-01-01")).Code);
    }

    private Task<Ran> InAsync(params string[] args) => Cli.In(_sandbox.Root, args);
}
