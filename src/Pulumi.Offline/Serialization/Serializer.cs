using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using Pulumi.Offline;

namespace Pulumi.Serialization;

/// <summary>Turns what a program gives into property values, and collects the resources it met on the way.</summary>
internal sealed class Serializer
{
    private static readonly ConcurrentDictionary<Type, MethodInfo?> EnumConversions = new();

    /// <summary>The resources that the values serialised so far derive from.</summary>
    public HashSet<Resource> Dependencies { get; } = [];

    /// <summary>The members of a bag; those without a value are left out.</summary>
    public static async ValueTask<(PropertyValue.Map Values, ImmutableDictionary<string, ImmutableArray<Resource>> Dependencies)>
        SerializeMembersAsync(string label, InputArgs args)
    {
        var values = ImmutableSortedDictionary.CreateBuilder<string, PropertyValue>(StringComparer.Ordinal);
        var dependencies = ImmutableDictionary.CreateBuilder<string, ImmutableArray<Resource>>();
        foreach (var (name, member, json) in args.GetMembers())
        {
            var serializer = new Serializer();
            var value = await serializer.SerializeMemberAsync($"{label}.{name}", member, json);
            if (value is PropertyValue.Null)
                continue;
            values[name] = value;
            dependencies[name] = [.. serializer.Dependencies];
        }

        return (new PropertyValue.Map(values.ToImmutable()), dependencies.ToImmutable());
    }

    public async ValueTask<PropertyValue> SerializeAsync(string path, object? value) => value switch
    {
        null or ValueTuple => PropertyValue.NullValue,
        PropertyValue done => done,
        bool flag => new PropertyValue.Bool(flag),
        string text => new PropertyValue.Text(text),
        int or double => new PropertyValue.Number(Convert.ToDouble(value, null)),
        InputArgs args => await SerializeArgsAsync(path, args),
        AssetOrArchive asset => await SerializeAssetAsync(path, asset),
        Task => throw new InvalidOperationException(
            $"Tasks are not allowed inside ResourceArgs. Please wrap your Task in an Output:\n\t{path}"),
        IInput input => await SerializeAsync(path, input.ToSerialize()),
        IUnion union => await SerializeAsync(path, union.Value),
        JsonElement json => SerializeJson(path, json),
        JsonDocument json => SerializeJson(path, json.RootElement),
        IOutput output => await SerializeOutputAsync(path, output),
        Resource resource => await SerializeResourceAsync(resource),
        IDictionary map => await SerializeMapAsync(path, map),
        IList list => await SerializeListAsync(path, list),
        Enum constant when constant.GetTypeCode() == TypeCode.Int32 => new PropertyValue.Number(Convert.ToInt32(constant, null)),
        _ => SerializeEnumType(path, value),
    };

    private async ValueTask<PropertyValue> SerializeMemberAsync(string path, object? value, bool json)
    {
        var serialized = await SerializeAsync(path, value);
        return json && serialized is not PropertyValue.Null ? JsonText.Of(serialized) : serialized;
    }

    private async ValueTask<PropertyValue> SerializeArgsAsync(string path, InputArgs args)
    {
        var members = ImmutableSortedDictionary.CreateBuilder<string, PropertyValue>(StringComparer.Ordinal);
        foreach (var (name, member, json) in args.GetMembers())
        {
            if (await SerializeMemberAsync($"{path}.{name}", member, json) is var value and not PropertyValue.Null)
                members[name] = value;
        }

        return new PropertyValue.Map(members.ToImmutable());
    }

    private async ValueTask<PropertyValue> SerializeOutputAsync(string path, IOutput output)
    {
        var data = await output.GetDataAsync();
        Dependencies.UnionWith(data.Resources);
        var value = data.IsKnown ? await SerializeAsync(path, data.Value) : PropertyValue.UnknownValue;
        return data.IsSecret && value is not PropertyValue.Secret ? new PropertyValue.Secret(value) : value;
    }

    private async ValueTask<PropertyValue> SerializeResourceAsync(Resource resource)
    {
        if (resource is CustomResource)
            Dependencies.Add(resource);
        return new PropertyValue.ResourceReference(await resource.Urn.GetValueAsync(whenUnknown: ""));
    }

    private async ValueTask<PropertyValue> SerializeMapAsync(string path, IDictionary map)
    {
        var members = ImmutableSortedDictionary.CreateBuilder<string, PropertyValue>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in map)
        {
            if (entry.Key is not string key)
                throw new InvalidOperationException($"Dictionaries are only supported with string keys:\n\t{path}");
            if (await SerializeAsync($"{path}.{key}", entry.Value) is var value and not PropertyValue.Null)
                members[key] = value;
        }

        return new PropertyValue.Map(members.ToImmutable());
    }

    private async ValueTask<PropertyValue> SerializeListAsync(string path, IList list)
    {
        var items = ImmutableArray.CreateBuilder<PropertyValue>(list.Count);
        foreach (var item in list)
            items.Add(await SerializeAsync($"{path}[{items.Count}]", item));
        return new PropertyValue.List(items.MoveToImmutable());
    }

    private async ValueTask<PropertyValue> SerializeAssetAsync(string path, AssetOrArchive asset)
    {
        if (asset.Content is string content)
            return new PropertyValue.AssetValue(asset.Kind, content);
        var members = await SerializeMapAsync(path, (IDictionary)asset.Content);
        return new PropertyValue.AssetValue(asset.Kind, RecordJson.ToText(members));
    }

    private static PropertyValue SerializeJson(string path, JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => PropertyValue.NullValue,
        JsonValueKind.True => new PropertyValue.Bool(true),
        JsonValueKind.False => new PropertyValue.Bool(false),
        JsonValueKind.String => new PropertyValue.Text(json.GetString()!),
        JsonValueKind.Number => new PropertyValue.Number(json.GetDouble()),
        JsonValueKind.Array => new PropertyValue.List([.. json.EnumerateArray().Select(item => SerializeJson(path, item))]),
        JsonValueKind.Object => new PropertyValue.Map(json.EnumerateObject()
            .Select(member => (member.Name, Value: SerializeJson(path, member.Value)))
            .Where(member => member.Value is not PropertyValue.Null)
            .ToImmutableSortedDictionary(member => member.Name, member => member.Value, StringComparer.Ordinal)),
        _ => throw new InvalidOperationException($"Unknown JSON value kind {json.ValueKind}:\n\t{path}"),
    };

    public static PropertyValue SerializeEnumType(string path, object value)
    {
        var conversion = EnumConversions.GetOrAdd(value.GetType(), FindConversion);
        return conversion?.Invoke(null, [value]) switch
        {
            string text => new PropertyValue.Text(text),
            double number => new PropertyValue.Number(number),
            _ => throw new InvalidOperationException(
                $"{value.GetType().FullName} is not a supported argument type.\n\t{path}"),
        };
    }

    private static MethodInfo? FindConversion(Type type) => type.GetCustomAttribute<EnumTypeAttribute>() is null
        ? null
        : type.GetMethod("op_Explicit", BindingFlags.Public | BindingFlags.Static, [type]);
}
