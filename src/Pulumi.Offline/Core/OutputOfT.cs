using System.Collections.Immutable;

namespace Pulumi;

/// <summary>
/// A value that is available once the resources it derives from exist, and that remembers them, whether it is known yet,
/// and whether it is a secret.
/// </summary>
public sealed class Output<T> : IOutput
{
    internal Output(Task<OutputData<T>> data)
    {
        DataTask = data;
        Deployment.Track(data);
    }

    internal Output(OutputData<T> data) => DataTask = Task.FromResult(data);

    internal Task<OutputData<T>> DataTask { get; }

    public static Output<T> Create(Task<T> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new Output<T>(Await(value, isSecret: false));
    }

    public Output<TResult> Apply<TResult>(Func<T, TResult> func) => Apply(value => Output.Create(func(value)));

    public Output<TResult> Apply<TResult>(Func<T, Task<TResult>> func) => Apply(value => Output.Create(func(value)));

    public Output<TResult> Apply<TResult>(Func<T, Input<TResult>> func) => Apply(value => func(value).ToOutput());

    public Output<TResult> Apply<TResult>(Func<T, Output<TResult>> func) => new(ApplyAsync(func));

    public Output<ValueTuple> Apply(Func<T, Task> func)
        => Apply(async value =>
        {
            await func(value);
            return default(ValueTuple);
        });

    public override string ToString() => string.Join(
        Environment.NewLine,
        "Calling [ToString] on an [Output<T>] is not supported.",
        "",
        "To get the value of an Output<T> as an Output<string> consider:",
        "1. o.Apply(v => $\"prefix{v}suffix\")",
        "2. Output.Format($\"prefix{hostname}suffix\");",
        "",
        "See https://pulumi.io/help/outputs for more details.",
        "This function may throw in a future version of Pulumi.");

    async ValueTask<OutputData<object?>> IOutput.GetDataAsync() => (await DataTask).Untyped();

    internal static async Task<OutputData<T>> Await(Task<T> value, bool isSecret)
        => new(ImmutableHashSet<Resource>.Empty, await value, isKnown: true, isSecret);

    internal static Output<T> Unknown(T value)
        => new(new OutputData<T>(ImmutableHashSet<Resource>.Empty, value, isKnown: false, isSecret: false));

    /// <summary>The same output with another secretness, or with more resources to depend on.</summary>
    internal Output<T> With(bool? isSecret = null, Resource? dependency = null)
    {
        return new Output<T>(Change());

        async Task<OutputData<T>> Change()
        {
            var data = await DataTask;
            var resources = dependency is null ? data.Resources : data.Resources.Add(dependency);
            return new OutputData<T>(resources, data.Value, data.IsKnown, isSecret ?? data.IsSecret);
        }
    }

    internal async Task<T> GetValueAsync(T whenUnknown)
    {
        var data = await DataTask;
        return data.IsKnown ? data.Value : whenUnknown;
    }

    private async Task<OutputData<TResult>> ApplyAsync<TResult>(Func<T, Output<TResult>?> func)
    {
        var data = await DataTask;
        if (!data.IsKnown && Deployment.Instance.IsDryRun)
            return new OutputData<TResult>(data.Resources, default!, isKnown: false, data.IsSecret);
        if (func(data.Value) is not { } inner)
            return new OutputData<TResult>(data.Resources, default!, data.IsKnown, data.IsSecret);
        var result = await inner.DataTask;
        return new OutputData<TResult>(
            data.Resources.Union(result.Resources),
            result.Value,
            data.IsKnown && result.IsKnown,
            data.IsSecret || result.IsSecret);
    }
}
