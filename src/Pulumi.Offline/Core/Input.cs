using System.Collections.Immutable;

namespace Pulumi;

/// <summary>Inputs of any type, for code that walks values.</summary>
internal interface IInput
{
    IOutput ToOutput();

    /// <summary>The value to send: for lists and maps the elements one by one, so that one unknown leaves the others known.</summary>
    object? ToSerialize();
}

/// <summary>A value given to a resource: a plain one or an <see cref="Output{T}"/>.</summary>
public class Input<T> : IInput
{
    private protected Input(Output<T> output) => Output = output ?? throw new ArgumentNullException(nameof(output));

    /// <summary>For collections, which make their output when it is first asked for.</summary>
    private protected Input() => Output = null!;

    private protected virtual Output<T> Output { get; }

    public static implicit operator Input<T>(T value) => Pulumi.Output.Create(value);

    public static implicit operator Input<T>(Output<T> value) => new(value);

    public static implicit operator Output<T>(Input<T> input) => input.Output;

    IOutput IInput.ToOutput() => Output;

    object? IInput.ToSerialize() => ElementsToSerialize;

    private protected virtual object? ElementsToSerialize => Output;
}

public static class InputExtensions
{
    public static Output<TResult> Apply<T, TResult>(this Input<T>? input, Func<T, TResult> func) => input.ToOutput().Apply(func);

    public static Output<TResult> Apply<T, TResult>(this Input<T>? input, Func<T, Task<TResult>> func)
        => input.ToOutput().Apply(func);

    public static Output<TResult> Apply<T, TResult>(this Input<T>? input, Func<T, Input<TResult>> func)
        => input.ToOutput().Apply(func);

    public static Output<TResult> Apply<T, TResult>(this Input<T>? input, Func<T, Output<TResult>> func)
        => input.ToOutput().Apply(func);

    public static Output<T> ToOutput<T>(this Input<T>? input) => input ?? Output.Create<T>(default(T)!);
}

public static class InputListExtensions
{
    public static void Add<T0, T1>(this InputList<Union<T0, T1>> list, Input<T0> value)
        => list.Add(value.Apply(Union<T0, T1>.FromT0));

    public static void Add<T0, T1>(this InputList<Union<T0, T1>> list, Input<T1> value)
        => list.Add(value.Apply(Union<T0, T1>.FromT1));
}

public static class InputMapExtensions
{
    public static void Add<T0, T1>(this InputMap<Union<T0, T1>> map, string key, Input<T0> value)
        => map.Add(key, value.Apply(Union<T0, T1>.FromT0));

    public static void Add<T0, T1>(this InputMap<Union<T0, T1>> map, string key, Input<T1> value)
        => map.Add(key, value.Apply(Union<T0, T1>.FromT1));
}
