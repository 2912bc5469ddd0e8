using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Finance;

/// <summary>Vendors scored by weighted criteria: 0 is worst, 10 is best.</summary>
/// <param name="Criteria">The criteria with their weights.</param>
/// <param name="Vendors">The vendors, the best first.</param>
public sealed record Scorecard(ImmutableArray<Criterion> Criteria, ImmutableArray<ScoredVendor> Vendors)
{
    /// <summary>The criteria that every vendor has a score for: only these count, so that nobody wins by what is not known of others.</summary>
    public ImmutableArray<Criterion> Known => [.. Criteria.Where(criterion => Vendors.All(vendor => vendor.Scores.ContainsKey(criterion.Id)))];

    /// <summary>The part of all weight that is known, in percent.</summary>
    public decimal KnownPercent => Criteria.Sum(criterion => criterion.Weight) is > 0 and var all ? 100 * Known.Sum(criterion => criterion.Weight) / all : 0;

    /// <summary>A vendor's mean over the known criteria by their weights: Σ weight × score / Σ weight. Null when nothing is known.</summary>
    public decimal? Weighted(ScoredVendor vendor) => Mean(Known, vendor.Scores.ToImmutableDictionary(item => item.Key, item => item.Value.Points));

    /// <summary>The mean of points by criteria's weights; null without weight.</summary>
    /// <param name="criteria">What counts.</param>
    /// <param name="points">0 to 10 for each of them.</param>
    public static decimal? Mean(ImmutableArray<Criterion> criteria, IReadOnlyDictionary<string, decimal> points) =>
        criteria.Sum(criterion => criterion.Weight) is > 0 and var all ? criteria.Sum(criterion => criterion.Weight * points[criterion.Id]) / all : null;
}

/// <summary>What vendors are scored by.</summary>
/// <param name="Id">Its name in options, as <c>pricing</c>.</param>
/// <param name="Title">Its name in tables.</param>
/// <param name="Weight">Its weight in percent, zero or more.</param>
/// <param name="Source">Where the weight stands.</param>
/// <param name="AsOf">When it was read.</param>
public sealed record Criterion(string Id, string Title, decimal Weight, string Source, DateOnly AsOf)
{
    private static readonly Lazy<ImmutableArray<Criterion>> Rows = new(() => FinanceData.Rows("scorecard.json", row => new Criterion(
        row.Text("criterion"), row.Text("title"), row.Number("weight"), row.Text("source"), row.Day("asOf"))));

    /// <summary>The criteria, the seed's weights.</summary>
    public static ImmutableArray<Criterion> All => Rows.Value;
}

/// <summary>A vendor and what it scores; a criterion that nothing is known of is left out.</summary>
/// <param name="Cloud">The vendor.</param>
/// <param name="Scores">Its scores by criterion.</param>
public sealed record ScoredVendor(CloudProvider Cloud, ImmutableSortedDictionary<string, Score> Scores);

/// <summary>A score and what it was made from.</summary>
/// <param name="Points">0 to 10.</param>
/// <param name="Why">The figures behind it, for people.</param>
/// <param name="IsJudged">True when somebody gave it; false when it was computed.</param>
public sealed record Score(decimal Points, string Why, bool IsJudged = false);
