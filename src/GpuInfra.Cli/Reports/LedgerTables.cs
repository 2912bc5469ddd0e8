using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Reports;

/// <summary>What a fleet takes of quotas and of held reservations; what <c>plan</c>, <c>preview</c> and the comment share.</summary>
internal static class LedgerTables
{
    public static IEnumerable<Block> Of(FleetPlan fleet)
    {
        yield return new Block.Heading("Quotas");
        yield return new Block.Grid(
            [
                new("Cloud"), new("Region"), new("Quota"), new("Bought"), new("Counts"), new("Running", true), new("Update", true),
                new("Failover", true), new("Needed", true), new("Assigned", true), new("Most", true),
            ],
            [.. fleet.Quotas.Select(QuotaRow)]);
        yield return new Block.Paragraph(new Cell(
            "Update: successors that start beside machines. Assigned: by the ledger. Most: the largest need of the horizon.", Tone.Muted));
        if (!fleet.External.IsEmpty)
        {
            yield return new Block.Heading("Outside the clouds");
            yield return new Block.Grid(
                [new("Machines"), new("Provider"), new("Site"), new("GPUs"), new("Given", true), new("Used by"), new("Paid"), new("$ a month", true), new("Endpoint")],
                [.. fleet.External.Select(ExternalRow)]);
        }

        if (!fleet.Cost.Unused.IsEmpty)
        {
            yield return new Block.Heading("Held and not used");
            yield return new Block.Items([.. fleet.Cost.Unused.Select(unused => new Cell(
                $"{unused.Name}: {(unused.Count > 0 ? Format.Count(unused.Count) : "hours")} of the {unused.What}, {unused.Monthly} a month", Tone.Warning))]);
        }

        if (fleet.Reservations.Any(cover => cover.Held > 0) || fleet.Irrevocable != default)
        {
            yield return new Block.Heading("Reservations");
            yield return new Block.Grid(
                [new("Cloud"), new("Region"), new("Machines"), new("Needed", true), new("Held", true), new("Used", true), new("Renew by")],
                [.. fleet.Reservations.Select(ReservationRow)]);
            yield return new Block.Paragraph(new Cell(
                $"Irrevocable, whatever happens: {fleet.Irrevocable} until the ends of what is held. Monthly totals count a month of it.",
                fleet.Irrevocable == default(Usd) ? Tone.Muted : Tone.Warning));
        }
    }

    /// <summary>What was seen of the capacity that pools are to have; nothing where the plan keeps no book.</summary>
    public static IEnumerable<Block> Availability(FleetPlan fleet)
    {
        if (!fleet.Availability.IsEmpty)
        {
            yield return new Block.Heading("Availability");
            yield return new Block.Grid(
                [new("Pool"), new("May stand on it", true), new("Uptime", true), new("Age", true), new("Seen")],
                [.. fleet.Availability.Select(seen => (ImmutableArray<Cell>)[
                    seen.Pool, seen.MayStand.ToString(), seen.Uptime.ToString(), seen.AgeDays is { } days ? Format.Count(days, "day") : Format.None, seen.Words])]);
        }
    }

    private static ImmutableArray<Cell> QuotaRow(QuotaNeed need) =>
    [
        Format.Cloud(need.Cloud),
        need.Region,
        need.Code,
        need.IsSpot ? "spot" : "on demand",
        need.Unit,
        Format.Count(need.Running),
        Format.Count(need.Surge),
        Format.Count(need.Failover),
        Format.Count(need.Total),
        need.Limit is { } limit ? Format.Count(limit) : "not said",
        need.Most == need.Total ? Format.Count(need.Most) : $"{Format.Count(need.Most)} in {need.MostIn}",
    ];

    private static ImmutableArray<Cell> ExternalRow(ExternalUse use) =>
    [
        use.Row.Id,
        use.Row.Grant.Account,
        $"{use.Row.Grant.Region}/{use.Row.Site}",
        $"{use.Row.GpusPerMachine} × {use.Row.Gpu}",
        Format.Count(use.Machines),
        use.Used.IsEmpty ? Format.None : string.Join(", ", use.Used.Select(part => $"{part.Serving} {part.Machines}")),
        use.Row.IsPaidByUse ? "used" : "always",
        FormattableString.Invariant($"{use.Monthly.Amount:N2}"),
        use.Row.Endpoint,
    ];

    private static ImmutableArray<Cell> ReservationRow(ReservationCover cover) =>
    [
        Format.Cloud(cover.Cloud),
        cover.Region,
        cover.InstanceType,
        Format.Count(cover.Needed),
        Format.Count(cover.Held),
        Format.Count(cover.Used),
        cover.RenewBy is { } day ? Format.Date(day) : Format.None,
    ];
}
