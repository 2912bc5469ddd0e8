using System.Text.Json;
using GpuInfra.Planning;
using GpuInfra.Planning.Demands.Forecasting;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Cli.Reports;

/// <summary>What <c>forecast --json</c> writes: rates in tokens or requests per second, money in USD; members are added and never renamed.</summary>
internal static class ForecastJson
{
    public static string ToJson(Forecast forecast) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("stack", forecast.Fleet.Stack);
        List(json, "months", forecast.Months, Month);
        List(json, "orders", forecast.Fleet.Times.Orders, order => TimesJson.WriteOrder(json, order));
        List(json, "scenarios", forecast.Scenarios, Scenario);
        List(json, "trends", forecast.Trends, pair => Trend(json, pair.Key, pair.Value));
        json.WriteEndObject();

        void Month(MonthForecast month)
        {
            json.WriteString("month", month.Step.Month.ToString());
            json.WriteNumber("tokensPerDay", month.TokensPerDay);
            json.WriteNumber("gpus", FleetTables.Machines(month.Step.Pools).Gpus);
            json.WriteNumber("monthlyUsd", month.Step.Monthly.Amount);
            json.WriteNumber("headroom", month.Headroom.Fraction);
            List(json, "servings", month.Servings, serving =>
            {
                json.WriteString("name", serving.Serving);
                json.WriteNumber("prefillTokensPerSecond", serving.Demand.Prefill.PerSecond);
                json.WriteNumber("decodeTokensPerSecond", serving.Demand.Decode.PerSecond);
                json.WriteNumber("requestsPerSecond", serving.Demand.RequestsPerSecond);
                json.WriteNumber("p10", serving.Demand.RequestsPerSecondAt(10));
                json.WriteNumber("p50", serving.Demand.RequestsPerSecondAt(50));
                json.WriteNumber("p90", serving.Demand.RequestsPerSecondAt(90));
                json.WriteNumber("peak", serving.Demand.PeakRequestsPerSecond);
                json.WriteNumber("replicas", serving.Replicas);
                json.WriteNumber("headroom", serving.Headroom.Fraction);
            });
            List(json, "pools", month.Step.Pools, pool =>
            {
                json.WriteString("id", pool.Id);
                json.WriteNumber("replicas", pool.Replicas);
                json.WriteNumber("instances", pool.Instances.Desired);
                json.WriteNumber("gpus", pool.Instances.Desired * pool.GpusPerInstance);
                json.WriteNumber("monthlyUsd", pool.Monthly.Amount);
            });
            json.WriteNumber("machinesWithoutTerm", month.WithoutTerm);
            json.WriteStartArray("commitmentLadder");
            foreach (var ladder in month.Ladders)
            {
                LadderJson.Write(json, ladder);
            }

            json.WriteEndArray();
        }

        void Scenario(Outlook scenario)
        {
            json.WriteString("name", scenario.Name);
            json.WriteString("problem", scenario.Problem);
            List(json, "months", scenario.Steps, step =>
            {
                json.WriteString("month", step.Month.ToString());
                json.WriteNumber("gpus", FleetTables.Machines(step.Pools).Gpus);
                json.WriteNumber("monthlyUsd", step.Monthly.Amount);
            });
        }
    });

    private static void Trend(Utf8JsonWriter json, string workload, TrendForecast trend)
    {
        json.WriteString("workload", workload);
        json.WriteString("method", "holt-winters");
        json.WriteNumber("monthlyFactor", trend.MonthlyFactor);
        json.WriteBoolean("seasonal", trend.IsSeasonal);
        if (trend.Backtest is { } test)
        {
            json.WriteNumber("backtestMonths", test.Months);
            json.WriteNumber("backtestError", test.Error.Fraction);
            json.WriteNumber("naiveError", test.NaiveError.Fraction);
        }

        List(json, "months", trend.Months, month =>
        {
            json.WriteString("month", month.Month.ToString());
            json.WriteNumber("p10", month.P10);
            json.WriteNumber("p50", month.P50);
            json.WriteNumber("p90", month.P90);
        });
    }

    private static void List<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
