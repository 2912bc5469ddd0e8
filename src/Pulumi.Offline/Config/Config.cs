using System.Globalization;
using System.Text.Json;
using Pulumi.Offline;

namespace Pulumi;

/// <summary>The configuration values of one namespace, by default the project's.</summary>
public sealed partial class Config
{
    private readonly string _name;

    public Config(string? name = null)
    {
        name ??= Deployment.Instance.ProjectName;
        _name = name.EndsWith(":config", StringComparison.Ordinal) ? name[..^":config".Length] : name;
    }

    public string? Get(string key) => Read(key, text => text);

    public string Require(string key) => Get(key) ?? throw Missing(key);

    public bool? GetBoolean(string key) => ReadStruct(key, text => ParseBoolean(key, text));

    public bool RequireBoolean(string key) => GetBoolean(key) ?? throw Missing(key);

    public int? GetInt32(string key) => ReadStruct(key, text => ParseInt32(key, text));

    public int RequireInt32(string key) => GetInt32(key) ?? throw Missing(key);

    public double? GetDouble(string key) => ReadStruct(key, text => ParseDouble(key, text));

    public double RequireDouble(string key) => GetDouble(key) ?? throw Missing(key);

    public T? GetObject<T>(string key) => Read(key, text => ParseObject<T>(key, text, null));

    public T? GetObject<T>(string key, JsonSerializerOptions options) => Read(key, text => ParseObject<T>(key, text, options));

    public T? RequireObject<T>(string key) => Find(key) is null ? throw Missing(key) : GetObject<T>(key);

    public T? RequireObject<T>(string key, JsonSerializerOptions options)
        => Find(key) is null ? throw Missing(key) : GetObject<T>(key, options);

    private static bool? TryBoolean(string text) => text switch
    {
        "true" => true,
        "false" => false,
        _ => null,
    };

    private bool ParseBoolean(string key, string text) => TryBoolean(text) ?? throw WrongType(key, text, nameof(Boolean));

    private int ParseInt32(string key, string text)
        => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw WrongType(key, text, nameof(Int32));

    private double ParseDouble(string key, string text)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw WrongType(key, text, nameof(Double));

    private T ParseObject<T>(string key, string text, JsonSerializerOptions? options)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, options)!;
        }
        catch (JsonException error)
        {
            throw WrongType(key, text, typeof(T).FullName!, error);
        }
    }

    private T? Read<T>(string key, Func<string, T> parse)
        => Find(key) is { } value ? parse(value.Text ?? throw Undecrypted(key)) : default;

    private T? ReadStruct<T>(string key, Func<string, T> parse)
        where T : struct
        => Find(key) is { } value ? parse(value.Text ?? throw Undecrypted(key)) : null;

    private ConfigurationValue? Find(string key) => Deployment.Internal.Settings.Configuration.GetValueOrDefault(FullKey(key));

    private string FullKey(string key) => $"{_name}:{key}";

    private RunException Missing(string key) => new(
        $"Missing Required configuration variable '{FullKey(key)}'\n"
        + $"\tplease set a value using the command `pulumi config set {FullKey(key)} <value>`");

    private RunException WrongType(string key, string text, string expected, Exception? cause = null)
        => new($"Configuration '{FullKey(key)}' value '{text}' is not a valid {expected}", cause);

    private RunException Undecrypted(string key) => new(
        $"Configuration '{FullKey(key)}' is a secret, which an offline run cannot decrypt: read it with GetSecret or RequireSecret");
}
