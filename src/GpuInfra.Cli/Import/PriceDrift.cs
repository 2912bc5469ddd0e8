using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using GpuInfra.Cli.Reports;
using GpuInfra.Offline;
using GpuInfra.Planning;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Import;

/// <summary>The prices that a fleet was planned with against others, and what planning with those would come to.</summary>
/// <param name="Moved">Prices of the offers that the fleet's pools run on which differ.</param>
/// <param name="Elsewhere">Prices of the plan's regions that differ and that nothing of the fleet runs on.</param>
/// <param name="Planned">What the fleet costs in a month by the plan's prices.</param>
/// <param name="Replanned">What a fleet planned with the others costs; null where none can be.</param>
/// <param name="Moves">Pools that a fleet planned with the others has elsewhere.</param>
internal sealed record PriceDrift(ImmutableArray<PriceMove> Moved, int Elsewhere, Usd Planned, Usd? Replanned, ImmutableArray<string> Moves)
{
    /// <summary>True where no price that the plan looks at differs.</summary>
    public bool IsNone => Moved.IsEmpty && Elsewhere == 0;

    /// <summary>Reads prices in the layout of the price collection and plans with them.</summary>
    /// <exception cref="PlanException">The files cannot be read.</exception>
    public static PriceDrift Of(string directory, PlanSource source, FleetPlan fleet)
    {
        var imported = PriceLayout.Read(directory, source.Catalog);
        var regions = fleet.Plan.Clouds.SelectMany(cloud => cloud.Regions.Select(region => $"{JsonText.Word(cloud.Cloud)}/{region}/")).ToList();
        var used = fleet.Pools.Select(pool => $"{JsonText.Word(pool.Cloud)}/{pool.Region}/{pool.InstanceType} ").ToHashSet(StringComparer.Ordinal);
        var moved = ImportChanges.Of(imported, source.Catalog).Moved.Where(move => regions.Any(region => move.Name.StartsWith(region, StringComparison.Ordinal))).ToLookup(
            move => used.Any(offer => move.Name.StartsWith(offer, StringComparison.Ordinal)));
        var catalog = Catalog.TryRead(imported.AllFiles.ToDictionary(file => file.Key, file => Encoding.UTF8.GetBytes(file.Value)))
            ?? throw UserError.Because("--prices", $"what {directory} holds makes no catalog; see gpuinfra catalog import --data {directory}.");
        var replanned = PlannedWith(source with { Catalog = catalog });
        return new PriceDrift(
            [.. moved[true]], moved[false].Count(), fleet.Cost.Monthly, replanned?.Cost.Monthly,
            replanned is null ? [] : [.. Names(replanned).Except(Names(fleet)).Order(StringComparer.Ordinal)]);

        static IEnumerable<string> Names(FleetPlan plan) => plan.Pools.Select(pool => $"{pool.Serving}: {JsonText.Word(pool.Cloud)}/{pool.Region}/{pool.InstanceType}, {JsonText.Word(pool.Tier)}");
    }

    /// <summary>Writes it as a member of an object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("prices");
        json.WriteObjects("moved", Moved, move =>
        {
            json.WriteString("name", move.Name);
            json.WriteNumberOrNull("before", move.Before);
            json.WriteNumberOrNull("after", move.After);
        });
        json.WriteNumber("movedElsewhere", Elsewhere);
        json.WriteNumberOrNull("plannedMonthlyUsd", Planned.Amount);
        json.WriteNumberOrNull("replannedMonthlyUsd", Replanned?.Amount);
        json.WriteStrings("newPools", Moves);
        json.WriteEndObject();
    }

    /// <summary>It as blocks of a report.</summary>
    public IEnumerable<Block> Report(string directory)
    {
        yield return new Block.Heading("Prices");
        yield return new Block.Paragraph(IsNone
            ? new Cell("Every price of the plan's regions is as planned with.", Tone.Good)
            : new Cell($"{Format.Count(Moved.Length, "price")} of what the fleet runs on moved, and {Format.Count(Elsewhere, "other")} of its regions.", Tone.Warning));
        if (!Moved.IsEmpty)
        {
            yield return new Block.Grid(
                [new("Price"), new("Planned, USD/h", Right: true), new("Now, USD/h", Right: true), new("Change", Right: true)],
                [.. Moved.Select(move => ImmutableArray.Create<Cell>(move.Name, Hourly(move.Before), Hourly(move.After), move.Percent is { } percent ? FormattableString.Invariant($"{percent:+0.0;-0.0} %") : Format.None))]);
        }

        if (!IsNone)
        {
            yield return new Block.Paragraph(Replanned is { } monthly
                ? $"Planned anew with these prices, it costs {Format.Dollars(monthly)} a month instead of {Format.Dollars(Planned)}{(Moves.IsEmpty ? ", on the same offers" : $"; new: {string.Join("; ", Moves)}")}."
                : "No fleet can be planned with these prices: see gpuinfra plan after the import.");
            yield return new Block.Paragraph("The catalog's files take them over, in a reviewed change:");
            yield return new Block.Commands([$"gpuinfra catalog import --data {directory} --out src/GpuInfra.Planning/Catalogs/Data"]);
        }

        static string Hourly(decimal? price) => Format.Price(price is { } known ? new UsdPerHour(known) : null);
    }

    private static FleetPlan? PlannedWith(PlanSource source)
    {
        try
        {
            return source.Plan();
        }
        catch (PlanException)
        {
            return null;
        }
    }
}
