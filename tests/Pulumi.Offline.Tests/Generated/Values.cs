using System.Collections;
using System.Collections.Immutable;

namespace Pulumi.Offline.Tests.Generated;

/// <summary>Writes property values as plain .NET values.</summary>
internal static class Values
{
    public static readonly PropertyValue Unknown = PropertyValue.UnknownValue;

    public static PropertyValue.Map Map(params (string Name, object? Value)[] members) =>
        new(members.ToImmutableSortedDictionary(member => member.Name, member => Of(member.Value), StringComparer.Ordinal));

    public static PropertyValue Secret(object? value) => new PropertyValue.Secret(Of(value));

    public static PropertyValue Of(object? value) => value switch
    {
        null => PropertyValue.NullValue,
        PropertyValue already => already,
        bool flag => new PropertyValue.Bool(flag),
        string text => new PropertyValue.Text(text),
        int number => new PropertyValue.Number(number),
        double number => new PropertyValue.Number(number),
        IReadOnlyDictionary<string, object> map => Map([.. map.Select(member => (member.Key, (object?)member.Value))]),
        IEnumerable items => new PropertyValue.List([.. items.Cast<object?>().Select(Of)]),
        _ => throw new ArgumentException($"A {value.GetType()} is no property value.", nameof(value)),
    };
}
