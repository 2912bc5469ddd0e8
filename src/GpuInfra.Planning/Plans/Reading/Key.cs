using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace GpuInfra.Planning.Plans.Reading;

/// <summary>A key of a plan: the one place that says its name, meaning, type and default.</summary>
/// <param name="Name">The key.</param>
/// <param name="Description">What it means, in a sentence; editors show it.</param>
/// <param name="IsRequired">True when a plan without it is refused.</param>
internal abstract record Key(string Name, string Description, bool IsRequired)
{
    /// <summary>A key that must be there.</summary>
    public static Key<T> Required<T>(string name, PlanValue<T> value, string description) => new(name, value, description, true, default!);

    /// <summary>A list that must be there; an unreadable one counts as empty while further problems are looked for.</summary>
    public static Key<ImmutableArray<T>> RequiredList<T>(string name, PlanValue<ImmutableArray<T>> value, string description) =>
        new(name, value, description, true, []);

    /// <summary>A key that may be left out.</summary>
    /// <param name="name">The key.</param>
    /// <param name="value">Its type.</param>
    /// <param name="description">What it means.</param>
    /// <param name="fallback">What holds without it.</param>
    public static Key<T> Optional<T>(string name, PlanValue<T> value, string description, T fallback) =>
        new(name, value, description, false, fallback);

    /// <summary>A key that may be left out, without a value then; the description says what that means.</summary>
    public static Key<T?> Optional<T>(string name, PlanValue<T> value, string description)
        where T : class => new(name, value!, description, false, null);

    /// <inheritdoc cref="Optional{T}(string, PlanValue{T}, string)"/>
    public static Key<T?> OptionalNumber<T>(string name, PlanValue<T> value, string description)
        where T : struct => new(name, new NullableValue<T>(value), description, false, null);

    /// <summary>Reads the key's value; see <see cref="PlanValue{T}.TryRead"/>.</summary>
    public abstract bool TryRead(Cursor at, out object? value);

    /// <summary>The key's JSON schema: its type's, with description and default.</summary>
    public abstract JsonObject Schema();
}

/// <summary>A key whose value has a type.</summary>
internal sealed record Key<T>(string Name, PlanValue<T> Value, string Description, bool IsRequired, T Fallback)
    : Key(Name, Description, IsRequired)
{
    public override bool TryRead(Cursor at, out object? value)
    {
        var read = Value.TryRead(at, out var typed);
        value = typed;
        return read;
    }

    public override JsonObject Schema()
    {
        var note = (IsRequired, IsRequired || Fallback is null ? null : Value.Show(Fallback)) switch
        {
            (true, _) => " Required.",
            (_, { } shown) => $" Default: {shown}.",
            _ => "",
        };
        var schema = new JsonObject { ["description"] = Description + note };
        foreach (var (name, node) in Value.Schema())
        {
            schema[name] = node?.DeepClone();
        }

        return schema;
    }
}

/// <summary>A value type whose absence is told by null.</summary>
internal sealed class NullableValue<T>(PlanValue<T> value) : PlanValue<T?>
    where T : struct
{
    public override bool TryRead(Cursor at, out T? read)
    {
        var sound = value.TryRead(at, out var inner);
        read = sound ? inner : null;
        return sound;
    }

    public override JsonObject Schema() => value.Schema();
}
