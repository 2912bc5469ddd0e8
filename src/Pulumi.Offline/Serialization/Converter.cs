using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using Pulumi.Offline;

namespace Pulumi.Serialization;

/// <summary>Turns the engine's answers into the types that a program reads them as.</summary>
internal static class Converter
{
    private static readonly ConcurrentDictionary<Type, Func<string, PropertyValue, object?>> Readers = new();

    public static OutputData<T> Convert<T>(string context, PropertyValue value)
    {
        var data = Convert(context, value, typeof(T));
        return new OutputData<T>(data.Resources, data.Value is null ? default! : (T)data.Value, data.IsKnown, data.IsSecret);
    }

    public static OutputData<object?> Convert(string context, PropertyValue value, Type target)
    {
        var plain = value.Unwrap(out var isKnown, out var isSecret);
        var converted = isKnown ? Read(context, plain, target) : Default(target);
        return new OutputData<object?>(ImmutableHashSet<Resource>.Empty, converted, isKnown, isSecret);
    }

    /// <summary>The constructor through which results are read into a type.</summary>
    public static ConstructorInfo? FindOutputConstructor(Type type) => type.GetCustomAttribute<OutputTypeAttribute>() is null
        ? null
        : type.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
            .FirstOrDefault(constructor => constructor.GetCustomAttribute<OutputConstructorAttribute>() is not null);

    public static string NameOf(ParameterInfo parameter)
        => parameter.GetCustomAttribute<OutputConstructorParameterAttribute>()?.Name ?? parameter.Name!;

    private static object? Read(string context, PropertyValue value, Type target)
    {
        if (value is PropertyValue.Null)
            return Default(target);
        try
        {
            return Readers.GetOrAdd(target, FindReader)(context, value);
        }
        catch (UnexpectedValueException error)
        {
            Log.Warn(error.Message);
            return Default(target);
        }
    }

    private static object? Default(Type type)
        => type.IsValueType && Nullable.GetUnderlyingType(type) is null ? Activator.CreateInstance(type) : null;

    private static Func<string, PropertyValue, object?> FindReader(Type target)
    {
        target = Nullable.GetUnderlyingType(target) ?? target;
        if (target == typeof(string))
            return (context, value) => Expect<PropertyValue.Text>(context, value, target).Value;
        if (target == typeof(bool))
            return (context, value) => Expect<PropertyValue.Bool>(context, value, target).Value;
        if (target == typeof(double))
            return (context, value) => Expect<PropertyValue.Number>(context, value, target).Value;
        if (target == typeof(int))
            return (context, value) => (int)Expect<PropertyValue.Number>(context, value, target).Value;
        if (target == typeof(object))
            return (_, value) => value.ToPlain();
        if (target == typeof(JsonElement))
            return (_, value) => JsonSerializer.SerializeToElement(value.ToPlain());
        if (typeof(AssetOrArchive).IsAssignableFrom(target))
            return (context, value) => Expect<PropertyValue.AssetValue>(context, value, target).ToPlain() as AssetOrArchive;
        if (target.IsEnum)
            return (context, value) => Enum.ToObject(target, (int)Expect<PropertyValue.Number>(context, value, target).Value);
        if (target.IsValueType && target.GetCustomAttribute<EnumTypeAttribute>() is not null)
            return EnumReader(target);
        if (target.IsConstructedGenericType && target.GetGenericTypeDefinition() == typeof(Union<,>))
            return UnionReader(target);
        if (target.IsConstructedGenericType)
            return CollectionReader(target);
        if (FindOutputConstructor(target) is { } constructor)
            return ObjectReader(constructor);
        return (context, _) => throw new UnexpectedValueException($"Unexpected target type {target.FullName} when deserializing {context}");
    }

    private static T Expect<T>(string context, PropertyValue value, Type target)
        where T : PropertyValue
        => value as T ?? throw new UnexpectedValueException(
            $"Expected {target.FullName} but got a {value.GetType().Name} deserializing {context}");

    private static Func<string, PropertyValue, object?> EnumReader(Type target)
    {
        var constructor = target.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
            .Single(candidate => candidate.GetParameters().Length == 1);
        var underlying = constructor.GetParameters()[0].ParameterType;
        return (context, value) => constructor.Invoke([FindReader(underlying)(context, value)]);
    }

    private static Func<string, PropertyValue, object?> UnionReader(Type target)
    {
        var types = target.GenericTypeArguments;
        var fromT0 = target.GetMethod(nameof(Union<int, int>.FromT0))!;
        var fromT1 = target.GetMethod(nameof(Union<int, int>.FromT1))!;
        return (context, value) =>
        {
            try
            {
                return fromT0.Invoke(null, [Readers.GetOrAdd(types[0], FindReader)(context, value)]);
            }
            catch (UnexpectedValueException)
            {
                return fromT1.Invoke(null, [Readers.GetOrAdd(types[1], FindReader)(context, value)]);
            }
        };
    }

    private static Func<string, PropertyValue, object?> CollectionReader(Type target)
    {
        var definition = target.GetGenericTypeDefinition();
        var element = target.GenericTypeArguments[^1];
        var reader = (ICollectionReader)Activator.CreateInstance(typeof(CollectionReaderOf<>).MakeGenericType(element))!;
        if (definition == typeof(ImmutableArray<>))
            return (context, value) => reader.ReadArray(context, Expect<PropertyValue.List>(context, value, target));
        if (definition == typeof(ImmutableDictionary<,>))
            return (context, value) => reader.ReadMap(context, Expect<PropertyValue.Map>(context, value, target), mutable: false);
        if (definition == typeof(Dictionary<,>) || definition == typeof(IDictionary<,>))
            return (context, value) => reader.ReadMap(context, Expect<PropertyValue.Map>(context, value, target), mutable: true);
        throw new InvalidOperationException($"Unexpected generic target type {target.FullName}");
    }

    private static Func<string, PropertyValue, object?> ObjectReader(ConstructorInfo constructor)
    {
        var parameters = constructor.GetParameters().Select(parameter => (Name: NameOf(parameter), Type: parameter.ParameterType)).ToArray();
        return (context, value) =>
        {
            var members = Expect<PropertyValue.Map>(context, value, constructor.DeclaringType!).Members;
            return constructor.Invoke(
            [
                .. parameters.Select(parameter => Read(
                    $"{context}.{parameter.Name}", members.GetValueOrDefault(parameter.Name, PropertyValue.NullValue), parameter.Type)),
            ]);
        };
    }

    private interface ICollectionReader
    {
        object ReadArray(string context, PropertyValue.List list);

        object ReadMap(string context, PropertyValue.Map map, bool mutable);
    }

    private sealed class CollectionReaderOf<T> : ICollectionReader
    {
        public object ReadArray(string context, PropertyValue.List list)
            => list.Items.Select(item => (T)Read(context, item, typeof(T))!).ToImmutableArray();

        public object ReadMap(string context, PropertyValue.Map map, bool mutable)
        {
            var entries = map.Members.Select(member => KeyValuePair.Create(member.Key, (T)Read(context, member.Value, typeof(T))!));
            return mutable ? new Dictionary<string, T>(entries) : entries.ToImmutableDictionary();
        }
    }

    private sealed class UnexpectedValueException(string message) : Exception(message);
}
