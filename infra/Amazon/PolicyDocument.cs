using System.Text.Encodings.Web;
using System.Text.Json;

namespace GpuInfra.Infra.Amazon;

/// <summary>Puts policy documents together.</summary>
internal static class PolicyDocument
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whoever asks; the statement's conditions say who may.</summary>
    public static object Anyone { get; } = new { AWS = "*" };

    public static Dictionary<string, object> Allow(string id, string[] actions, params string[] resources) => new()
    {
        ["Sid"] = id,
        ["Effect"] = "Allow",
        ["Action"] = actions,
        ["Resource"] = resources,
    };

    public static Dictionary<string, Dictionary<string, string>> Condition(string test, string key, string value) =>
        new() { [test] = new() { [key] = value } };

    public static Dictionary<string, object> With(Dictionary<string, object> statement, string key, object value) =>
        new(statement) { [key] = value };

    public static string Of(params Dictionary<string, object>[] statements) =>
        JsonSerializer.Serialize(new { Version = "2012-10-17", Statement = statements }, Json);
}
