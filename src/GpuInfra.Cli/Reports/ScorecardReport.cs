using System.Collections.Immutable;
using System.Globalization;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Cli.Reports;

/// <summary>What <c>gpuinfra scorecard</c> shows.</summary>
internal static class ScorecardReport
{
    public static IEnumerable<Block> Of(FleetPlan fleet, Scorecard card)
    {
        yield return new Block.Paragraph($"{fleet.Stack}, {fleet.Plan.AsOf}: its clouds, scored from 0 to 10. {Format.Origin(fleet)}.");
        yield return new Block.Grid(
            [new("Criterion"), new("Weight", Right: true), .. card.Vendors.Select(vendor => new Column(Format.Cloud(vendor.Cloud), Right: true))],
            [
                .. card.Criteria.Select<Criterion, ImmutableArray<Cell>>(criterion =>
                    [criterion.Title, Invariant($"{criterion.Weight:0.##} %"), .. card.Vendors.Select(vendor => Points(card, vendor, criterion))]),
                ["weighted", Invariant($"{card.KnownPercent:0.##} %"), .. card.Vendors.Select(vendor => (Cell)(card.Weighted(vendor) is { } mean ? Invariant($"{mean:0.00}") : Format.None))],
            ]);
        if (card.Criteria.Where(criterion => !card.Known.Contains(criterion)).Select(criterion => criterion.Id).ToList() is { Count: > 0 } unknown)
        {
            yield return new Block.Paragraph(new Cell(
                $"Not counted, since it is not known of every cloud: {string.Join(", ", unknown)}. The others share its weight. Judge it yourself: --judge {Format.Cloud(card.Vendors[0].Cloud)}.{unknown[0]}=8.", Tone.Muted));
        }

        yield return new Block.Heading("Why");
        yield return new Block.Items(
        [
            .. card.Vendors.SelectMany(vendor => card.Criteria.Where(criterion => vendor.Scores.ContainsKey(criterion.Id)).Select(criterion =>
                (Cell)Invariant($"{Format.Cloud(vendor.Cloud)}, {criterion.Title}: {vendor.Scores[criterion.Id].Points:0.0}; {vendor.Scores[criterion.Id].Why}."))),
        ]);
        yield return new Block.Paragraph(new Cell(
            $"Weights: {card.Criteria[0].Source}, {Format.Date(card.Criteria[0].AsOf)}. A listing in a zone is not capacity, and list prices are not what you negotiated.", Tone.Muted));
    }

    private static Cell Points(Scorecard card, ScoredVendor vendor, Criterion criterion) => vendor.Scores.TryGetValue(criterion.Id, out var score)
        ? new Cell(Invariant($"{score.Points:0.0}"), card.Known.Contains(criterion) ? Tone.Plain : Tone.Muted)
        : Format.None;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
