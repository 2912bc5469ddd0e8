using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Finance;

public class BreakevenTests
{
    private static readonly ApiPrice Cheap = new("p", "cheap", 0.05m, null, 0.08m, new DateOnly(2026, 11, 1), "a test", 'A');

    private static readonly ApiPrice Dear = Cheap with { Model = "dear", Input = 500, CachedInput = 50, Output = 2_500 };

    [Fact]
    public void What_tokens_cost_is_the_sum_of_new_cached_and_generated_ones() =>
        Assert.Equal(500m + 50m + 5_000m, new TokenCount(1, 2e6, 1e6, 2e6).At(Dear).Amount);

    [Fact]
    public void Every_price_has_a_source_and_a_date_and_stands_once() => Assert.All(
        ApiPrice.All.GroupBy(price => price.Id),
        prices => Assert.True(prices.Single() is { Source.Length: > 0, Input: > 0, Output: > 0 } price && price.AsOf > new DateOnly(2025, 1, 1) && price.CachedInput is null or >= 0, prices.Key));

    [Fact]
    public void Against_a_cheap_API_a_small_fleet_is_bought_and_against_a_dear_one_kept()
    {
        Assert.Equal(BreakevenAnswer.Buy, Of(Cheap).Answer);
        Assert.Equal(BreakevenAnswer.Keep, Of(Dear).Answer);
        Assert.Null(Of(Cheap).Chosen!.BreakEvenScale);
        Assert.True(Of(Dear).Chosen!.BreakEvenScale < 1);
    }

    [Fact]
    public void Tokens_of_the_month_are_the_mean_rate_times_its_seconds()
    {
        var (fleet, compared) = (Planner.Plan(A.Plan(), "prod", A.Catalog), Of(Cheap));
        var demand = fleet.Servings.Single().Demand;
        Assert.Equal(demand.Decode.PerSecond * 730 * 3600, compared.Tokens.Output, 1e-6 * compared.Tokens.Output);
        Assert.Equal(compared.Tokens.At(Cheap), compared.Chosen!.Months[0].Api);
        Assert.Equal(fleet.Cost.ByWorkload.Sum(share => share.Monthly.Amount), compared.Own.Amount);
    }

    [Fact]
    public void A_fleet_for_the_median_minute_and_an_API_above_serve_all_requests_between_them()
    {
        var chosen = Of(Dear).Chosen!;
        Assert.All(chosen.Mixes.Zip(chosen.Mixes.Skip(1)), pair => Assert.True(pair.First.Own.Amount <= pair.Second.Own.Amount && pair.First.Api.Amount >= pair.Second.Api.Amount));
        Assert.All(chosen.Mixes, mix => Assert.InRange(mix.Api.Amount, 0, Of(Dear).Tokens.At(chosen.Price).Amount));
    }

    [Fact]
    public void Where_data_may_not_leave_the_answer_is_to_keep_and_there_is_no_mix()
    {
        var plan = A.Plan() with { Servings = [.. A.Plan().Servings.Select(serving => serving with { Residency = new Residency(["us-*"]) })] };
        var compared = Breakeven.Of(Planner.Plan(plan, "prod", A.Catalog), A.Catalog, Options(Cheap)).Single();
        Assert.Equal((false, BreakevenAnswer.Keep, 0), (compared.MayLeave, compared.Answer, compared.Chosen!.Mixes.Length));
    }

    [Fact]
    public void Falling_prices_move_the_month_in_which_it_turns()
    {
        var options = Options(Dear) with { PriceFall = Share.FromPercent(50) };
        var months = Breakeven.Of(Planner.Plan(A.Plan() with { HorizonMonths = 13 }, "prod", A.Catalog), A.Catalog, options).Single().Chosen!.Months;
        Assert.Equal((double)months[0].Api.Amount / 2, (double)months[12].Api.Amount, 1e-6 * (double)months[0].Api.Amount);
    }

    private static Breakeven Of(ApiPrice api) => Breakeven.Of(Planner.Plan(A.Plan(), "prod", A.Catalog), A.Catalog, Options(api)).Single();

    private static BreakevenOptions Options(ApiPrice api) => new(api, null, default, default);
}
