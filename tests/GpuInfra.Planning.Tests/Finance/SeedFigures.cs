using System.Globalization;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Finance;

/// <summary>The seeds' figures, computed anew from what the seeds give as inputs, by the library wherever it has the formula.</summary>
internal static class SeedFigures
{
    private const decimal SecondsPerDay = 86_400;

    // Of S0: GPU, USD an hour, the middle of its tokens a second, USD for a million tokens as stated.
    private static readonly (decimal Price, decimal Rate, decimal Stated) Rtx4090 = (0.34m, 65, 8.50m);
    private static readonly (decimal Price, decimal Rate, decimal Stated) A100 = (1.39m, 175, 8.20m);
    private static readonly (decimal Price, decimal Rate, decimal Stated) H100 = (2.69m, 300, 9.60m);

    // Of S1: the API, a request of 800 and 300 tokens, one L40S with 1,800 requests an hour.
    private static readonly ApiPrice Mini = new("openai", "gpt-4o-mini", 0.15m, null, 0.60m, new DateOnly(2026, 11, 20), "seed S1", 'C');
    private static readonly ApiPrice Large = Mini with { Model = "gpt-4o", Input = 2.50m, Output = 10 };
    private static readonly StepCost L40S = new(500, 1.60m * UsdPerHour.HoursPerMonth, 1_800 * UsdPerHour.HoursPerMonth);

    private static readonly decimal[] Budget = [2 * 730 * 1.60m, 4 * 40 * 2.75m, 730 * 0.95m, 2 * 80 * 2.75m];

