using System.Text.Json;

namespace Pulumi;

public sealed partial class Config
{
    public Output<string>? GetSecret(string key) => ReadSecret(key, text => text, () => $"secret of {FullKey(key)}");

    public Output<string> RequireSecret(string key) => GetSecret(key) ?? throw Missing(key);

    public Output<bool>? GetSecretBoolean(string key) => ReadSecret(key, text => ParseBoolean(key, text), () => true);

    public Output<bool> RequireSecretBoolean(string key) => GetSecretBoolean(key) ?? throw Missing(key);

    public Output<int>? GetSecretInt32(string key) => ReadSecret(key, text => ParseInt32(key, text), () => 1);

    public Output<int> RequireSecretInt32(string key) => GetSecretInt32(key) ?? throw Missing(key);

    public Output<double>? GetSecretDouble(string key) => ReadSecret(key, text => ParseDouble(key, text), () => 1.0);

    public Output<double> RequireSecretDouble(string key) => GetSecretDouble(key) ?? throw Missing(key);

    public Output<T>? GetSecretObject<T>(string key) => ReadSecretObject<T>(key, null);

    public Output<T>? GetSecretObject<T>(string key, JsonSerializerOptions options) => ReadSecretObject<T>(key, options);

    public Output<T> RequireSecretObject<T>(string key) => ReadSecretObject<T>(key, null) ?? throw Missing(key);

    public Output<T> RequireSecretObject<T>(string key, JsonSerializerOptions options)
        => ReadSecretObject<T>(key, options) ?? throw Missing(key);

    private Output<T>? ReadSecretObject<T>(string key, JsonSerializerOptions? options)
        => ReadSecret(key, text => ParseObject<T>(key, text, options), () => throw new RunException(
            $"Configuration '{FullKey(key)}' is a secret structure, which an offline run cannot make up: keep its secret values "
            + "under keys of their own"));

    /// <summary>A secret that cannot be decrypted is unknown in a preview, and <paramref name="invent"/>ed where nothing may be.</summary>
    private Output<T>? ReadSecret<T>(string key, Func<string, T> parse, Func<T> invent)
    {
        if (Find(key) is not { } value)
            return null;
        if (value.Text is { } text)
            return Output.CreateSecret(parse(text));
        return Output.CreateSecret(Deployment.Instance.IsDryRun ? Output<T>.Unknown(default!) : Output.Create(invent()));
    }
}
