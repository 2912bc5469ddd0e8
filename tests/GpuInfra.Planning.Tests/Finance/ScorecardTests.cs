using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Planning.Tests.Finance;

public class ScorecardTests
{
    private static readonly Lazy<FleetPlan> Prod = new(() => Planner.Plan(A.ProdPlan(), "prod", A.Catalog));

    [Fact]
    public void Every_criterion_has_a_source_and_a_date_and_weights_add_up_to_a_hundred_percent()
    {
        Assert.All(Criterion.All, criterion => Assert.True(criterion is { Source.Length: > 0, Weight: > 0 } && criterion.AsOf > new DateOnly(2026, 1, 1)));
        Assert.Equal(100, Criterion.All.Sum(criterion => criterion.Weight));
    }

    [Fact]
    public void The_seeds_table_gives_RunPod_6_25_and_puts_CoreWeave_level_with_Lambda()
    {
        Assert.Equal(6.25m, Mean(6, 9, 6, 4, 6, 5)); // The seed prints 6.2.
        Assert.Equal(Mean(7, 7, 9, 5, 7, 7), Mean(8, 8, 7, 5, 7, 6)); // It prints 7.1 and 7.2.
    }

    [Fact]
    public void A_criterion_that_is_not_known_of_every_cloud_does_not_count()
    {
        var judged = Of((CloudProvider.Aws, "support", 10));
        Assert.DoesNotContain(judged.Known, criterion => criterion.Id == "support");
        Assert.Equal(Of().Vendors.Select(Of().Weighted), judged.Vendors.Select(judged.Weighted));
        var both = Of((CloudProvider.Aws, "support", 10), (CloudProvider.Gcp, "support", 0));
        Assert.Contains(both.Known, criterion => criterion.Id == "support");
        Assert.Equal(20, both.KnownPercent - judged.KnownPercent);
    }

    [Fact]
    public void The_cheapest_cloud_gets_all_points_for_price_and_the_other_as_much_less_as_it_is_dearer()
    {
        var points = Of().Vendors.Select(vendor => vendor.Scores["pricing"].Points).ToList();
        Assert.Equal(10, points.Max());
        Assert.InRange(points.Min(), 0.1m, 10);
    }

    [Fact]
    public void A_policy_that_is_broken_on_a_cloud_costs_its_share()
    {
        var card = CloudScores.Of(Prod.Value, A.Catalog, new Dictionary<CloudProvider, (int, int)> { [CloudProvider.Aws] = (9, 10), [CloudProvider.Gcp] = (10, 10) }, ImmutableDictionary<(CloudProvider, string), decimal>.Empty);
        Assert.Equal([9m, 10m], card.Vendors.OrderBy(vendor => vendor.Cloud).Select(vendor => vendor.Scores["security"].Points));
    }

    [Fact]
    public void What_somebody_judges_stands_before_what_is_computed()
    {
        var score = Of((CloudProvider.Aws, "pricing", 3.5m)).Vendors.Single(vendor => vendor.Cloud == CloudProvider.Aws).Scores["pricing"];
        Assert.Equal((3.5m, true), (score.Points, score.IsJudged));
    }

    [Fact]
    public void Points_are_from_0_to_10_and_the_best_cloud_stands_first()
    {
        var card = Of((CloudProvider.Gcp, "ecosystem", 10), (CloudProvider.Aws, "ecosystem", 1));
        Assert.All(card.Vendors.SelectMany(vendor => vendor.Scores.Values), score => Assert.InRange(score.Points, 0, 10));
        Assert.Equal(card.Vendors.Max(card.Weighted), card.Weighted(card.Vendors[0]));
    }

    private static decimal Mean(params decimal[] points) =>
        Scorecard.Mean(Criterion.All, Criterion.All.Zip(points).ToDictionary(pair => pair.First.Id, pair => pair.Second))!.Value;

    private static Scorecard Of(params (CloudProvider Cloud, string Criterion, decimal Points)[] judged) => CloudScores.Of(
        Prod.Value, A.Catalog, ImmutableDictionary<CloudProvider, (int, int)>.Empty, judged.ToDictionary(item => (item.Cloud, item.Criterion), item => item.Points));
}
