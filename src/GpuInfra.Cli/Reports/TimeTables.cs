using System.Collections.Immutable;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Cli.Reports;

/// <summary>What <c>plan --explain</c> tells of a serving's demand, of how its machines start, and of when how many are needed.</summary>
internal static class TimeTables
{
    private const int Hours = 24;

    public static IEnumerable<Block> Of(FleetPlan fleet, ServingFleet serving) =>
        [.. Demand(fleet, serving), .. ColdStart(fleet, serving), .. Scaling(fleet, serving), .. Schedules(fleet, serving)];

    private static IEnumerable<Block> Demand(FleetPlan fleet, ServingFleet serving)
    {
        yield return new Block.Heading($"Where the demand of {serving.Serving.Name} comes from");
        yield return new Block.Grid(
            [new("Workload"), new("Step"), new("Reckoning")],
            [.. serving.Workloads.SelectMany(name => DemandSteps.Of(fleet.Plan, fleet.Plan.Workloads.First(workload => workload.Name == name), fleet.Plan.AsOf)
                .Select((step, index) => ImmutableArray.Create<Cell>(index == 0 ? name : "", step.Name, step.Reckoning)))]);
    }

    private static IEnumerable<Block> ColdStart(FleetPlan fleet, ServingFleet serving)
    {
        if (!fleet.Times.ColdStarts.TryGetValue(serving.Serving.Name, out var start))
        {
            yield break;
        }

        yield return new Block.Heading($"How new replicas of {serving.Serving.Name} start");
        yield return new Block.Grid(
            [new("Site"), new("Weights from"), new("Start", true), new("Warm", true), new("$/month", true), new("Verdict"), new("Of which")],
            [.. start.Sites.SelectMany(site => site.Options.Select((option, index) => Row(site, option, index)))]);
        yield return new Block.Paragraph(Verdict(start));
        yield return new Block.Paragraph(new Cell(
            "Deployed is the store that is chosen, without machines that wait: warm pools are not built yet. An engine that starts again on its "
            + $"machine takes {Time(start.Sites.Max(site => site.Restart.Total))}. {Unsure(start)}", Tone.Muted));
    }

    private static ImmutableArray<Cell> Row(ColdStartSite site, ColdStartOption option, int index) =>
    [
        index == 0 ? $"{Format.Cloud(site.Cloud)} {site.Region}" : "",
        Format.Word(option.Start.Store),
        Time(option.Start.Total),
        Format.Count(option.WarmPool),
        option.Monthly is { } monthly ? FormattableString.Invariant($"{monthly.Amount:N2}") : "no price",
        option == site.Chosen ? new Cell(option.Holds ? "chosen" : "chosen, and late", option.Holds ? Tone.Good : Tone.Warning) : !option.IsDeployable ? "cannot be deployed" : option.Holds ? "dearer or not asked for" : "late",
        string.Join(", ", option.Start.Steps.OrderByDescending(step => step.Duration).Take(3).Select(step => $"{Format.Word(step.Stage)} {Time(step.Duration)}")),
    ];

    private static Cell Verdict(ColdStart start)
    {
        var rise = start.MeasuredRise is { } measured
            ? FormattableString.Invariant($" Load itself has risen by {measured:N1} requests/s within such a time in its profile: pools stand for their peak around the clock, so no start is waited for.")
            : "";
        return new Cell(
            FormattableString.Invariant($"While a machine starts, the planned peak grows by {start.GrowthRequestsPerSecond:G3} requests/s; headroom is {start.HeadroomRequestsPerSecond:N1}.{rise}"),
            start.Holds ? Tone.Plain : Tone.Warning);
    }

    private static string Unsure(ColdStart start) => start.Sites.SelectMany(site => site.Deployed.Start.Steps).Where(step => step.Grade == "assumption")
        .Select(step => Format.Word(step.Stage)).Distinct().ToList() is { Count: > 0 } stages
        ? $"Assumed, not measured: {Format.Names(stages)} (catalog data start-steps.json has every source)."
        : "";

