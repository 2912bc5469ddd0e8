using GpuInfra.Offline.Diff;
using GpuInfra.Offline.Tests.Diff;
using GpuInfra.Planning.Plans;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests.Policies;

/// <summary>On frozen days only growth is deployed, and what a waiver says mends an incident.</summary>
public class FreezeRulesTests
{
    private static readonly DateOnly First = new(2026, 12, 20);
    private static readonly DateOnly Last = new(2027, 1, 3);
    private static readonly Freeze Holidays = new(First, Last, "holidays");

    public static TheoryData<string, bool> Changes => new()
    {
        { "nothing", true },
        { "created", true },
        { "grown", true },
        { "lowered", false },
        { "reworded", false },
        { "deleted", false },
        { "replaced", false },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Only_what_is_new_or_grows_passes(string change, bool passes)
    {
        var (before, after) = Pair(change);

        Assert.True(R.Diff(before, Frozen(after)).Passed || change is "deleted" or "replaced", "no other policy objects");
        Assert.Equal(passes ? CheckStatus.Pass : CheckStatus.Fail, Freeze(before, Frozen(after), First).Status);
    }

    [Fact]
    public void A_refusal_says_what_and_which_freeze()
    {
        var (before, after) = Pair("lowered");

        Assert.Equal(
            "this is no growth: maxSize, and the plan is frozen from 2026-12-20 to 2027-01-03 (holidays)",
            Freeze(before, Frozen(after), First).Detail);
    }

    [Theory]
    [InlineData("2026-12-19", CheckStatus.Pass)]
    [InlineData("2026-12-20", CheckStatus.Fail)]
    [InlineData("2027-01-03", CheckStatus.Fail)]
    [InlineData("2027-01-04", CheckStatus.Pass)]
    [InlineData(null, CheckStatus.Pass)]
    public void It_holds_from_its_first_to_its_last_day_where_a_day_is_given(string? today, CheckStatus expected)
    {
        var (before, after) = Pair("lowered");
        DateOnly? day = today is null ? null : DateOnly.Parse(today, System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(expected, Freeze(before, Frozen(after), day).Status);
    }

    [Fact]
    public void A_change_cannot_take_away_the_freeze_that_it_falls_into()
    {
        var (before, after) = Pair("lowered");

        Assert.Equal(CheckStatus.Fail, Freeze(Frozen(before), after, First).Status);
    }

    [Fact]
    public void What_mends_an_incident_is_waived_by_its_name()
    {
        var (before, after) = Pair("reworded");
        var waiver = new Waiver("diff-freeze", "x", "INC-123", Last, "oncall@example.com");

        var check = Freeze(before, Frozen(after) with { Waivers = [waiver] }, First);

        Assert.Equal((CheckStatus.Waived, waiver), (check.Status, check.Waiver));
    }

    [Fact]
    public async Task A_frozen_production_may_double_a_workload_and_not_halve_it()
    {
        using var sandbox = new Sandbox();
        sandbox.Run();
        File.AppendAllText(sandbox.Stacks("prod.plan.yaml"), "\nfreeze: [{ from: 2026-12-20, to: 2027-01-03, reason: holidays }]\n");
        var now = await RunAsync(sandbox);
        sandbox.Change("prod.plan.yaml", "copilot, demand: { scale: 40 }", "copilot, demand: { scale: 80 }");
        var doubled = await RunAsync(sandbox);

        Assert.NotEmpty(R.Diff(now, doubled).Resources);
        Assert.Equal(CheckStatus.Pass, Freeze(now, doubled, Last).Status);
        var halved = R.Diff(doubled, now, new DiffOptions { Today = Last }).Gate.Where(check => check.Id == "diff-freeze").ToList();
        Assert.NotEmpty(halved);
        Assert.All(halved, check => Assert.Equal(CheckStatus.Fail, check.Status));
    }

    private static CheckResult Freeze(StackRecord before, StackRecord after, DateOnly? today) =>
        Assert.Single(R.Diff(before, after, new DiffOptions { Today = today }).Gate, check => check.Id == "diff-freeze");

    private static StackRecord Frozen(StackRecord record) => record with { Freezes = [Holidays] };

    private static async Task<StackRecord> RunAsync(Sandbox sandbox) =>
        StackRecord.Of(await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(sandbox.Root)!, "prod")));

    private static (StackRecord Before, StackRecord After) Pair(string change)
    {
        var small = R.Resource(R.Group, "x", ("maxSize", R.Number(2)));
        return change switch
        {
            "nothing" => (R.Record(small), R.Record(small)),
            "created" => (R.Record(), R.Record(small)),
            "grown" => (R.Record(small), R.Record(R.Resource(R.Group, "x", ("maxSize", R.Number(3))))),
            "lowered" => (R.Record(small), R.Record(R.Resource(R.Group, "x", ("maxSize", R.Number(1))))),
            "reworded" => (R.Record(small), R.Record(R.Resource(R.Group, "x", ("maxSize", R.Number(2)), ("healthCheckType", Prod.Text("EC2"))))),
            "deleted" => (R.Record(small), R.Record()),
            "replaced" => (R.Record(R.Resource(R.Group, "x", ("name", Prod.Text("a")))), R.Record(R.Resource(R.Group, "x", ("name", Prod.Text("b"))))),
            _ => throw new ArgumentOutOfRangeException(nameof(change), change, "no such change"),
        };
    }
}
