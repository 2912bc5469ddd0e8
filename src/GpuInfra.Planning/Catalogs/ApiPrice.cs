using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Catalogs;

/// <summary>What a provider asks for a model behind an API, at the list price of a day.</summary>
/// <param name="Provider">The provider, as <c>openai</c>.</param>
/// <param name="Model">The provider's name of the model.</param>
/// <param name="Input">USD for a million input tokens.</param>
/// <param name="CachedInput">USD for a million input tokens that the provider has read before; null where it makes no difference.</param>
/// <param name="Output">USD for a million output tokens.</param>
/// <param name="AsOf">The day of the price.</param>
/// <param name="Source">Where it was read.</param>
/// <param name="Grade">How well it is known, A to D.</param>
public sealed record ApiPrice(string Provider, string Model, decimal Input, decimal? CachedInput, decimal Output, DateOnly AsOf, string Source, char Grade)
{
    /// <summary>Prices older than this are not to be decided by without another look: they fall by half and more in a year.</summary>
    public const int FreshDays = 90;

    private const decimal Million = 1_000_000;

    /// <summary>Whether it is older on a day than <see cref="FreshDays"/>.</summary>
    public bool IsOldOn(DateOnly today) => today.DayNumber - AsOf.DayNumber > FreshDays;

    private static readonly Lazy<ImmutableArray<ApiPrice>> Rows = new(Read);

    /// <summary>The newest price of each model, by provider and model.</summary>
    public static ImmutableArray<ApiPrice> All => Rows.Value;

    /// <summary>How people name it: <c>openai/gpt-4o-mini</c>.</summary>
    public string Id => $"{Provider}/{Model}";

    /// <summary>The price of a name, whatever its case; null when there is none.</summary>
    public static ApiPrice? Find(string id) => All.FirstOrDefault(price => price.Id.Equals(id, StringComparison.OrdinalIgnoreCase));

    /// <summary>What tokens cost.</summary>
    /// <param name="input">Input tokens.</param>
    /// <param name="cachedInput">Those of them that the provider has read before.</param>
    /// <param name="output">Output tokens.</param>
    public Usd Of(double input, double cachedInput, double output) => new(
        (((decimal)(input - cachedInput) * Input) + ((decimal)cachedInput * (CachedInput ?? Input)) + ((decimal)output * Output)) / Million);

    private static ImmutableArray<ApiPrice> Read()
    {
        using var stream = typeof(ApiPrice).Assembly.GetManifestResourceStream("Apis/api.json")!;
        using var document = JsonDocument.Parse(stream);
        return
        [
            .. document.RootElement.EnumerateArray().Select(row => new ApiPrice(
                Text(row, "provider"), Text(row, "model"), row.GetProperty("usdPerMillionInput").GetDecimal(),
                row.TryGetProperty("usdPerMillionCachedInput", out var cached) ? cached.GetDecimal() : null, row.GetProperty("usdPerMillionOutput").GetDecimal(),
                DateOnly.ParseExact(Text(row, "asOf"), "yyyy-MM-dd", CultureInfo.InvariantCulture), Text(row, "source"), Text(row, "grade")[0]))
                .GroupBy(price => price.Id).Select(prices => prices.MaxBy(price => price.AsOf)!).OrderBy(price => price.Id, StringComparer.Ordinal),
        ];
    }

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;
}
