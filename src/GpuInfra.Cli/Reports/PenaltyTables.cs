using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance.Penalties;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Reports;

/// <summary>What months below a promise are expected to cost: apart from every cost, since it follows from assumptions. Nothing where no serving has a penalty.</summary>
internal static class PenaltyTables
{
    /// <summary>The penalties of a fleet, how likely each step is, and the losses that they follow from.</summary>
    public static IEnumerable<Block> Of(FleetPlan fleet)
    {
        var penalties = ExpectedPenalty.Of(fleet, Catalog.Embedded);
        if (penalties.IsEmpty)
        {
            yield break;
        }

        yield return new Block.Heading("Expected penalty");
        yield return new Block.Paragraph($"{Sentence(penalties)}.");
        yield return new Block.Grid(
            [new("Serving"), new("Availability below"), new("Such a month costs", true), new("Likely in a month", true), new("At the low ends", true), new("At the high ends", true)],
            [
                .. penalties.SelectMany(penalty => penalty.Steps.Select<PenaltyChance, ImmutableArray<Cell>>(step =>
                    [penalty.Serving, FormattableString.Invariant($"{step.Step.Below.Percent:0.###} %"), step.Step.Costs.ToString(), Percent(step.Chance.Value), Percent(step.Chance.Low), Percent(step.Chance.High)])
                    .Append([penalty.Serving, "expected, $/month", "", penalty.Monthly.Value.ToString(), penalty.Monthly.Low.ToString(), penalty.Monthly.High.ToString()])),
            ]);
        yield return new Block.Grid(
            [new("Serving"), new("Lost", Wrap: true), new("Times a year, each", true), new("Lasts", true), new("One leaves unserved", true), new("Assumed from", Wrap: true)],
            [
                .. penalties.SelectMany(penalty => penalty.Losses.GroupBy(loss => (loss.Loss.Kind, Hours: loss.Hours(EstimatePoint.Value), High: loss.Hours(EstimatePoint.High))).Select<IEnumerable<AssumedLoss>, ImmutableArray<Cell>>(alike =>
                {
                    var loss = alike.First();
                    return
                    [
                        penalty.Serving, string.Join(", ", alike.Select((other, index) => index == 0 ? other.Loss.Name : other.Loss.Target)),
                        Range(loss.Assumed.PerYear, count => FormattableString.Invariant($"{count:0.###}")), Range(loss.Assumed.Lasts, time => Hours(time.TotalHours)), Range(Estimate.Of(loss.Hours), Hours), loss.Assumed.Source,
                    ];
                })),
            ]);
        yield return new Block.Paragraph(new Cell(
            "Availability: the share of a month's requests that are served. Unserved: hours of the month's mean demand that are not served until machines serve again, on average over the demand that a loss finds. Losses come independently, "
            + $"and two at a time count one by one. At the ends: all assumptions at once.{NotAssumed(fleet.Plan.Losses!)}{Spot(fleet, penalties)}", Tone.Muted));
    }

    /// <summary>The sum with its range, as every page tells it.</summary>
    public static string Sentence(ImmutableArray<ExpectedPenalty> penalties) =>
        $"Expected in penalties, from the plan's assumptions of losses alone: {Amount(ExpectedPenalty.Total(penalties))} a month, in no cost";

    /// <summary>An amount with its range, as <c>$1,200 ($90 to $8,000)</c>.</summary>
    public static string Amount(Estimate<Usd> amount) => Range(amount, Format.Dollars);

    private static string Range<T>(Estimate<T> figure, Func<T, string> show) => $"{show(figure.Value)} ({show(figure.Low)} to {show(figure.High)})";

    private static string Hours(double hours) => FormattableString.Invariant($"{hours:0.###} h");

    private static string Percent(double chance) => FormattableString.Invariant($"{chance * 100:0.###} %");

    private static string NotAssumed(LossAssumptions losses) => new[] { LostKind.Zone, LostKind.Region, LostKind.Cloud }.Where(kind => losses.Of(kind) is null).Select(kind => $"a {Format.Word(kind)}").ToList() is { Count: > 0 } missing
        ? $" Nothing is assumed of the loss of {string.Join(" or ", missing)}, so it is in no figure."
        : "";

    private static string Spot(FleetPlan fleet, ImmutableArray<ExpectedPenalty> penalties) =>
        fleet.Pools.Any(pool => pool.Tier == Tier.Spot && penalties.Any(penalty => penalty.Serving == pool.Serving)) ? " Neither are interruptions of spot." : "";
}
