using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// What the availability book says about offers in a month.
/// <para>
/// The rule. A row counts for months whose first day is at most <see cref="AvailabilityBook.MaxAgeDays"/> after it was seen. For each zone of
/// an offer and each kind of figure, the narrowest row counts (a zone's before the region's, a machine type's before its GPU's), then the
/// newest. A placement score of s (1 to 10) lets s/10 of a serving's peak in a cloud stand on the offer; own launches let the
/// share of those that succeeded, once there are <see cref="FewestLaunches"/>; a launch that takes longer than
/// <see cref="AvailabilityBook.WaitAtMost"/> lets nothing. A zone has the least of these, or all of it where nothing is known; an offer has
/// the mean of its zones, since groups spread evenly over them. At <see cref="LeastShare"/> or less it cannot be had; from
/// <see cref="EnoughShare"/> on all may stand on it, because groups ask again until they have their machines.
/// </para>
/// </summary>
internal sealed class Obtainability(CapacityPlan plan, Month month)
{
    /// <summary>Fewer launches than this say little: three failures of one bad hour would rule a region out.</summary>
    internal const int FewestLaunches = 5;

    /// <summary>AWS's scores of 1 and 2 mean that a request is expected to fail.</summary>
    internal const double LeastShare = 0.2;

    /// <summary>From here on, asking again is enough.</summary>
    internal const double EnoughShare = 0.7;

    private readonly ImmutableArray<AvailabilityRow> _rows =
        [.. plan.Availability.Rows.Where(row => row.AgeOn(FirstDay(month)) <= plan.Availability.MaxAgeDays)];

    private readonly Dictionary<(string Offer, Tier Tier), Obtainable> _known = [];

    /// <summary>What is known of an offer in a tier; <see cref="Obtainable.Unknown"/> when nothing is.</summary>
    public Obtainable Of(Offer offer, Tier tier)
    {
        if (_rows.IsEmpty)
        {
            return Obtainable.Unknown;
        }

        if (!_known.TryGetValue((offer.Id, tier), out var known))
        {
            _known.Add((offer.Id, tier), known = Of(
                row => row.IsAbout(offer.Cloud, offer.Region, offer.InstanceType, offer.Gpu), tier, [.. (tier == Tier.Spot ? offer.SpotZones : offer.Zones).Select(zone => zone.Zone)]));
        }

        return known;
    }

    /// <summary>What is known of a pool's machines.</summary>
    public Obtainable Of(Pool pool) => Of(
        row => row.IsAbout(pool.Cloud, pool.Region, pool.InstanceType, pool.Gpu), pool.Tier, [.. pool.Zones.Select(zone => zone.Zone)]);

    private Obtainable Of(Func<AvailabilityRow, bool> isAbout, Tier tier, ImmutableArray<string> zones)
    {
        var mode = tier == Tier.Spot ? PurchaseMode.Spot : PurchaseMode.OnDemand;
        var rows = _rows.Where(row => row.Mode == mode && isAbout(row)).ToImmutableArray();
        if (rows.IsEmpty || zones.IsEmpty)
        {
            return Obtainable.Unknown;
        }

        var counting = zones.Select(zone => Counting(rows, zone).ToList()).ToList();
        var share = counting.Average(zone => zone.Min(figure => figure.Share));
        return new Obtainable(
            share >= EnoughShare ? 1 : share,
            counting.Average(zone => zone.Select(figure => figure.Uptime).Min()),
            [.. counting.SelectMany(zone => zone.Select(figure => figure.Row)).OfType<AvailabilityRow>().Distinct()]);
    }

