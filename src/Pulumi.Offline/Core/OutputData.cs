using System.Collections.Immutable;

namespace Pulumi;

/// <summary>What an <see cref="Output{T}"/> settles to: a value and what is known about it.</summary>
internal readonly struct OutputData<T>(ImmutableHashSet<Resource> resources, T value, bool isKnown, bool isSecret)
{
    /// <summary>The resources the value derives from.</summary>
    public ImmutableHashSet<Resource> Resources { get; } = resources;

    /// <summary>The value; the type's default when it is not known.</summary>
    public T Value { get; } = value;

    public bool IsKnown { get; } = isKnown;

    public bool IsSecret { get; } = isSecret;

    public static OutputData<T> Known(T value) => new(ImmutableHashSet<Resource>.Empty, value, isKnown: true, isSecret: false);

    public OutputData<object?> Untyped() => new(Resources, Value, IsKnown, IsSecret);
}

/// <summary>Outputs of any type, for code that walks values.</summary>
internal interface IOutput
{
    ValueTask<OutputData<object?>> GetDataAsync();
}
