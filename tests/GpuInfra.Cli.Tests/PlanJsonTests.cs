using System.Globalization;
using System.Text.Json;
using GpuInfra.Planning;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Cli.Tests;

/// <summary>The <c>plan --json</c> contract: other tools read these members; more may come, none may go.</summary>
public class PlanJsonTests
{
    private static readonly FleetPlan Fleet = Planner.Plan(A.ProdPlan(), "prod", A.Catalog);
    private static readonly JsonElement Json = JsonDocument.Parse(FleetPlanJson.ToJson(Fleet)).RootElement;

    [Theory]
    [InlineData(
        "stack", "asOf", "planHash", "priceBook", "servings", "pools", "steps", "cost", "headroom", "objective", "bound",
        "warnings")]
    public void A_plan_has_the_members_of_its_contract(params string[] members) => Has(Json, members);

    [Theory]
    [InlineData("name", "kind", "model", "demand", "workloads", "poolIds", "rejections")]
    public void A_serving_has_the_members_of_its_contract(params string[] members) =>
        Assert.All(Json.GetProperty("servings").EnumerateArray(), serving => Has(serving, members));

    [Theory]
    [InlineData(
        "id", "serving", "tier", "cloud", "region", "zones", "instanceType", "gpu", "gpusPerInstance", "precision",
        "tensorParallel", "pipelineParallel", "replicasPerInstance", "replicaCapacity", "replicas", "ladder",
        "instances", "hourlyUsd", "monthlyUsd")]
    public void A_pool_has_the_members_of_its_contract_now_and_in_every_month(params string[] members)
    {
        var months = Json.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("pools"));
        Assert.All(months.Prepend(Json.GetProperty("pools")).SelectMany(pools => pools.EnumerateArray()), pool =>
        {
            Has(pool, members);
            Has(pool.GetProperty("instances"), "min", "desired", "max");
        });
    }

    [Fact]
    public void Rates_are_tokens_per_second_and_money_is_a_plain_number()
    {
        var (serving, demand) = (Fleet.Servings[0], Json.GetProperty("servings")[0].GetProperty("demand"));
        Assert.Equal(serving.Demand.Prefill.PerSecond, demand.GetProperty("mean").GetProperty("prefill").GetDouble());
        Assert.Equal(
            serving.Demand.PeakRequestsPerSecond, demand.GetProperty("peak").GetProperty("requestsPerSecond").GetDouble());
        Assert.Equal(Fleet.Cost.Monthly.Amount, Json.GetProperty("cost").GetProperty("monthlyUsd").GetDecimal());
        Assert.Equal(
            Fleet.Cost.Monthly.Amount,
            Json.GetProperty("cost").GetProperty("byTier").EnumerateObject().Sum(tier => tier.Value.GetDecimal()));
    }

    [Theory]
    [InlineData("6.8800", "6.88")]
    [InlineData("100.00", "100")]
    [InlineData("0.0000", "0")]
    public void An_amount_is_written_the_same_however_it_was_computed(string computed, string written) =>
        Assert.Equal(
            $"{written}\n",
            JsonText.Of(json => json.WriteNumberValue(JsonText.Plain(decimal.Parse(computed, CultureInfo.InvariantCulture)))));

    [Fact]
    public void A_rejection_names_an_offer_or_a_GPU_with_constraint_and_figures() =>
        Assert.All(Json.GetProperty("servings")[0].GetProperty("rejections").EnumerateArray(), rejection =>
        {
            Assert.True(
                rejection.TryGetProperty("offer", out var offer)
                    ? offer.GetString()!.Contains('/')
                    : A.Catalog.FindGpu(rejection.GetProperty("gpu").GetString()!) is not null);
            Has(rejection, "constraint", "detail");
        });

    private static void Has(JsonElement json, params string[] members) =>
        Assert.Subset(json.EnumerateObject().Select(member => member.Name).ToHashSet(), members.ToHashSet());
}
