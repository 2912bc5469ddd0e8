using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;

namespace Pulumi.Serialization;

/// <summary>The <see cref="InputAttribute"/> members of args classes, found once per class.</summary>
internal static class InputMembers
{
    private const BindingFlags Instance = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;

    private static readonly ConcurrentDictionary<Type, ImmutableArray<Member>> Members = new();

    public static IEnumerable<(string Name, object? Value, bool Json)> Of(InputArgs args)
    {
        foreach (var member in Members.GetOrAdd(args.GetType(), Find))
        {
            var value = member.Get(args);
            if (value is null && member.Attribute.IsRequired)
                throw new ArgumentNullException(member.FullName, $"[Input] {member.FullName} is required but was not given a value");
            yield return (member.Attribute.Name, value, member.Attribute.Json);
        }
    }

    private static ImmutableArray<Member> Find(Type type)
    {
        var fields = type.GetFields(Instance).Select(field => Describe(field, field.GetValue));
        var properties = type.GetProperties(Instance).Select(property => Describe(property, property.GetValue));
        return [.. fields.Concat(properties).OfType<Member>()];

        Member? Describe(MemberInfo member, Func<object, object?> get)
            => member.GetCustomAttribute<InputAttribute>() is { } attribute
                ? new Member(attribute, $"{type.FullName}.{member.Name}", get)
                : null;
    }

    private sealed record Member(InputAttribute Attribute, string FullName, Func<object, object?> Get);
}