    /// <summary>By the page's id.</summary>
    public static IReadOnlyDictionary<string, Func<string>> All { get; } = new Dictionary<string, Func<string>>
    {
        ["S0-agents"] = () => Dollars(500 * 50 * 2_080m),
        ["S0-saving"] = () => Dollars(0.8m * 52_000_000),
        ["S0-net"] = () => Dollars((0.8m * 52_000_000) - 5_000_000),
        ["S0-payback"] = () => (5_000_000 / (0.8m * 52_000_000 / 12)) < 2 ? "< 2 months" : "≥ 2 months",
        ["S0-roi"] = () => Text(0.8m * 52 / 5, "0.0", "×"),
        ["S0-uplift"] = () => Dollars(10_000_000 * (0.05m - 0.02m + 0.03m)),
        ["S0-loss"] = () => Dollars((10_000_000 * (0.05m - 0.02m + 0.03m)) - 2_000_000),
        ["S0-weights"] = () => Text(Criterion.All.Sum(criterion => criterion.Weight), "0", "%"),
        ["S0-score-aws"] = () => Card(8, 5, 8, 10, 10, 10),
        ["S0-score-lambda"] = () => Card(7, 7, 9, 5, 7, 7),
        ["S0-score-runpod"] = () => Card(6, 9, 6, 4, 6, 5),
        ["S0-score-coreweave"] = () => Card(8, 8, 7, 5, 7, 6),
        ["S0-token-4090"] = () => PerMillion(Rtx4090),
        ["S0-token-a100"] = () => PerMillion(A100),
        ["S0-token-h100"] = () => PerMillion(H100),
        ["S0-token-spread"] = () => Text(Cost(H100) / Cost(Rtx4090), "0.0", "×"),
        ["S0-train-7b"] = () => 7 * 4 <= A.Gpu("rtx-4090").Memory.TotalGb * 1.08 ? "fits" : "28 GB > 24 GB",
        ["S0-train-13b"] = () => 13 * 4 <= 2 * A.Gpu("a100-40gb").Memory.TotalGb ? "fits" : "does not",
        ["S0-train-70b"] = () => 70 * 4 <= 4 * A.Gpu("h100-80gb").Memory.TotalGb ? "fits" : "does not",
        ["S0-small"] = () => Dollars((10 * 2_000m * 12) + 50_000 + 400_000),
        ["S0-medium"] = () => Dollars((100 * 2_000m * 12) + 200_000 + 1_200_000),
        ["S0-large"] = () => Dollars((1_000 * 1_500m * 12) + 1_000_000 + 3_000_000),
        ["S0-dominates-small"] = () => Larger(240, 400),
        ["S0-dominates-large"] = () => Larger(18, 3),
        ["S0-gpus-now"] = () => Gpus(10),
        ["S0-gpus-conservative"] = () => Gpus(15),
        ["S0-gpus-aggressive"] = () => Gpus(30),
        ["S0-tier-1"] = () => Range(2 * Rtx4090.Price * 730, 4 * Rtx4090.Price * 730),
        ["S0-tier-2"] = () => Range(8 * A100.Price * 730, 16 * A100.Price * 730),
        ["S0-tier-3"] = () => Dollars(100 * 2_000m * 12),
        ["S0-buy-1000"] = () => Text(1_000 / UsdPerHour.HoursPerMonth, "0.0", " GPUs"),
        ["S0-buy-500"] = () => Text(500 / UsdPerHour.HoursPerMonth, "0.0", " GPUs"),
        ["S0-staff"] = () => string.Join(", ", new[] { 100 * 2 / 10m, 100 * 8 / 100m, 100 * 20 / 1_000m }.Select(people => Text(people, "0", ""))) + " per 100 GPUs",
        ["S1-waste"] = () => Range((4.50m - 1.60m) * 730, (5.50m - 1.20m) * 730),
        ["S1-memory"] = () => Gb("a100-80gb", "h100-80gb", "l40s", "a10g", "h200-141gb", "mi300x-192gb", "gaudi-3-128gb"),
        ["S1-memory-b200"] = () => Text((decimal)A.Gpu("b200-180gb").Memory.TotalGib, "0", " GiB"),
        ["S1-bandwidth"] = () => string.Join(", ", new[] { "a100-80gb", "h100-80gb", "l40s", "a10g", "h200-141gb", "mi300x-192gb", "gaudi-3-128gb" }.Select(id => Text((decimal)A.Gpu(id).Bandwidth.GbPerSecond / 1_000, "0.0#", ""))) + " TB/s",
        ["S1-bandwidth-b200"] = () => Text((decimal)A.Gpu("b200-180gb").Bandwidth.GbPerSecond / 1_000, "0.0", " TB/s"),
        ["S1-fp16"] = () => Tera("a100-80gb", "h100-80gb", "l40s"),
        ["S1-fp16-a10g"] = () => Tera("a10g"),
        ["S1-fp16-gaudi"] = () => Tera("gaudi-3-128gb"),
        ["S1-fits-16"] = () => YesNo(8 * 2 * 1.2m, 24),
        ["S1-fits-8"] = () => YesNo(8 * 1 * 1.2m, 24),
        ["S1-rates"] = () => string.Join(", ", new[] { 2.0m, 3.35m, 0.864m, 0.6m }.Select(bandwidth => Text(bandwidth * 1_000 / (8 * 2), "0", ""))) + " tok/s",
        ["S1-tip"] = () => 3.50m / 80 < 2.00m / 30 ? "H100" : "A100",
        ["S1-request"] = () => Usd(Request(Mini, 800, 300), "0.00000"),
        ["S1-own-request"] = () => Usd(L40S.At(500_000) / 500_000, "0.00000"),
        ["S1-division"] = () => Text((L40S.Fixed + L40S.Replica) / Request(Mini, 800, 300), "N0", " a month"),
        ["S1-division-day"] = () => Text((L40S.Fixed + L40S.Replica) / Request(Mini, 800, 300) / 30, "N0", " a day"),
        ["S1-breakeven"] = () => L40S.BreakEven(Request(Mini, 800, 300)) is { } requests ? Text(requests, "N0", " a month") : "never",
        ["S1-breakeven-4o"] = () => L40S.BreakEven(Request(Large, 800, 300)) < 500_000 ? "< 500,000 a month" : "more",
        ["S1-budget"] = () => Usd(Budget.Sum(), "N2"),
        ["S1-budget-parts"] = () => string.Join(", ", Budget.Select(part => Usd(part, "N0"))),
        ["S1-budget-shares"] = () => string.Join(", ", Budget.Select(part => Text(100 * part / Budget.Sum(), "0.0", "%"))),
        ["S1-budget-fifth"] = () => Usd(Math.Round(0.2m * Budget[0] / 10) * 10, "N0"),
        ["S1-routing"] = () => Text(100 * (0.60m + 0.25m + 0.15m), "0", "%"),
        ["S1-chat-own"] = () => Dollars(12_000 + (180_000 / 12) + 2_000),
        ["S1-chat-saves"] = () => Dollars(47_000 - 29_000),
        ["S1-chat-after"] = () => Dollars(Math.Round((29_000 + (0.05m * 47_000)) / 1_000) * 1_000),
        ["S1-chat-year"] = () => Dollars((47_000 - 31_000) * 12),
        ["S1-chat-rate"] = () => Usd(12_000 / (4 * UsdPerHour.HoursPerMonth), "0.00"),
        ["S1-exercise-api"] = () => Usd(Request(Large, 500, 200), "0.00000"),
        ["S1-exercise-own"] = () => Usd(6m / (50 * 60), "0.000"),
        ["S1-exercise-hour"] = () => Text(6m / Request(Large, 500, 200), "N0", " an hour"),
        ["S1-exercise-ops"] = () => $"{PerMinute(5_000):0}–{PerMinute(10_000):0} a minute",
        ["S1-growth"] = () => string.Join(", ", new[] { 2, 5 }.Select(months => Text(Math.Round(5_000 * (decimal)Math.Pow(1.2, months) / 100) * 100, "N0", ""))),
        ["S1-doubles"] = () => Text((decimal)(Math.Log(2) / Math.Log(1.2)), "0", " months"),
        ["S1-70b"] = () => YesNo(70 * 0.5m * 1.2m, 80),
        ["S1-34b"] = () => YesNo(34 * 1m * 1.2m, 48),
        ["S3-memory"] = () => Gb("t4", "l4", "a10g", "a100-40gb", "a100-80gb", "h100-80gb", "h200-141gb"),
        ["S3-fp16"] = () => Tera("t4", "l4", "a100-40gb", "a100-80gb", "h100-80gb", "h200-141gb", "b200-180gb"),
        ["S3-fp16-a10g"] = () => Tera("a10g"),
        ["S3-nvlink"] = () => string.Join(", ", new[] { "a100-80gb", "h100-80gb", "b200-180gb" }.Select(id => Text((decimal)A.Gpu(id).NvLink!.Value.GbPerSecond, "0", ""))) + " GB/s",
        ["S3-weights"] = () => string.Join(", ", new[] { 7, 13, 70 }.Select(billions => Text(billions * 2, "0", ""))) + " GB",
        ["S3-batching"] = () => $"{80 - 14 - 8 - 2 - 2}–{80 - 14 - 2 - 1 - 1} GB",
        ["S3-kv-7b"] = () => Text(Cache("llama-2-7b") * 4_096m / 1e9m, "0.0", " GB"),
        ["S3-kv-gqa"] = () => Text(2 * 32 * 32 * 128m * 2 / Cache("llama-3.1-8b"), "0", "×"),
        ["S3-h100-month"] = () => Dollars(8.76m * UsdPerHour.HoursPerMonth),
        ["S3-h100-eight"] = () => Dollars(8 * 8.76m * UsdPerHour.HoursPerMonth),
        ["S3-forgotten"] = () => Dollars(0.35m * UsdPerHour.HoursPerMonth),
        ["S3-download"] = () => Text(140m * 8 / 10 / 60, "0.0", " minutes"),
        ["S3-links"] = () => Text(900m / 128, "0", "×"),
        ["S4-double"] = () => Text(1 / 2m, "0.0", "×"),
    };

