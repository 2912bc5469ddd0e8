using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Cli.Reports;

/// <summary>How busy pools are, which requests they get and in which hours they run: shown where the plan asks for any of it.</summary>
internal static class UseTables
{
    public static IEnumerable<Block> Of(FleetPlan fleet) => Utilization(fleet).Concat(Sizes(fleet)).Concat(Windows(fleet));

    private static IEnumerable<Block> Utilization(FleetPlan fleet)
    {
        if (fleet.Plan.Utilization.IsEmpty)
        {
            yield break;
        }

        yield return new Block.Heading("Utilisation");
        yield return new Block.Grid(
            [new("Pool"), new("Mean", true), new("Peak minute", true), new("Band", true), new("Below it because", Wrap: true)],
            [.. fleet.Utilization.Select(pool => ImmutableArray.Create<Cell>(
                pool.Pool,
                pool.Mean.ToString(),
                new Cell(pool.Peak.ToString(), pool.Because is null ? Tone.Plain : Tone.Warning),
                pool.Band is { } band ? $"{band.AtLeast} to {band.AtMost}" : Format.None,
                pool.Because ?? ""))]);
        yield return new Block.Paragraph(new Cell("Planned demand, without headroom, over what the pool could serve.", Tone.Muted));
    }

    private static IEnumerable<Block> Sizes(FleetPlan fleet)
    {
        var pools = fleet.Pools.Where(pool => !pool.Sizes.IsEmpty && !pool.IsDraining).ToList();
        if (pools.Count == 0)
        {
            yield break;
        }

        yield return new Block.Heading("Requests by input length");
        yield return new Block.Grid(
            [new("Pool"), new("Input tokens"), new("Of requests", true), new("Routed here", true), new("Req/s a replica", true)],
            [.. pools.SelectMany(pool => pool.Sizes.Select((size, index) => ImmutableArray.Create<Cell>(
                index == 0 ? pool.Id : "",
                size.Below is { } below ? FormattableString.Invariant($"{size.From} to {below - 1}") : FormattableString.Invariant($"{size.From} and more"),
                size.OfRequests.ToString(),
                size.Routed.ToString(),
                size.RequestsPerSecond == 0 ? "takes none" : Format.Number(size.RequestsPerSecond))))]);
        yield return new Block.Paragraph(new Cell(
            "Routed here: the part of such requests that the pool is planned for. After a loss they go wherever they can be held.", Tone.Muted));
    }

    private static IEnumerable<Block> Windows(FleetPlan fleet)
    {
        foreach (var choice in fleet.Windows)
        {
            yield return new Block.Heading($"Hours of {choice.Serving}, to be done within {choice.Deadline.TotalHours:0.##} h");
            yield return new Block.Grid(
                [new("Hours a day", true), new("Instances", true), new("$/month", true), new("", Wrap: true)],
                [.. choice.Options.Select(option => ImmutableArray.Create<Cell>(
                    FormattableString.Invariant($"{option.Length.TotalHours:0.##}"),
                    option.Monthly is null ? Format.None : Format.Count(option.Instances),
                    option.Monthly is { } monthly ? FormattableString.Invariant($"{monthly.Amount:N2}") : Format.None,
                    option.Length == choice.Length
                        ? new Cell(FormattableString.Invariant($"chosen: costs least; {choice.StartUp.TotalMinutes:0} minutes of it machines only start"), Tone.Good)
                        : new Cell(option.Why ?? "")))]);
        }
    }
}
