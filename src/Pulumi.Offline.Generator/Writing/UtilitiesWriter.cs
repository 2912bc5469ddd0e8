using System.Text;
using Pulumi.Offline.Generator.Schema;

namespace Pulumi.Offline.Generator.Writing;

/// <summary>Writes what the classes of a package share: version, resource attribute, secrets, environment defaults.</summary>
internal static class UtilitiesWriter
{
    public static void Write(StringBuilder text, Package package) => text.Append($$"""
        internal static class Utilities
        {
        public const string Version = {{Names.Quote(package.Version)}};
        public static InvokeOptions WithDefaults(this InvokeOptions? source)
        {
        var options = source ?? new InvokeOptions();
        options.Version = options.Version ?? Version;
        return options;
        }
        public static InvokeOutputOptions WithDefaults(this InvokeOutputOptions? source)
        {
        var options = source ?? new InvokeOutputOptions();
        options.Version = options.Version ?? Version;
        return options;
        }
        public static Input<T> Secret<T>(Input<T>? value) => Output.CreateSecret(value.ToOutput());
        public static InputList<T>? SecretList<T>(InputList<T>? value)
        => value is null ? null : (InputList<T>)Output.CreateSecret(value.ToOutput());
        public static InputMap<T>? SecretMap<T>(InputMap<T>? value)
        => value is null ? null : (InputMap<T>)Output.CreateSecret(value.ToOutput());
        public static string? GetEnv(params string[] names)
        {
        foreach (var name in names)
        {
        if (global::System.Environment.GetEnvironmentVariable(name) is { } value) return value;
        }
        return null;
        }
        public static bool? GetEnvBoolean(params string[] names) => GetEnv(names) switch
        {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => null,
        };
        public static int? GetEnvInt32(params string[] names) => int.TryParse(GetEnv(names), out var value) ? value : null;
        public static double? GetEnvDouble(params string[] names) => double.TryParse(GetEnv(names), out var value) ? value : null;
        }
        internal sealed class {{Names.Pascal(package.Name)}}ResourceTypeAttribute : global::Pulumi.ResourceTypeAttribute
        {
        public {{Names.Pascal(package.Name)}}ResourceTypeAttribute(string type) : base(type, Utilities.Version)
        {
        }
        }

        """);
}
