using System.Text.RegularExpressions;
using Pulumi.Offline.Generator.Schema;

namespace Pulumi.Offline.Generator.Writing;

/// <summary>Spells schema types in C#, as the official code generator does.</summary>
internal sealed class TypeNames(Package package)
{
    private readonly Regex _moduleFormat = new($"^{package.ModuleFormat}$");

    public string RootNamespace { get; } = $"Pulumi.{Names.Pascal(package.Name)}";

    /// <summary>The namespace of resources, functions and enums of a token's module.</summary>
    public string Namespace(string token)
    {
        var segment = Segment(token);
        return segment.Length == 0 ? RootNamespace : $"{RootNamespace}.{segment}";
    }

    /// <summary>The namespace of the args of a resource.</summary>
    public string ArgsNamespace(Resource resource) =>
        package.IsKubernetes && !resource.IsProvider ? ObjectNamespace(resource.Token, Shape.Args) : ResourceNamespace(resource);

    public string ResourceNamespace(Resource resource) => resource.IsProvider ? RootNamespace : Namespace(resource.Token);

    /// <summary>The namespace of nested types.</summary>
    public string ObjectNamespace(string token, Shape shape)
    {
        var side = shape is Shape.Output or Shape.Result ? "Outputs" : "Inputs";
        if (!package.IsKubernetes)
        {
            return $"{Namespace(token)}.{side}";
        }

        var segment = Segment(token);
        return $"{RootNamespace}.Types.{side}.{(segment.Length == 0 ? package.Namespaces[""] : segment)}";
    }

    public static string ObjectName(string token, Shape shape) => Names.OfToken(token) + shape switch
    {
        Shape.Args or Shape.InvokePlain => "Args",
        Shape.State => "GetArgs",
        Shape.InvokeInput => "InputArgs",
        Shape.Result => "Result",
        _ => "",
    };

    /// <summary>The type of an input property, without the question mark.</summary>
    public string Input(TypeSpec type, Shape shape)
    {
        if (shape == Shape.InvokePlain)
        {
            return type.Kind switch
            {
                TypeKind.Array => $"List<{Element(type.Element, shape)}>",
                TypeKind.Map => $"Dictionary<string, {Element(type.Element, shape)}>",
                _ => Element(type, shape),
            };
        }

        switch (type.Kind)
        {
            case TypeKind.Array:
                return $"InputList<{Element(type.Element, shape)}>";
            case TypeKind.Map:
                return $"InputMap<{Element(type.Element, shape)}>";
            case TypeKind.Json:
                return "InputJson";
            case TypeKind.Union:
                var parts = Parts(type, shape);
                return parts.Count switch
                {
                    1 => $"Input<{parts[0]}>",
                    2 => $"InputUnion<{parts[0]}, {parts[1]}>",
                    _ => "object",
                };
            default:
                return $"Input<{Element(type, shape)}>";
        }
    }

    /// <summary>The type of an output property or field, with the question mark where the value may be absent.</summary>
    public string Output(Property property, Shape shape)
    {
        var optional = !property.Required && !package.IsKubernetes && property.Type.Kind != TypeKind.Array;
        return Element(property.Type, shape) + (optional ? "?" : "");
    }

    /// <summary>The type of a value once no <c>Input</c> is around it.</summary>
    public string Element(TypeSpec type, Shape shape) => type.Kind switch
    {
        TypeKind.String => "string",
        TypeKind.Integer => "int",
        TypeKind.Number => "double",
        TypeKind.Boolean => "bool",
        TypeKind.Any => "object",
        TypeKind.Json => "global::System.Text.Json.JsonElement",
        TypeKind.Asset => "global::Pulumi.AssetOrArchive",
        TypeKind.Archive => "global::Pulumi.Archive",
        TypeKind.Array => $"ImmutableArray<{Element(type.Element, shape)}>",
        TypeKind.Map => $"ImmutableDictionary<string, {Element(type.Element, shape)}>",
        TypeKind.Enum => $"global::{Namespace(type.Token)}.{Names.OfToken(type.Token)}",
        TypeKind.Object => $"global::{ObjectNamespace(type.Token, shape)}.{ObjectName(type.Token, shape)}",
        _ => Parts(type, shape) is { Count: <= 2 } parts
            ? parts.Count == 1 ? parts[0] : $"Union<{parts[0]}, {parts[1]}>"
            : "object",
    };

    public static bool IsValueType(TypeSpec type) =>
        type.Kind is TypeKind.Integer or TypeKind.Number or TypeKind.Boolean or TypeKind.Enum or TypeKind.Json;

    /// <summary>The different types of a union; an output shows an enum that any string may stand for as that string.</summary>
    private List<string> Parts(TypeSpec union, Shape shape) => union.Parts
        .Select(part => part.Kind == TypeKind.Enum && shape is Shape.Output or Shape.Result ? "string" : Element(part, shape))
        .Distinct()
        .ToList();

    private string Segment(string token)
    {
        var pieces = token.Split(':');
        if (pieces.Length != 3)
        {
            throw new SchemaException($"{token} is not a token: package:module:name expected.");
        }

        var match = _moduleFormat.Match(pieces[1]);
        var module = match.Success ? match.Groups[1].Value : pieces[1];
        if (module is "index" or "")
        {
            return "";
        }

        return package.Namespaces.TryGetValue(module, out var segment)
            ? segment
            : throw new SchemaException($"{token}: no C# namespace is given for module {module}.");
    }
}
