using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Cli.Reports;

/// <summary>What <c>gpuinfra drill</c> shows.</summary>
internal static class DrillReport
{
    public static IEnumerable<Block> Of(FleetPlan fleet, ImmutableArray<RecoveryTime> times)
    {
        yield return new Block.Paragraph($"{fleet.Stack}, {fleet.Plan.AsOf}: {Format.Count(times.Length, "region")} to lose, one after the other. Plan {fleet.PlanHash[..12]}.");
        foreach (var time in times)
        {
            yield return new Block.Heading($"Without {time.Lost} ({Format.Cloud(time.Cloud)})");
            yield return new Block.Paragraph(new Cell(
                $"Up again in {Minutes(time.Total)}, with {Minutes(time.Wish.React)} to react; {Minutes(time.Wish.Rto)} are promised (rto). At most what was written in the last {Minutes(time.Wish.Rpo)} is lost (rpo). "
                + $"Machines that are added cost {Format.Dollars(time.Monthly)} a month for as long as it lasts.",
                time.Holds ? Tone.Good : Tone.Bad));
            yield return new Block.Grid(
                [new("Pool"), new("Machines"), new("Had after", true), new("Then answers after", true), new("Slowest stages"), new("$/month", true)],
                [.. time.Pools.Select(pool => ImmutableArray.Create<Cell>(
                    pool.Id,
                    $"{Format.Count(pool.Machines)} × {pool.InstanceType}",
                    Minutes(pool.Capacity),
                    Minutes(pool.Start.Total),
                    string.Join(", ", pool.Start.Steps.OrderByDescending(step => step.Duration).Take(3).Select(step => $"{Format.Word(step.Stage)} {Minutes(step.Duration)}")),
                    Format.Dollars(pool.Monthly)))]);
            if (!time.Quotas.IsEmpty)
            {
                yield return new Block.Grid(
                    [new("Quota"), new("Where"), new("Needed", true), new("Assigned", true)],
                    [.. time.Quotas.Select(quota => ImmutableArray.Create<Cell>(
                        quota.Code,
                        quota.Region,
                        $"{Format.Count(quota.Total)} {quota.Unit}",
                        quota.Limit is { } limit ? new Cell(Format.Count(limit), quota.Fits ? Tone.Good : Tone.Bad) : new Cell("not known", Tone.Warning)))]);
            }
        }

        yield return new Block.Paragraph(new Cell(
            "Had after: nothing for held reservations, else as long as launches are reckoned to fail after a loss (availability.holdAfterLoss), or as long as it took. Quotas take days: have them before. "
            + "docs/recovery/region.md says what to do on the day.", Tone.Muted));
    }

    private static string Minutes(TimeSpan time) => FormattableString.Invariant($"{Math.Ceiling(time.TotalMinutes):0} min");
}
