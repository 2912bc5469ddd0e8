using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using Pulumi.Serialization;

namespace Pulumi.Offline;

/// <summary>
/// Makes up what a cloud would compute for a resource: by name and type, so that a run always makes up the same, and so that a
/// reader sees where a value comes from.
/// </summary>
internal sealed class Invention(string resourceType, string resourceName)
{
    /// <summary>Deeper than this, where types contain themselves, nothing is made up.</summary>
    private const int MaxDepth = 6;

    private static readonly ConcurrentDictionary<Type, ImmutableArray<Member>?> MembersByType = new();

    /// <summary>Members that may be given and that the cloud chooses otherwise; of all others nothing is made up.</summary>
    private static readonly ImmutableHashSet<(string Type, string Member)> Chosen = [("gcp:filestore/instance:Instance", "ipAddresses")];

    public PropertyValue Of(string property, Type type) => Of(property, type, 0);

    /// <summary>A value that the program gave, with the members that only a cloud would fill in.</summary>
    public PropertyValue Complete(PropertyValue given, Type type)
    {
        switch (given)
        {
            case PropertyValue.Secret { Element: var element }:
                return new PropertyValue.Secret(Complete(element, type));
            case PropertyValue.List { Items: var items } when type.IsConstructedGenericType:
                return new PropertyValue.List([.. items.Select(item => Complete(item, type.GenericTypeArguments[^1]))]);
            case PropertyValue.Map { Members: var members } when MembersOf(type) is { } known:
                foreach (var member in known)
                {
                    var value = members.GetValueOrDefault(member.Name);
                    if (value is not null || !member.IsOptional || Chosen.Contains((resourceType, member.Name)))
                        members = members.SetItem(member.Name, value is null ? Of(member.Name, member.Type) : Complete(value, member.Type));
                }

                return new PropertyValue.Map(members);
            default:
                return given;
        }
    }

    private static ImmutableArray<Member>? MembersOf(Type type) => MembersByType.GetOrAdd(type, static type =>
    {
        if (Converter.FindOutputConstructor(type) is not { } constructor)
            return null;
        var nullability = new NullabilityInfoContext();
        return
        [
            .. constructor.GetParameters().Select(parameter => new Member(
                Converter.NameOf(parameter),
                parameter.ParameterType,
                Nullable.GetUnderlyingType(parameter.ParameterType) is not null
                || nullability.Create(parameter).ReadState == NullabilityState.Nullable)),
        ];
    });

    private static object? FirstEnumValue(Type type)
    {
        var first = type.GetProperties(BindingFlags.Public | BindingFlags.Static).FirstOrDefault(property => property.PropertyType == type);
        return first?.GetValue(null);
    }

    private PropertyValue Of(string property, Type type, int depth)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (depth > MaxDepth)
            return PropertyValue.NullValue;
        if (type == typeof(string) || type == typeof(object))
            return new PropertyValue.Text(TextOf(property));
        if (type == typeof(bool))
            return new PropertyValue.Bool(false);
        if (type == typeof(int) || type == typeof(double) || type.IsEnum)
            return new PropertyValue.Number(1);
        if (type == typeof(JsonElement))
            return PropertyValues.EmptyMap;
        if (FirstEnumValue(type) is { } constant && type.GetCustomAttribute<EnumTypeAttribute>() is not null)
            return Serializer.SerializeEnumType(property, constant);
        if (MembersOf(type) is { } members)
        {
            // Of what only a cloud fills in it leaves nothing out.
            return new PropertyValue.Map(members.ToImmutableSortedDictionary(
                member => member.Name, member => Of(member.Name, member.Type, depth + 1), StringComparer.Ordinal));
        }

        if (!type.IsConstructedGenericType)
            return PropertyValue.NullValue;
        var definition = type.GetGenericTypeDefinition();
        if (definition == typeof(Union<,>))
            return Of(property, type.GenericTypeArguments[0], depth);
        return definition == typeof(ImmutableArray<>)
            ? new PropertyValue.List([Of(property, type.GenericTypeArguments[0], depth + 1)])
            : PropertyValues.EmptyMap;
    }

    private string TextOf(string property)
    {
        if (property == "arn" || property.EndsWith("Arn", StringComparison.Ordinal))
        {
            var service = resourceType.Split(':') is [_, var module, _] ? module.Split('/')[0] : resourceType;
            return $"arn:aws:{service}:us-east-1:000000000000:{property}/{resourceName}";
        }

        return property == "selfLink" || property.EndsWith("SelfLink", StringComparison.Ordinal)
            ? $"https://www.googleapis.com/compute/v1/projects/offline/{property}/{resourceName}"
            : $"{resourceName}-{property}";
    }

    private sealed record Member(string Name, Type Type, bool IsOptional);
}
