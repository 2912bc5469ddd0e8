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
        var fields = type.GetFields(Instance).Select(field => (Info: (MemberInfo)field, Get: (Func<object, object?>)field.GetValue));
        var properties = type.GetProperties(Instance).Select(property => (Info: (MemberInfo)property, Get: (Func<object, object?>)property.GetValue));
        return
        [
            .. fields.Concat(properties)
                .Select(member => (member.Info, member.Get, Attribute: member.Info.GetCustomAttribute<InputAttribute>()))
                .Where(member => member.Attribute is not null)
                .Select(member => new Member(member.Attribute!, $"{type.FullName}.{member.Info.Name}", member.Get)),
        ];
    }

    private sealed record Member(InputAttribute Attribute, string FullName, Func<object, object?> Get);
}
