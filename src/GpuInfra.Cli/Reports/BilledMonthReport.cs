using System.Collections.Immutable;
using GpuInfra.Planning.Finance.Actuals;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Reports;

/// <summary>What <c>gpuinfra actuals</c> shows.</summary>
internal static class BilledMonthReport
{
    public static IEnumerable<Block> Of(FleetPlan fleet, BilledMonth month)
    {
        var gap = month.Gap;
        yield return new Block.Paragraph(
            $"{fleet.Stack}, {month.Month}: {Format.Dollars(month.Billed)} billed for use, {Format.Dollars(month.Planned)} planned; {Format.Dollars(new Usd(Math.Abs(gap.Amount)))} "
            + $"{(gap.Amount < 0 ? "less" : "more")} ({Format.Part(new Usd(Math.Abs(gap.Amount)), month.Planned)}). {Format.Origin(fleet)}.");
        yield return new Block.Items([.. Compared(month)]);
        yield return new Block.Heading("Why");
        yield return new Block.Grid(
            [new("Part"), new("$", Right: true), new("Of planned", Right: true), new("What it is", Wrap: true)],
            [
                .. Shown(month).Select<GapPart, ImmutableArray<Cell>>(part =>
                    [Name(part), Amount(month, part, month[part]), IsKnown(month, part) ? Format.Part(month[part], month.Planned) : Format.None, What(part)]),
                ["together", gap.ToString(), Format.Part(gap, month.Planned), "billed − planned"],
            ]);
        yield return new Block.Heading("By serving");
        yield return new Block.Grid(
            [new("Serving"), new("Planned", Right: true), new("Billed", Right: true), new("Gap", Right: true), .. Shown(month).Select(part => new Column(Name(part), Right: true))],
            [
                .. month.Servings.Select<ServingBill, ImmutableArray<Cell>>(serving =>
                    [serving.Serving, serving.Planned.ToString(), serving.Billed.ToString(), serving.Gap.ToString(), .. Shown(month).Select(part => Amount(month, part, serving[part]))]),
                ["together", month.Planned.ToString(), month.Billed.ToString(), gap.ToString(), .. Shown(month).Select(part => Amount(month, part, month[part]))],
            ]);
        foreach (var block in Charged(fleet.Plan, month).Concat(BillTables.Of(month.Bill)))
        {
            yield return block;
        }
    }

    /// <summary>What the bill says of the plan, and the changes that would make it agree.</summary>
    public static IEnumerable<Block> Proposals(ImmutableArray<BillProposal> proposals, Share tolerance, bool isWritten)
    {
        yield return new Block.Heading("What it says of the plan");
        if (proposals.IsEmpty)
        {
            yield return new Block.Paragraph($"Nothing: no part of the gap is more than {tolerance} of what was planned, and no price more than {tolerance} off (--tolerance).");
        }
        else
        {
            yield return new Block.Items([.. proposals.Select(proposal => new Cell($"{Name(proposal.Cause)}: {proposal.Finding}.", Tone.Warning))]);
        }

        foreach (var block in FigureDriftReport.Changes([.. proposals.Select(proposal => proposal.Change).OfType<PlanChange>()], isWritten))
        {
            yield return block;
        }
    }

    private static IEnumerable<Cell> Compared(BilledMonth month)
    {
        var whole = DateTime.DaysInMonth(month.Month.Year, month.Month.Number) * 24;
        foreach (var (cloud, hours) in month.Clouds)
        {
            yield return new Cell(
                $"{Format.Cloud(cloud)}: {Format.Count(hours)} of the month's {Format.Count(whole)} hours are billed, and so much is planned (a planned month has {Format.Count((long)UsdPerHour.HoursPerMonth)}).",
                hours < whole ? Tone.Warning : Tone.Muted);
        }

        if (month.NotCompared.Amount != 0)
        {
            yield return new Cell($"Not compared: {Format.Dollars(month.NotCompared)} a month that is planned where no export is of.", Tone.Warning);
        }

        foreach (var (serving, seen) in month.Demand)
        {
            yield return new Cell(FormattableString.Invariant($"{serving}: {seen:0.000} times the planned requests were seen."), Tone.Muted);
        }

        if (month.Demand.IsEmpty)
        {
            yield return new Cell("What the demand was is not known, so that demand and utilisation are not told apart.", Tone.Muted);
        }
    }

