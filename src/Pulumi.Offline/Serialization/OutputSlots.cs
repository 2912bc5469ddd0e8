using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;

namespace Pulumi.Serialization;

/// <summary>An output property of a resource, waiting for the engine's answer.</summary>
internal interface IOutputSlot
{
    Type TargetType { get; }

    IOutput Output { get; }

    void Set(OutputData<object?> data);

    void Fail(Exception error);

    /// <summary>Settles the slot with its type's default if the answer had nothing for it.</summary>
    void SetDefault(bool isKnown);
}

/// <summary>The <see cref="OutputAttribute"/> properties of resource classes.</summary>
internal static class OutputSlots
{
    private const BindingFlags Instance = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;

    private static readonly ConcurrentDictionary<Type, ImmutableArray<OutputProperty>> Properties = new();

    /// <summary>The output properties of a resource class.</summary>
    public static ImmutableArray<OutputProperty> Of(Type type) => Properties.GetOrAdd(type, Find);

    /// <summary>Gives every output property of a resource that is being constructed an output, and returns the slots behind them.</summary>
    public static ImmutableSortedDictionary<string, IOutputSlot> FillIn(Resource resource)
    {
        var slots = ImmutableSortedDictionary.CreateBuilder<string, IOutputSlot>(StringComparer.Ordinal);
        foreach (var property in Of(resource.GetType()))
        {
            var slot = (IOutputSlot)Activator.CreateInstance(property.SlotType, resource)!;
            property.Setter.Invoke(resource, [slot.Output]);
            slots[property.Name] = slot;
        }

        return slots.ToImmutable();
    }

    private static ImmutableArray<OutputProperty> Find(Type type)
    {
        var nullability = new NullabilityInfoContext();
        return
        [
            .. type.GetProperties(Instance)
                .Select(property => (Property: property, Attribute: property.GetCustomAttribute<OutputAttribute>()))
                .Where(output => output.Attribute is not null)
                .Select(output => Describe(output.Property, output.Attribute!, nullability)),
        ];
    }

    private static OutputProperty Describe(PropertyInfo property, OutputAttribute attribute, NullabilityInfoContext nullability)
    {
        var fullName = $"[Output] {property.DeclaringType!.FullName}.{property.Name}";
        if (!property.PropertyType.IsConstructedGenericType || property.PropertyType.GetGenericTypeDefinition() != typeof(Output<>))
            throw new InvalidOperationException($"{fullName} was not an Output<T>");
        var setter = property.DeclaringType.GetProperty(property.Name, Instance)!.GetSetMethod(nonPublic: true)
                     ?? throw new InvalidOperationException($"{fullName} did not have a 'set' method");
        var target = property.PropertyType.GenericTypeArguments[0];
        var isOptional = Nullable.GetUnderlyingType(target) is not null
                         || nullability.Create(property).GenericTypeArguments[0].ReadState == NullabilityState.Nullable;
        return new OutputProperty(
            attribute.Name ?? property.Name, target, isOptional, setter, typeof(OutputSlot<>).MakeGenericType(target));
    }

    private sealed class OutputSlot<T>(Resource resource) : IOutputSlot
    {
        private readonly TaskCompletionSource<OutputData<T>> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Type TargetType => typeof(T);

        public IOutput Output => field ??= new Output<T>(_source.Task);

        public void Set(OutputData<object?> data) => _source.TrySetResult(
            new OutputData<T>(data.Resources.Add(resource), data.Value is null ? default! : (T)data.Value, data.IsKnown, data.IsSecret));

        public void Fail(Exception error) => _source.TrySetException(error);

        public void SetDefault(bool isKnown)
            => _source.TrySetResult(new OutputData<T>([resource], default!, isKnown, isSecret: false));
    }
}

/// <summary>An output property of a resource class.</summary>
internal sealed record OutputProperty(string Name, Type TargetType, bool IsOptional, MethodInfo Setter, Type SlotType);
