using System.Collections.Immutable;

namespace Pulumi.Offline.Schemas;

/// <summary>
/// Checks what a program registers and calls against the schemas of the packages, as the providers would at the latest when
/// they are asked to create it.
/// </summary>
public static class PackageSchemas
{
    private const string Providers = "pulumi:providers:";
    private const string EngineTypes = "pulumi:pulumi:";
    private const string CustomResource = "kubernetes:apiextensions.k8s.io:CustomResource";

    /// <summary>The schema of a resource or provider type, or null if the type is not known.</summary>
    public static ResourceSchema? FindResource(string type)
    {
        var package = Package(type);
        return package?.Resource(type) ?? (IsCustomKind(type, package) ? package!.Resource(CustomResource) : null);
    }

    /// <summary>The schema of a function, or null if it is not known.</summary>
    public static FunctionSchema? FindFunction(string token) => Package(token)?.Function(token);

    /// <summary>What is wrong with a custom resource's or provider's inputs. Types of the engine itself are not checked.</summary>
    public static IEnumerable<SchemaProblem> CheckResource(string type, PropertyValue.Map inputs)
    {
        if (type.StartsWith(EngineTypes, StringComparison.Ordinal))
            return [];
        return FindResource(type) is { } schema
            ? InputCheck.Resource(schema, inputs)
            : [Unknown("resource type", type, Package(type)?.ResourceTokens)];
    }

    /// <summary>What is wrong with a function's arguments.</summary>
    public static IEnumerable<SchemaProblem> CheckInvoke(string token, PropertyValue.Map args) =>
        FindFunction(token) is { } schema
            ? InputCheck.Properties(schema.Inputs, args)
            : [Unknown("function", token, Package(token)?.FunctionTokens)];

    private static SchemaProblem Unknown(string what, string token, IEnumerable<string>? known) => new(
        "",
        known is null
            ? $"no schema is known for the package of {what} {token}"
            : $"unknown {what} {token}{NearestName.Suggestion(token, known)}");

    private static PackageSchema? Package(string token)
    {
        var name = token.StartsWith(Providers, StringComparison.Ordinal) ? token[Providers.Length..] : token.Split(':')[0];
        return PackageSchema.Find(name);
    }

    /// <summary>
    /// Whether a type can be a custom kind of a Kubernetes cluster: its API group and version is none whose kinds are known.
    /// </summary>
    private static bool IsCustomKind(string type, PackageSchema? package)
    {
        if (package is null || type.Split(':') is not ["kubernetes", var apiVersion, _])
            return false;
        var prefix = $"kubernetes:{apiVersion}:";
        return !package.ResourceTokens.Any(token => token.StartsWith(prefix, StringComparison.Ordinal));
    }
}
