using System.Text.Json.Nodes;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>An API that may answer for a serving.</summary>
internal static class ApiSection
{
    private static readonly Key<string> Name = Key.Required("name", Names.Name(20), "Name of the API.");

    private static readonly Key<ApiDialect> Dialect = Key.Optional(
        "dialect",
        new ChoiceValue<ApiDialect>(new("openai", ApiDialect.Openai), new("anthropic", ApiDialect.Anthropic), new("bedrock", ApiDialect.Bedrock), new("vertex", ApiDialect.Vertex)),
        "How it is spoken to: openai, anthropic, bedrock or vertex. Of other dialects than openai requests and answers are put into OpenAI's form beside the router.",
        ApiDialect.Openai);

    private static readonly Key<string?> Model = Key.Optional(
        "model",
        Names.Line("a model's name", 120, "^[A-Za-z0-9][A-Za-z0-9._:/@-]*$"),
        "What it calls its model, as claude-haiku-4-5. Left out, it is sent the client's name of it, which only openai takes.");

    private static readonly Key<string?> Host = Key.Optional(
        "host", Names.DnsName, "Its host, as acme.openai.azure.com; it is called by HTTPS. Bedrock and Vertex have theirs by their region.");

    private static readonly Key<string> Path = Key.Optional(
        "path", Names.UrlPath, "What stands before /v1 in its addresses, as /openai. Left out, nothing.", "");

    private static readonly Key<string> Region = Key.Required(
        "region", Names.AnyRegion, "Where it processes data, as the provider calls it; residency must allow it.");

    private static readonly Key<string?> Secret = Key.Optional(
        "secret", Names.Secret, "Name of the secret that holds its key. The key itself is never in a plan. Bedrock and Vertex take the routers' own identity.");

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
        [Name, Dialect, Model, Host, Path, Region, Secret, RequestsPerSecond, Price],
        fields =>
        {
            var (dialect, region) = (fields.Get(Dialect), fields.Get(Region));
            if (fields.IsSound(Dialect))
            {
                Check(fields, dialect);
            }

            var host = dialect switch
            {
                ApiDialect.Bedrock => $"bedrock-runtime.{region}.amazonaws.com",
                ApiDialect.Vertex => $"{region}-aiplatform.googleapis.com",
                _ => fields.Get(Host) ?? "",
            };
            return new ApiBackend(fields.Get(Name), host, fields.Get(Path), region, fields.Get(Secret), fields.Get(RequestsPerSecond))
            {
                Price = fields.Get(Price),
                Dialect = dialect,
                Model = fields.Get(Model),
            };
        });

    /// <summary>What each dialect needs, and what it has by itself.</summary>
    private static void Check(Fields fields, ApiDialect dialect)
    {
        var word = JsonText.Word(dialect);
        var hasKey = dialect is ApiDialect.Openai or ApiDialect.Anthropic;
        foreach (var key in new[] { Host, Secret })
        {
            if (hasKey && !fields.Has(key))
            {
                fields.At.Refuse($"{key.Name} is missing: {key.Description}");
            }
            else if (!hasKey && fields.Has(key))
            {
                fields.Refuse(key, key == Host ? $"{word} has its host by its region: leave host out" : $"{word} is asked by the routers' own identity: leave secret out");
            }
        }

        if (!hasKey && fields.Has(Path))
        {
            fields.Refuse(Path, $"{word} has its own paths: leave path out");
        }

        if (dialect != ApiDialect.Openai && !fields.Has(Model))
        {
            fields.At.Refuse($"model is missing: {word} does not know the client's name of it");
        }
        else if (!hasKey && fields.IsSound(Model) && fields.Get(Model) is { } model && model.Contains('/', StringComparison.Ordinal))
        {
            fields.Refuse(Model, $"{HumanUnits.Quote(model)} is a path: write the model's id, or that of an inference profile, as us.amazon.nova-lite-v1:0");
        }
    }
}
