using System.Collections;
using System.Collections.Immutable;

namespace Pulumi;

/// <summary>A list whose elements are inputs, and which is an input itself.</summary>
public sealed class InputList<T> : Input<ImmutableArray<T>>, IEnumerable, IAsyncEnumerable<Input<T>>
{
    private Output<ImmutableArray<Input<T>>> _elements;

    public InputList()
        : this(Pulumi.Output.Create(ImmutableArray<Input<T>>.Empty))
    {
    }

    private InputList(Output<ImmutableArray<Input<T>>> elements) => _elements = elements;

    private protected override Output<ImmutableArray<T>> Output => _elements.Apply(elements => Pulumi.Output.All(elements));

    private protected override object? ElementsToSerialize => _elements;

    public static implicit operator InputList<T>(T value) => Of([value]);

    public static implicit operator InputList<T>(Output<T> value) => Of([value]);

    public static implicit operator InputList<T>(Input<T> value) => Of([value]);

    public static implicit operator InputList<T>(T[] values) => Of(values.Select(value => (Input<T>)value));

    public static implicit operator InputList<T>(Output<T>[] values) => Of(values.Select(value => (Input<T>)value));

    public static implicit operator InputList<T>(Input<T>[] values) => Of(values);

    public static implicit operator InputList<T>(List<T> values) => Of(values.Select(value => (Input<T>)value));

    public static implicit operator InputList<T>(List<Output<T>> values) => Of(values.Select(value => (Input<T>)value));

    public static implicit operator InputList<T>(List<Input<T>> values) => Of(values);

    public static implicit operator InputList<T>(ImmutableArray<T> values) => Of(values.Select(value => (Input<T>)value));

    public static implicit operator InputList<T>(ImmutableArray<Output<T>> values) => Of(values.Select(value => (Input<T>)value));

    public static implicit operator InputList<T>(ImmutableArray<Input<T>> values) => Of(values);

    public static implicit operator InputList<T>(Output<T[]> values) => OfOutput(values);

    public static implicit operator InputList<T>(Output<List<T>> values) => OfOutput(values);

    public static implicit operator InputList<T>(Output<IEnumerable<T>> values) => OfOutput(values);

    public static implicit operator InputList<T>(Output<ImmutableArray<T>> values) => OfOutput(values);

    public void Add(params Input<T>[] inputs) => AddRange(inputs);

    public void Add(InputList<T> inputs) => AddRange(inputs);

    public void AddRange(InputList<T> inputs) => _elements = Concat(inputs)._elements;

    public InputList<T> Concat(InputList<T> other)
        => new(Pulumi.Output.Tuple(_elements, other._elements).Apply(both => both.Item1.AddRange(both.Item2)));

    IEnumerator IEnumerable.GetEnumerator() => throw new NotSupportedException(
        $"A {GetType().FullName} cannot be synchronously enumerated. Use {nameof(GetAsyncEnumerator)} instead.");

    public async IAsyncEnumerator<Input<T>> GetAsyncEnumerator(CancellationToken cancellationToken)
    {
        foreach (var value in await Output.GetValueAsync(whenUnknown: []))
            yield return value;
    }

    internal InputList<T> Clone() => new(_elements);

    private static InputList<T> Of(IEnumerable<Input<T>> elements) => new(Pulumi.Output.Create(elements.ToImmutableArray()));

    private static InputList<T> OfOutput<TList>(Output<TList> values)
        where TList : IEnumerable<T>
        => new(values.Apply(list => list.Select(value => (Input<T>)value).ToImmutableArray()));
}
