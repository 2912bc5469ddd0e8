using System.Text.Json;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Routes;

/// <summary>
/// What the bridge beside an entry's routers is told: APIs, and whose requests it copies or asks twice. Names of secrets stand in it and no secret. Like the
/// routers' configuration it follows from the plan alone.
/// </summary>
public static class BridgeConfig
{
    /// <summary>The configuration as JSON.</summary>
    /// <param name="entry">The entry, which has a bridge.</param>
    /// <param name="site">Where things are on the machine.</param>
    public static string Of(RouterEntry entry, RouterSite site) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("port", site.BridgePort);
        json.WriteString("router", FormattableString.Invariant($"http://127.0.0.1:{site.LoopPort}"));
        json.WriteStartObject("servings");
        foreach (var route in entry.Table.Routes.Where(route => !entry.ApisOf(route).IsEmpty || entry.CascadeOf(route) is not null))
        {
            json.WriteStartObject(route.Serving.Name);
            json.WriteStartObject("apis");
            foreach (var api in entry.ApisOf(route).OrderBy(api => api.Name, StringComparer.Ordinal))
            {
                json.WriteStartObject(api.Name);
                Write(json, entry, api);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            if (entry.ShadowOf(route) is { } shadow)
            {
                json.WriteString("shadow", shadow.Name);
            }

            if (entry.CascadeOf(route) is { } cascade)
            {
                Write(json, cascade);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, RouterEntry entry, ApiBackend api)
    {
        json.WriteString("dialect", JsonText.Word(api.Dialect));
        json.WriteString("url", $"https://{api.Host}");
        json.WriteString("path", api.Path);
        json.WriteString("region", api.Region);

        // What all entries' machines may send together is HAProxy's to keep, as for any API; of it this machine has its part.
        json.WriteNumber("requestsPerSecond", api.RequestsPerSecond / RouterEntry.Machines);
        if (api.Model is { } model)
        {
            json.WriteString("model", model);
        }

        if (api.Secret is { } secret)
        {
            json.WriteString("key", HaproxyConfig.KeyOf(secret));
        }

        if (api.Dialect == ApiDialect.Vertex)
        {
            json.WriteString("project", entry.Project);
        }
    }

    private static void Write(Utf8JsonWriter json, CascadeRoute cascade)
    {
        json.WriteStartObject("cascade");
        json.WriteString(cascade.IsApi ? "api" : "serving", cascade.To);
        json.WriteStartObject("guardrail");
        json.WriteString("url", cascade.Guardrail.Url);
        json.WriteNumber("seconds", cascade.Guardrail.Timeout.TotalSeconds);
        json.WriteString("onFailure", cascade.Guardrail.AcceptsOnFailure ? "accept" : "escalate");
        if (cascade.Guardrail.Secret is { } secret)
        {
            json.WriteString("key", HaproxyConfig.KeyOf(secret));
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