    /// <summary>What a reader of a fleet should know: pools of which nothing is known, and rows that are too old to count.</summary>
    public static IEnumerable<string> Warnings(CapacityPlan plan, ImmutableArray<Pool> pools)
    {
        var seen = new Obtainability(plan, plan.AsOf);
        foreach (var pool in pools.Where(pool => !pool.IsDraining && pool.Tier is not (Tier.Reserved or Tier.External)))
        {
            var known = seen.Of(pool);
            if (pool.Tier == Tier.Spot && known.Rows.All(row => row.Interruptions is null))
            {
                yield return $"{pool.Id}: how often its spot machines are taken away is unknown, taken as never; each loss costs work and a restart";
            }

            if (plan.Availability.IsKept && known.Rows.IsEmpty)
            {
                yield return $"{pool.Id}: the availability book says nothing of {pool.InstanceType} in {pool.Region}: unknown, taken as to be had at once";
            }
        }

        foreach (var row in plan.Availability.Rows.Except(seen._rows))
        {
            yield return FormattableString.Invariant(
                $"the availability book's row of {row.Subject}, seen {row.Seen:yyyy-MM-dd}, is {row.AgeOn(FirstDay(plan.AsOf))} days old in {plan.AsOf} and does not count: look again");
        }
    }

    /// <summary>The first day of a month: the day that ages are counted to.</summary>
    internal static DateOnly FirstDay(Month month) => new(month.Year, month.Number, 1);

    /// <summary>The row of each kind of figure that counts in a zone, and what it says; one that says nothing comes first.</summary>
    private IEnumerable<(AvailabilityRow? Row, double Share, double Uptime)> Counting(ImmutableArray<AvailabilityRow> rows, string zone)
    {
        yield return (null, 1, 1);
        if (First(row => row.Score is not null) is { } scored)
        {
            yield return (scored, scored.Score!.Value / 10.0, 1);
        }

        if (First(row => row.Launches?.Tried >= FewestLaunches) is { Launches: { } tally } tried)
        {
            yield return (tried, 1 - (double)tally.Failed / tally.Tried, 1);
        }

        if (First(row => row.FulfilledIn is not null) is { } asked)
        {
            yield return (asked, asked.FulfilledIn > plan.Availability.WaitAtMost ? 0 : 1, 1);
        }

        if (First(row => row.Interruptions is not null) is { } interrupted)
        {
            yield return (interrupted, 1, interrupted.Interruptions!.Uptime);
        }

        AvailabilityRow? First(Func<AvailabilityRow, bool> has) => rows.Where(row => has(row) && (row.Zone is null || row.Zone == zone))
            .OrderBy(row => row.Zone is null).ThenBy(row => row.InstanceType is null).ThenByDescending(row => row.Seen).FirstOrDefault();
    }
}

/// <summary>What is known of an offer in a tier.</summary>
/// <param name="Share">Part of what a serving needs at its peak in a cloud that may stand on it, 0 to 1.</param>
/// <param name="Uptime">Part of its paid hours that become work, above 0 up to 1: what interruptions leave.</param>
/// <param name="Rows">The rows that say so; none when nothing is known, which counts as all of it without interruptions.</param>
internal sealed record Obtainable(double Share, double Uptime, ImmutableArray<AvailabilityRow> Rows)
{
    /// <summary>Nothing is known.</summary>
    public static Obtainable Unknown { get; } = new(1, 1, []);

    /// <summary>False when a request is expected to fail.</summary>
    public bool CanBeHad => Share > Obtainability.LeastShare;

    /// <summary>The rows in words, as <c>score 3 of p5.48xlarge in us-east-1, seen 2026-11-20 (get-spot-placement-scores)</c>.</summary>
    public string Words => Say(Rows);

    /// <summary>Rows in words.</summary>
    public static string Say(ImmutableArray<AvailabilityRow> rows) => string.Join("; ", rows.Select(Say));

    private static string Say(AvailabilityRow row)
    {
        string?[] figures =
        [
            row.Score is { } score ? FormattableString.Invariant($"score {score} of 10") : null,
            row.Launches is { } tally ? FormattableString.Invariant($"{tally.Failed} of {tally.Tried} launches failed") : null,
            row.FulfilledIn is { } wait ? FormattableString.Invariant($"had after {wait.TotalHours:0.#} h") : null,
            row.Interruptions is { } loss ? FormattableString.Invariant($"taken away {loss.PerHour:0.####} times an hour") : null,
        ];
        return FormattableString.Invariant($"{string.Join(", ", figures.OfType<string>())} for {row.Subject}, seen {row.Seen:yyyy-MM-dd} ({row.Source})");
    }
}