    private static IEnumerable<Block> Charged(CapacityPlan plan, BilledMonth month)
    {
        yield return new Block.Heading("By team");
        yield return new Block.Grid(
            [new("Team"), new("Planned", Right: true), new("Its own", Right: true), new("Of what is shared", Right: true), new("Charged", Right: true), new("Budget", Right: true)],
            [
                .. month.Teams.Select<TeamCharge, ImmutableArray<Cell>>(team =>
                [
                    new Cell(team.IsPlanned ? team.Team : $"{team.Team} (in no plan)", team.IsPlanned ? Tone.Plain : Tone.Warning), team.Planned.ToString(), team.Direct.ToString(), team.Shared.ToString(), team.Charged.ToString(),
                    plan.Teams.FirstOrDefault(known => known.Name == team.Team)?.Monthly is { } budget ? new Cell(budget.ToString(), team.Charged.CompareTo(budget) > 0 ? Tone.Bad : Tone.Good) : Format.None,
                ]),
                [
                    "together", new Usd(month.Teams.Sum(team => team.Planned.Amount)).ToString(), new Usd(month.Teams.Sum(team => team.Direct.Amount)).ToString(),
                    new Usd(month.Teams.Sum(team => team.Shared.Amount)).ToString(), new Usd(month.Teams.Sum(team => team.Charged.Amount)).ToString(), "",
                ],
            ]);
        yield return new Block.Paragraph(new Cell(
            $"Shared is what carries no team's tag, taxes and credits with it; it is dealt out {Rule(plan.Allocation)} (allocation in the plan), what a serving's teams share among them.", Tone.Muted));
    }

    private static string Rule(Allocation allocation) => allocation switch
    {
        Allocation.GpuTime => "by planned GPU time",
        Allocation.Spend => "by what each team spends alone",
        _ => "evenly",
    };

    /// <summary>Parts that say something: the rest would be columns of nothing.</summary>
    private static ImmutableArray<GapPart> Shown(BilledMonth month) =>
    [
        .. GapParts.All.Where(part => part switch
        {
            GapPart.DemandOrUtilization or GapPart.Unsplit => month.Servings.Any(serving => serving[part].Amount != 0),
            _ => true,
        }),
    ];

    private static bool IsKnown(BilledMonth month, GapPart part) => !month.Demand.IsEmpty || part is not (GapPart.Demand or GapPart.Utilization);

    private static Cell Amount(BilledMonth month, GapPart part, Usd amount) => IsKnown(month, part) ? amount.ToString() : new Cell("unknown", Tone.Muted);

    private static string Name(GapPart part) => part switch
    {
        GapPart.Utilization => "utilisation",
        GapPart.DemandOrUtilization => "demand or utilisation",
        GapPart.Unsplit => "not told apart",
        _ => Format.Word(part),
    };

    private static string What(GapPart part) => part switch
    {
        GapPart.Demand => "another demand than planned, at the planned use and price of machines",
        GapPart.Utilization => "machine hours beyond what that demand asks for, at the planned price",
        GapPart.DemandOrUtilization => "machine hours beyond the planned ones, at the planned price",
        GapPart.Price => "another price of an hour than planned",
        GapPart.Fallback => "hours of spot pools at the standard price, over the planned one",
        GapPart.Idle => "commitments and reservations paid and not used, over those planned to be",
        GapPart.Unplanned => "what is in no pool of the plan: disks, traffic, other machines, charges without tags",
        _ => "the gap of pools of which the exports name no hours",
    };
}
