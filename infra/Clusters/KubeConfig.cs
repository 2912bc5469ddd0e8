using System.Text.Json;

namespace GpuInfra.Infra.Clusters;

/// <summary>How the provider of a cluster's objects reaches it. It holds no secret: who calls gets a token of his own from the cloud's command line.</summary>
internal static class KubeConfig
{
    /// <summary>The configuration, as JSON, which is YAML too.</summary>
    /// <param name="name">The cluster's name.</param>
    /// <param name="endpoint">Its address, as <c>https://…</c>.</param>
    /// <param name="authority">Its certificate authority in base64; null where a public one vouches for it.</param>
    /// <param name="command">What gets a token.</param>
    /// <param name="arguments">Its arguments.</param>
    public static string Of(string name, string endpoint, string? authority, string command, string[] arguments)
    {
        var cluster = new Dictionary<string, object> { ["server"] = endpoint };
        if (authority is not null)
        {
            cluster["certificate-authority-data"] = authority;
        }

        return JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Config",
            ["clusters"] = new[] { new Dictionary<string, object> { ["name"] = name, ["cluster"] = cluster } },
            ["contexts"] = new[] { new Dictionary<string, object> { ["name"] = name, ["context"] = new Dictionary<string, object> { ["cluster"] = name, ["user"] = name } } },
            ["current-context"] = name,
            ["users"] = new[]
            {
                new Dictionary<string, object>
                {
                    ["name"] = name,
                    ["user"] = new Dictionary<string, object>
                    {
                        ["exec"] = new Dictionary<string, object>
                        {
                            ["apiVersion"] = "client.authentication.k8s.io/v1beta1",
                            ["command"] = command,
                            ["args"] = arguments,
                            ["interactiveMode"] = "Never",
                            ["provideClusterInfo"] = arguments.Length == 0,
                        },
                    },
                },
            },
        });
    }
}
