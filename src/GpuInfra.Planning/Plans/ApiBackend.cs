using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans;

/// <summary>How an API is spoken to.</summary>
public enum ApiDialect
{
    /// <summary>OpenAI's chat completions, by a key.</summary>
    Openai,

    /// <summary>Anthropic's messages, by a key.</summary>
    Anthropic,

    /// <summary>Amazon Bedrock's Converse, by the routers' role: from entries on AWS alone.</summary>
    Bedrock,

    /// <summary>generateContent of Google's models on Vertex AI, by the routers' account: from entries on Google Cloud alone.</summary>
    Vertex,
}

/// <summary>An API that may answer for a serving.</summary>
/// <param name="Name">Its name in the plan.</param>
/// <param name="Host">Its host.</param>
/// <param name="Path">What stands before <c>/v1</c> or in its place; begins with a slash, empty for nothing.</param>
/// <param name="Region">Where it processes data, as the provider calls it; the serving's residency must allow it.</param>
/// <param name="Secret">Name of the secret that holds its key, which is never in a plan; null where the routers' own identity is asked for.</param>
/// <param name="RequestsPerSecond">What it may be sent at most.</param>
public sealed record ApiBackend(string Name, string Host, string Path, string Region, string? Secret, double RequestsPerSecond)
{
    /// <summary>What it asks, as far as the plan says; null otherwise.</summary>
    public ApiPrice? Price { get; init; }

    /// <summary>How it is spoken to. Default: as OpenAI is.</summary>
    public ApiDialect Dialect { get; init; }

    /// <summary>What it calls its model; null for the name that the client uses, which only OpenAI's dialect may.</summary>
    public string? Model { get; init; }

    /// <summary>True where requests must be rewritten for it, which the bridge does; HAProxy sends others there as they are.</summary>
    public bool IsAdapted => Dialect != ApiDialect.Openai || Model is not null;

    /// <summary>True where a cloud's own machines alone may call it.</summary>
    public CloudProvider? Only => Dialect switch
    {
        ApiDialect.Bedrock => CloudProvider.Aws,
        ApiDialect.Vertex => CloudProvider.Gcp,
        _ => null,
    };
}

/// <summary>Users whose requests an API is sent a copy of, the same ones every time; nobody gets its answers.</summary>
/// <param name="To">The API's name.</param>
/// <param name="Share">How many of the users, above 0 % up to 100 %.</param>
/// <param name="CopiesResidentData">True where the plan says that data bound to regions may be copied to the API, which must be in one of them.</param>
public sealed record ShadowRoute(string To, Share Share, bool CopiesResidentData);

/// <summary>What answers where a guardrail does not take a serving's own answer.</summary>
/// <param name="To">The API or serving.</param>
/// <param name="IsApi">Which of the two.</param>
/// <param name="Escalates">How many of the requests the plan reckons with, above 0 % up to 100 %.</param>
/// <param name="Guardrail">What says whether an answer is good enough.</param>
public sealed record CascadeRoute(string To, bool IsApi, Share Escalates, Guardrail Guardrail);

/// <summary>What says whether an answer is good enough: it is sent the request and the answer, and says <c>{"accept": true}</c> or false.</summary>
/// <param name="Url">Its address, by HTTPS at port 443.</param>
/// <param name="Timeout">How long it may take.</param>
/// <param name="AcceptsOnFailure">True where an answer counts as good enough when the guardrail says nothing; false where the larger model is asked then.</param>
/// <param name="Secret">Name of the secret that is sent as a bearer token; null where none is.</param>
public sealed record Guardrail(string Url, TimeSpan Timeout, bool AcceptsOnFailure, string? Secret);