    private static string Card(params decimal[] points) =>
        Text(Scorecard.Mean(Criterion.All, Criterion.All.Zip(points).ToDictionary(pair => pair.First.Id, pair => pair.Second))!.Value, "0.00", "");

    private static decimal Cost((decimal Price, decimal Rate, decimal Stated) gpu) => gpu.Price / (gpu.Rate * 3_600) * 1_000_000;

    private static string PerMillion((decimal Price, decimal Rate, decimal Stated) gpu) => Usd(Cost(gpu), "0.00");

    private static string Larger(decimal compute, decimal people) => compute > people ? "compute" : "personnel";

    private static string Gpus(decimal millionsADay) => Text(Math.Ceiling(millionsADay * 1_000_000 / SecondsPerDay / Rtx4090.Rate), "0", "");

    private static decimal Request(ApiPrice price, double input, double output) => price.Of(input, 0, output).Amount;

    private static decimal PerMinute(decimal people) => (6 + (people / UsdPerHour.HoursPerMonth)) / Request(Large, 500, 200) / 60;

    private static decimal Cache(string model) => A.Model(model).Attention.Sum(layers => layers.Layers * layers.CacheValuesPerToken) * 2m;

    private static string YesNo(decimal needed, decimal memory) => needed <= memory ? "yes" : "no";

    private static string Gb(params string[] gpus) => string.Join(", ", gpus.Select(id => Nominal(A.Gpu(id)))) + " GB";

    // Data sheets count without what error correction takes: 22.4 GiB are the 24 GB of an L4.
    private static string Nominal(Gpu gpu) =>
        new[] { 16, 24, 40, 48, 80, 128, 141, 192 }.Where(size => gpu.HasAbout(size)).Select(size => size.ToString(CultureInfo.InvariantCulture)).FirstOrDefault() ?? "?";

    private static string Tera(params string[] gpus) => string.Join(", ", gpus.Select(id => Text((decimal)A.Gpu(id).Fp16.Tera, "0", "")));

    private static string Range(decimal low, decimal high) => $"{Dollars(low)}–{Dollars(high)}";

    private static string Dollars(decimal amount) => amount < 0 ? $"−{Dollars(-amount)}" : Usd(amount, "N0");

    private static string Usd(decimal amount, string format) => "$" + amount.ToString(format, CultureInfo.InvariantCulture);

    private static string Text(decimal value, string format, string unit) => value.ToString(format, CultureInfo.InvariantCulture) + unit;
}