    private static IEnumerable<Block> Schedules(FleetPlan fleet, ServingFleet serving)
    {
        var schedules = serving.PoolIds.Where(fleet.Times.Schedules.ContainsKey).Select(id => fleet.Times.Schedules[id]).ToList();
        if (schedules.Count == 0)
        {
            yield break;
        }

        yield return new Block.Heading($"When how many machines of {serving.Serving.Name} are needed (UTC)");
        yield return new Block.Grid(
            [new("Pool"), new("Day"), .. Enumerable.Range(0, Hours).Select(hour => new Column(FormattableString.Invariant($"{hour:00}h"), true))],
            [.. schedules.SelectMany(Rows)]);
        foreach (var schedule in schedules)
        {
            yield return new Block.Paragraph(
                $"{schedule.Pool}: {Time(schedule.Lead)} ahead of demand; {Format.Count((long)schedule.InstanceHours)} machine hours, {Format.Dollars(schedule.Monthly)} a month: "
                + $"{Format.Dollars(schedule.Saving)} less than around the clock.");
        }

        yield return new Block.Paragraph(new Cell(
            "Every size keeps the headroom, each cloud's share and what is promised after a loss, of the hour's demand. "
            + (Following(fleet, serving).Any(pool => fleet.ScalingOf(pool)!.FollowsSchedule)
                ? "Deployed as the least size of each hour; load may keep more."
                : "Nothing deploys it: pools stand at their peak (scaling in the plan would)."), Tone.Muted));
    }

    private static IEnumerable<Block> Scaling(FleetPlan fleet, ServingFleet serving)
    {
        var following = Following(fleet, serving).Select(pool => (Pool: pool, Scaling: fleet.ScalingOf(pool)!)).ToList();
        if (following.Count == 0)
        {
            yield break;
        }

        yield return new Block.Heading($"How {serving.Serving.Name} follows its load");
        yield return new Block.Grid(
            [new("Pool"), new("Least", true), new("Most", true), new("Places in use", true), new("Waiting per replica", true), new("$/month at least", true), new("At most", true)],
            [.. following.Select(item => ImmutableArray.Create<Cell>(
                item.Pool.Id,
                Format.Count(item.Pool.Instances.Min),
                Format.Count(item.Pool.Instances.Max),
                item.Scaling.InUse.ToString(),
                Format.Number(item.Scaling.WaitingPerReplica),
                FormattableString.Invariant($"{item.Scaling.Least.Amount:N2}"),
                FormattableString.Invariant($"{item.Scaling.Most.Amount:N2}")))]);
        foreach (var (pool, standby) in following.Select(item => (item.Pool, fleet.StandbyOf(item.Pool))))
        {
            if (standby is not null)
            {
                yield return new Block.Paragraph(
                    $"{pool.Id}: {Format.Count(standby.Machines)} stopped machines wait beside it and answer after {Time(standby.Start.Total)}, new ones after {Time(standby.Cold.Total)}. Engine and weights stay on the "
                    + $"root disk of {Format.Count(standby.DiskGib)} GiB, since a stop empties local disks; {Spent(standby)} for the disks, in no figure above.");
            }
        }

        yield return new Block.Paragraph(new Cell(
            "Machines are added above either figure and taken away below both, on AWS never while a figure is missing. The plan's cost counts the most.", Tone.Muted));
    }

    private static string Spent(PoolStandby standby) => standby.Monthly is { } monthly ? $"{Format.Dollars(monthly)} a month" : "a price that the catalog does not have";

    private static IEnumerable<Pool> Following(FleetPlan fleet, ServingFleet serving) =>
        fleet.Pools.Where(pool => serving.PoolIds.Contains(pool.Id) && fleet.ScalingOf(pool) is not null);

    /// <summary>The size that stands in the middle of each hour; days that are alike in one row.</summary>
    private static IEnumerable<ImmutableArray<Cell>> Rows(PoolSchedule schedule)
    {
        var week = Enum.GetValues<DayOfWeek>().OrderBy(day => ((int)day + 6) % 7).ToList();
        var days = week.Select(day => (Name: day.ToString()[..3], Sizes: Enumerable.Range(0, Hours).Select(hour => Format.Count(schedule.At(day, new TimeOnly(hour, 30)))).ToList())).ToList();
        return days.TrueForAll(day => day.Sizes.SequenceEqual(days[0].Sizes))
            ? [Row(schedule.Pool, "every day", days[0].Sizes)]
            : days.Select((day, index) => Row(index == 0 ? schedule.Pool : "", day.Name, day.Sizes));
    }

    private static ImmutableArray<Cell> Row(string pool, string day, IEnumerable<string> sizes) => [pool, day, .. sizes.Select(size => (Cell)size)];

    private static string Time(TimeSpan time) => time.TotalMinutes >= 1
        ? FormattableString.Invariant($"{(int)time.TotalMinutes} min {time.Seconds:00} s")
        : FormattableString.Invariant($"{time.TotalSeconds:0} s");
}
