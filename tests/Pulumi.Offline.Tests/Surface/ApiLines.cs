using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Pulumi.Offline.Tests.Surface;

/// <summary>The public and protected members of types, one per line in the format of <c>Data/pulumi-core-api.txt</c>.</summary>
internal static class ApiLines
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(int)] = "int",
        [typeof(double)] = "double",
        [typeof(object)] = "object",
        [typeof(void)] = "void",
    };

    public static string Name(Type type)
    {
        if (type.IsGenericParameter)
            return type.Name;
        if (type.IsArray)
            return Name(type.GetElementType()!) + "[]";
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Name(underlying) + "?";
        if (Keywords.TryGetValue(type, out var keyword))
            return keyword;
        var name = type.Namespace switch
        {
            { } ours when ours == "Pulumi" || ours.StartsWith("Pulumi.", StringComparison.Ordinal) => $"{ours}.{type.Name}",
            "System" or "System.Collections.Generic" or "System.Collections.Immutable" or "System.Threading.Tasks" => type.Name,
            { } other => $"{other}.{type.Name}",
            null => type.Name,
        };
        var arguments = type.GetGenericArguments();
        return arguments.Length == 0 ? name : $"{name.Split('`')[0]}<{string.Join(", ", arguments.Select(Name))}>";
    }

    public static IEnumerable<string> Members(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
            return [Method(type.GetMethod("Invoke")!)["public virtual ".Length..]];
        return type.GetMembers(Declared).Where(IsVisible).Select(Member).OfType<string>();
    }

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsVisible),
        _ => false,
    };

    private static string? Member(MemberInfo member) => member switch
    {
        ConstructorInfo constructor => $"{Access(constructor)}.ctor({Parameters(constructor)})",
        MethodInfo { IsSpecialName: true } method when !method.Name.StartsWith("op_", StringComparison.Ordinal) => null,
        MethodInfo method => Method(method),
        PropertyInfo property => Property(property),
        FieldInfo field => $"public {(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{Name(field.FieldType)} {field.Name}",
        _ => null,
    };

    private static string Method(MethodInfo method)
    {
        var generic = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
        var isExtension = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        return $"{Access(method)}{ReturnType(method)} {method.Name}{generic}({isExtension}{Parameters(method)})";
    }

    private static string ReturnType(MethodInfo method)
    {
        // Only tasks of one tuple with names occur.
        if (method.ReturnParameter.GetCustomAttribute<TupleElementNamesAttribute>() is not { TransformNames: var names })
            return Name(method.ReturnType);
        var elements = method.ReturnType.GenericTypeArguments[0].GenericTypeArguments;
        return $"Task<({string.Join(", ", elements.Select(Name).Zip(names, (type, name) => $"{type} {name}"))})>";
    }

    private static string Property(PropertyInfo property)
    {
        var accessors = property.GetAccessors(nonPublic: true).Where(IsVisible).ToArray();
        var index = property.GetIndexParameters() is [var key] ? $"this[{Parameter(key)}]" : property.Name;
        var get = accessors.Any(accessor => accessor.ReturnType != typeof(void)) ? "get; " : "";
        var set = accessors.Any(accessor => accessor.ReturnType == typeof(void)) ? "set; " : "";
        return $"{Access(accessors[0])}{Name(property.PropertyType)} {index} {{ {get}{set}}}";
    }

    private static string Access(MethodBase method)
    {
        var modifier = method switch
        {
            { IsStatic: true } => "static ",
            { IsAbstract: true } => "abstract ",
            { IsVirtual: true, IsFinal: false } => "virtual ",
            _ => "",
        };
        return (method.IsPublic ? "public " : "protected ") + modifier;
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var prefix = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : parameter.ParameterType.IsByRef ? "ref " : "";
        var type = parameter.ParameterType.IsByRef ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        var value = parameter.HasDefaultValue ? $" = {Default(parameter.DefaultValue)}" : "";
        return $"{prefix}{Name(type)} {parameter.Name}{value}";
    }

    private static string Default(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        string text => $"\"{text}\"",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
