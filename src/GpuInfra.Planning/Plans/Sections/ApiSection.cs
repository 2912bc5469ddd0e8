using System.Text.Json.Nodes;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>An API that takes overflow.</summary>
internal static class ApiSection
{
    private static readonly Key<string> Name = Key.Required("name", Names.Name(20), "Name of the API.");

    private static readonly Key<string> Host = Key.Required("host", Names.DnsName, "Its host, as acme.openai.azure.com; it is called by HTTPS.");

    private static readonly Key<string> Path = Key.Optional(
        "path", Names.UrlPath, "What stands before /v1 in its addresses, as /openai. Left out, nothing.", "");

    private static readonly Key<string> Region = Key.Required(
        "region", Names.AnyRegion, "Where it processes data, as the provider calls it; residency must allow it.");

    private static readonly Key<string> Secret = Key.Required(
        "secret", Names.Secret, "Name of the secret that holds its key. The key itself is never in a plan.");

    private static readonly Key<double> RequestsPerSecond = Key.Required(
        "requestsPerSecond", Quantities.Number(0.01, 1_000_000, "0.01", "1M"), "What it may be sent at most.");

    private static readonly Key<ApiPrice?> Price = Key.Optional(
        "price",
        new ScalarValue<ApiPrice>(
            "an API of the price list",
            (node, _) => ApiPrice.Find(node.Text) is { } price ? price : Parsed<ApiPrice>.Refused(
                $"{HumanUnits.Quote(node.Text)} has no known price{Suggestion.DidYouMean(node.Text, ApiPrice.All.Select(known => known.Id))}; gpuinfra breakeven lists all"),
            () => new JsonObject { ["type"] = "string" }),
        "What it asks, by provider and model of the price list, as openai/gpt-4o-mini: a replay tells what the overflow costs. Left out, that is not told.");

    public static readonly PlanValue<ApiBackend> Value = new Section<ApiBackend>(
        [Name, Host, Path, Region, Secret, RequestsPerSecond, Price],
        fields => new ApiBackend(
            fields.Get(Name), fields.Get(Host), fields.Get(Path), fields.Get(Region), fields.Get(Secret), fields.Get(RequestsPerSecond))
        {
            Price = fields.Get(Price),
        });
}
