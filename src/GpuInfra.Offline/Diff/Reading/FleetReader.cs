using System.Collections.Immutable;
using GpuInfra.Planning;
using GpuInfra.Planning.Bridges;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Offline.Diff.Reading;

/// <summary>Reads the fleet of a record. What older versions did not write is left empty.</summary>
internal static class FleetReader
{
    /// <param name="fleet">The fleet, as <c>plan --json</c> writes it.</param>
    /// <param name="proof">What its losses leave, replayed (<c>survivability</c>); null for a record of an older version.</param>
    public static FleetFacts Read(RecordNode fleet, RecordNode? proof) => new(
        fleet["planHash"].Text,
        fleet["asOf"].Month,
        fleet["cost"]["monthlyUsd"].Money,
        fleet["headroom"].Number,
        [.. fleet["pools"].Items.Select(Pool).OrderBy(pool => pool.Id, StringComparer.Ordinal)])
    {
        PriceBook = fleet.Find("priceBook") is { } book ? new PriceBookFacts(book["asOf"].Day, book["hash"].Text) : null,
        Servings = fleet.Find("servings") is { } servings ? [.. servings.Items.Select(serving => Serving(serving, Losses(proof)[serving["name"].Text]))] : [],
        Steps = fleet.Find("steps") is { } steps ? [.. steps.Items.Select(step => (step["month"].Month, step["monthlyUsd"].Money))] : [],
        Quotas = fleet.Find("quotas") is { } quotas ? [.. quotas.Items.Select(Quota)] : [],
        IrrevocableUsd = fleet.Find("irrevocableUsd")?.Money,
        Warnings = fleet.Find("warnings") is { } warnings ? [.. warnings.Items.Select(warning => warning.Text)] : [],
    };

    public static OrderFacts Order(RecordNode order) => new(
        order["pool"].Text, order["instanceType"].Text, order["instances"].Count, order["month"].Month, order["orderBy"].Day);

    private static ILookup<string, (double? Before, SurvivalFacts Facts)> Losses(RecordNode? proof) => (proof is { } known ? known["losses"].Items : []).ToLookup(
        loss => loss["serving"].Text,
        loss => (loss.Find("attainmentBefore")?.Number, new SurvivalFacts(
            loss["lost"].Text, loss["remaining"].Number, loss["required"].Number, loss["holds"].Flag,
            loss.Find("attainment")?.Number, loss.Find("attainmentNeeded")?.Number)),
        StringComparer.Ordinal);

    private static ServingFacts Serving(RecordNode serving, IEnumerable<(double? Before, SurvivalFacts Facts)> losses)
    {
        var played = losses.ToImmutableArray();
        var mean = serving.Find("demand")?.Find("mean");
        return new ServingFacts(
            serving["name"].Text,
            serving.Find("model")?.Text ?? "",
            mean is { } rates ? rates["prefill"].Number + rates["decode"].Number : 0,
            serving["headroom"].Number,
            !played.IsEmpty ? [.. played.Select(loss => loss.Facts)]
            : serving.Find("survival") is { } survival
                ? [.. survival.Items.Select(check => new SurvivalFacts(check["lost"].Text, check["remaining"].Number, check["required"].Number, check["holds"].Flag))]
                : [],
            played.Select(loss => loss.Before).FirstOrDefault(share => share is not null));
    }

    private static QuotaFacts Quota(RecordNode quota) => new(
        quota["cloud"].Text,
        quota["region"].Text,
        quota["quota"].Text,
        quota["unit"].Text,
        quota["needed"].Count,
        quota.Find("assigned")?.Count,
        quota["most"].Count,
        quota["mostIn"].Month);

    private static PoolFacts Pool(RecordNode pool)
    {
        var facts = new PoolFacts(
            pool["id"].Text,
            pool["serving"].Text,
            pool["cloud"].Text,
            pool["region"].Text,
            pool["instanceType"].Text,
            pool["instances"]["desired"].Count,
            pool["monthlyUsd"].Money);
        return facts with
        {
            GpusPerInstance = pool.Find("gpusPerInstance")?.Count ?? 0,
            IsDraining = pool.Find("draining")?.Flag ?? false,
            Price = pool.Find("hourlyUsd") is { } hourly && pool.Find("hoursPerMonth") is { } hours ? Price(pool, facts, hourly, hours) : null,
        };
    }

    private static PricedPool Price(RecordNode pool, PoolFacts facts, RecordNode hourly, RecordNode hours)
    {
        var isExternal = pool["tier"].Text == JsonText.Word(Tier.External);
        return new PricedPool(
            facts.Id,
            facts.InstanceType,
            pool["tier"].Text,
            facts.Instances,
            hours.Money,
            new UsdPerHour(hourly.Money),
            new UsdPerHour(pool.Find("commitments")?.Items.Sum(use => use["savingUsdPerHour"].Money * use["instances"].Count) ?? 0),
            new Usd(facts.MonthlyUsd))
        {
            Held = isExternal ? facts.Instances : pool.Find("held")?.Items.Sum(use => use["instances"].Count) ?? 0,
            HeldHourly = new UsdPerHour(isExternal ? hourly.Money : pool.Find("held")?.Items.Sum(use => use["instances"].Count * use["hourlyUsd"].Money) ?? 0),
        };
    }
}
