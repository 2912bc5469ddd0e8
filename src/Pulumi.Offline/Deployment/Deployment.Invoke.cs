using System.Collections.Immutable;
using Pulumi.Offline;
using Pulumi.Serialization;

namespace Pulumi;

public sealed partial class Deployment
{
    internal async Task<OutputData<T>> InvokeAsync<T>(string token, InvokeArgs args, InvokeOptions? options)
    {
        var (values, dependencies) = await Serializer.SerializeMembersAsync($"invoke {token}", args ?? InvokeArgs.Empty);
        var resources = dependencies.Values.SelectMany(found => found).ToImmutableHashSet();
        if (values.UnknownPaths("").Any())
            return new OutputData<T>(resources, default!, isKnown: false, isSecret: false);

        if (options is InvokeOutputOptions { DependsOn: var dependsOn })
        {
            var explicitly = await dependsOn.ToOutput().GetValueAsync(whenUnknown: []);
            await ExpandAsync(explicitly, dependent: null);
            resources = resources.Union(explicitly);
        }

        var provider = await ReferToAsync(options?.Provider ?? options?.Parent?.GetProvider(token));
        var result = Converter.Convert<T>($"{token} result", await Engine.InvokeAsync(token, values, provider));
        return new OutputData<T>(resources, result.Value, result.IsKnown, result.IsSecret);
    }
}
