using System.Collections;
using System.Collections.Immutable;

namespace Pulumi;

/// <summary>A map from strings whose values are inputs, and which is an input itself.</summary>
public sealed class InputMap<TValue>
    : Input<ImmutableDictionary<string, TValue>>, IEnumerable, IAsyncEnumerable<Input<KeyValuePair<string, TValue>>>
{
    private Output<ImmutableDictionary<string, Input<TValue>>> _entries;

    public InputMap()
        : this(Pulumi.Output.Create(ImmutableDictionary<string, Input<TValue>>.Empty))
    {
    }

    private InputMap(Output<ImmutableDictionary<string, Input<TValue>>> entries) => _entries = entries;

    private protected override Output<ImmutableDictionary<string, TValue>> Output => _entries.Apply(Flatten);

    private protected override object? ElementsToSerialize => _entries;

    public Input<TValue> this[string key]
    {
        set => Add(key, value);
    }

    public static implicit operator InputMap<TValue>(Dictionary<string, TValue> values) => Pulumi.Output.Create(values);

    public static implicit operator InputMap<TValue>(ImmutableDictionary<string, TValue> values) => Pulumi.Output.Create(values);

    public static implicit operator InputMap<TValue>(Output<Dictionary<string, TValue>> values) => OfOutput(values);

    public static implicit operator InputMap<TValue>(Output<IDictionary<string, TValue>> values) => OfOutput(values);

    public static implicit operator InputMap<TValue>(Output<ImmutableDictionary<string, TValue>> values) => OfOutput(values);

    /// <summary>Both maps' entries; the second's where both have a key.</summary>
    public static InputMap<TValue> Merge(InputMap<TValue> first, InputMap<TValue> second)
        => new(Pulumi.Output.Tuple(first._entries, second._entries).Apply(both => both.Item1.SetItems(both.Item2)));

    public void Add(string key, Input<TValue> value)
    {
        _entries = _entries.Apply(entries => entries.TryGetValue(key, out var existing)
            ? entries.SetItem(key, SameOrError(key, existing, value))
            : entries.Add(key, value));
    }

    public void Add(InputMap<TValue> values) => AddRange(values);

    public void AddRange(InputMap<TValue> values)
        => _entries = Pulumi.Output.Tuple(_entries, values._entries).Apply(both => both.Item1.AddRange(both.Item2));

    IEnumerator IEnumerable.GetEnumerator() => throw new NotSupportedException(
        $"A {GetType().FullName} cannot be synchronously enumerated. Use {nameof(GetAsyncEnumerator)} instead.");

    public async IAsyncEnumerator<Input<KeyValuePair<string, TValue>>> GetAsyncEnumerator(CancellationToken cancellationToken)
    {
        foreach (var entry in await Output.GetValueAsync(whenUnknown: ImmutableDictionary<string, TValue>.Empty))
            yield return entry;
    }

    private static Output<TValue> SameOrError(string key, Input<TValue> existing, Input<TValue> added)
        => Pulumi.Output.Tuple(existing, added).Apply(both => EqualityComparer<TValue>.Default.Equals(both.Item1, both.Item2)
            ? both.Item1
            : throw new ArgumentException($"Key '{key}' already exists in the map with a different value."));

    private static Output<ImmutableDictionary<string, TValue>> Flatten(ImmutableDictionary<string, Input<TValue>> entries)
        => Pulumi.Output.All(entries.Select(entry => entry.Value.Apply(value => KeyValuePair.Create(entry.Key, value))))
            .Apply(pairs => ImmutableDictionary.CreateRange(pairs));

    private static InputMap<TValue> OfOutput<TMap>(Output<TMap> values)
        where TMap : IEnumerable<KeyValuePair<string, TValue>>
        => new(values.Apply(map => map.ToImmutableDictionary(entry => entry.Key, entry => (Input<TValue>)entry.Value)));
}
