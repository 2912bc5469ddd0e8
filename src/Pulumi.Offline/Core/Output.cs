using System.Collections.Immutable;

namespace Pulumi;

/// <summary>Making and combining <see cref="Output{T}"/> values.</summary>
public static partial class Output
{
    public static Output<T> Create<T>(T value) => new(OutputData<T>.Known(value));

    public static Output<T> Create<T>(Task<T> value) => Output<T>.Create(value);

    public static Output<T> CreateSecret<T>(T value)
        => new(new OutputData<T>(ImmutableHashSet<Resource>.Empty, value, isKnown: true, isSecret: true));

    public static Output<T> CreateSecret<T>(Task<T> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new Output<T>(Output<T>.Await(value, isSecret: true));
    }

    public static Output<T> CreateSecret<T>(Output<T> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.With(isSecret: true);
    }

    public static Output<T> Unsecret<T>(Output<T> output) => output.With(isSecret: false);

    public static async Task<bool> IsSecretAsync<T>(Output<T> output) => (await output.DataTask).IsSecret;

    public static Output<ImmutableArray<T>> All<T>(params Input<T>[] inputs) => All(inputs.AsEnumerable());

    public static Output<ImmutableArray<T>> All<T>(IEnumerable<Input<T>> inputs)
        => All(inputs.Select(input => (Output<T>)input));

    public static Output<ImmutableArray<T>> All<T>(params Output<T>[] outputs) => All(outputs.AsEnumerable());

    public static Output<ImmutableArray<T>> All<T>(IEnumerable<Output<T>> outputs)
    {
        return new Output<ImmutableArray<T>>(Collect([.. outputs]));

        static async Task<OutputData<ImmutableArray<T>>> Collect(ImmutableArray<Output<T>> outputs)
        {
            var combination = new OutputCombination();
            var values = ImmutableArray.CreateBuilder<T>(outputs.Length);
            foreach (var output in outputs)
                values.Add(combination.Take(await output.DataTask));
            return combination.Of(values.MoveToImmutable());
        }
    }

    public static Output<string> Format(FormattableString formattableString)
    {
        var arguments = formattableString.GetArguments().Select(ToObjectOutput);
        return All(arguments).Apply(values => string.Format(formattableString.Format, [.. values]));
    }

    private static Output<object?> ToObjectOutput(object? value)
    {
        var output = (value as IInput)?.ToOutput() ?? value as IOutput;
        return output is null ? Create(value) : new Output<object?>(output.GetDataAsync().AsTask());
    }
}

/// <summary>What is known about a value made of several: the resources of all, known if all are, secret if any is.</summary>
internal sealed class OutputCombination
{
    private readonly ImmutableHashSet<Resource>.Builder _resources = ImmutableHashSet.CreateBuilder<Resource>();
    private bool _isKnown = true;
    private bool _isSecret;

    public T Take<T>(OutputData<T> data)
    {
        _resources.UnionWith(data.Resources);
        _isKnown &= data.IsKnown;
        _isSecret |= data.IsSecret;
        return data.Value;
    }

    public OutputData<T> Of<T>(T value) => new(_resources.ToImmutable(), value, _isKnown, _isSecret);
}
