using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Cli.Reports;

/// <summary>What promises and constraints cost, by how much offers won, and which servings stay where they run.</summary>
internal static class ExplanationTables
{
    /// <summary>What each promise and constraint costs.</summary>
    public static IEnumerable<Block> Of(FleetExplanation explanation)
    {
        if (explanation.Prices.IsEmpty)
        {
            yield break;
        }

        yield return new Block.Heading("What promises and constraints cost");
        yield return new Block.Items([.. explanation.Prices.OrderByDescending(price => price.Monthly.Amount).Select(price => new Cell($"{price.Constraint}: {price}"))]);
        yield return new Block.Paragraph(new Cell(
            "Each against the cheapest fleet without it alone: they do not add up. All but stability are told for fleets that may move.", Tone.Muted));
    }

    /// <summary>By how much the offers of a serving won.</summary>
    public static IEnumerable<Block> Margins(ServingFleet serving, FleetExplanation? explanation)
    {
        var margins = explanation?.Margins.Where(margin => margin.Serving == serving.Serving.Name).ToImmutableArray() ?? [];
        if (margins.IsEmpty)
        {
            yield break;
        }

        yield return new Block.Heading($"By how much the offers of {serving.Serving.Name} won");
        yield return new Block.Grid(
            [new("Offer"), new("Without it, $/month more", true), new("Instead of it", Wrap: true)],
            [.. margins.Select(margin => ImmutableArray.Create<Cell>(
                margin.Offer,
                margin.Monthly is { } monthly ? FormattableString.Invariant($"{monthly.Amount:N2}") : Format.None,
                margin.Instead ?? "nothing could stand in"))]);
    }

    /// <summary>Why servings stay where they run, or move; nothing where nothing runs yet.</summary>
    public static IEnumerable<Block> Stability(FleetPlan fleet)
    {
        var notes = fleet.Servings.Where(serving => serving.Stability is not null).ToImmutableArray();
        if (!notes.IsEmpty)
        {
            yield return new Block.Heading("Against what runs");
            yield return new Block.Items([.. notes.Select(serving => new Cell(
                $"{serving.Serving.Name} {serving.Stability!.Words}", serving.Stability.Moves ? Tone.Warning : Tone.Plain))]);
        }
    }
}
