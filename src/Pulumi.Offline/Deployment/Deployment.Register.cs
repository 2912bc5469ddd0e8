using System.Collections.Immutable;
using Pulumi.Engine;
using Pulumi.Offline;
using Pulumi.Serialization;

namespace Pulumi;

public sealed partial class Deployment
{
    internal void ReadOrRegister(Resource resource, bool remote, ResourceArgs args, ResourceOptions options)
        => _tasks.Add(CompleteAsync(resource, remote, args, options));

    internal void RegisterOutputs(ComponentResource component, Output<IDictionary<string, object?>> outputs)
    {
        _tasks.Add(RegisterAsync());

        async Task RegisterAsync()
        {
            var urn = await component.Urn.GetValueAsync(whenUnknown: "");
            var values = await outputs.GetValueAsync(whenUnknown: ImmutableDictionary<string, object?>.Empty);
            var args = new DictionaryResourceArgs(values.ToImmutableDictionary());
            var (serialized, _) = await Serializer.SerializeMembersAsync($"outputs of {urn}", args);
            await Engine.RegisterOutputsAsync(urn, serialized);
        }
    }

    private static async Task<ProviderReference?> ReferToAsync(ProviderResource? provider)
    {
        if (provider is null)
            return null;
        var urn = await provider.Urn.GetValueAsync(whenUnknown: "");
        var id = await provider.Id.GetValueAsync(whenUnknown: "");
        return new ProviderReference(urn, id is { Length: > 0 } ? id : null);
    }

    /// <summary>
    /// The URNs of what <paramref name="dependent"/>, if it is a resource, depends on, with a component standing for the custom
    /// resources below it.
    /// </summary>
    private static async Task<ImmutableSortedSet<string>> ExpandAsync(IEnumerable<Resource> resources, Resource? dependent)
    {
        var seen = new HashSet<Resource>();
        Visit(resources);
        if (dependent is not null && seen.Contains(dependent))
        {
            throw new ResourceException(
                $"'{dependent.GetResourceName()}' depends on itself: it is a child of a component it depends on.", dependent, hideStack: true);
        }

        var urns = ImmutableSortedSet.CreateBuilder<string>(StringComparer.Ordinal);
        foreach (var resource in seen.Where(resource => resource is CustomResource or ComponentResource { IsRemote: true }))
        {
            if (await resource.Urn.GetValueAsync(whenUnknown: "") is { Length: > 0 } urn)
                urns.Add(urn);
        }

        return urns.ToImmutable();

        void Visit(IEnumerable<Resource> found)
        {
            foreach (var resource in found)
            {
                if (seen.Add(resource) && resource is ComponentResource)
                    Visit(resource.GetChildren());
            }
        }
    }

    private async Task CompleteAsync(Resource resource, bool remote, ResourceArgs args, ResourceOptions options)
    {
        try
        {
            var request = await PrepareAsync(resource, remote, args, options);

            // The answer never comes before the constructor that asks for it has run.
            await Task.Yield();
            var answer = await Engine.RegisterAsync(resource, request);
            Settle(resource, answer);
        }
        catch (Exception error)
        {
            foreach (var slot in resource.Slots.Values)
                slot.Fail(error);
            throw;
        }
    }

    private void Settle(Resource resource, ResourceAnswer answer)
    {
        foreach (var (name, slot) in resource.Slots)
        {
            var context = $"{resource.GetType().FullName}.{name}";
            if (name == "urn")
                slot.Set(Converter.Convert(context, new PropertyValue.Text(answer.Urn), slot.TargetType));
            else if (name == "id" && resource is CustomResource && answer.Id is { Length: > 0 } id)
                slot.Set(Converter.Convert(context, new PropertyValue.Text(id), slot.TargetType));
            else if (name == "id" && resource is CustomResource)
                slot.SetDefault(isKnown: false);
            else if (answer.State.Members.TryGetValue(name, out var value))
                slot.Set(Converter.Convert(context, value, slot.TargetType));
            else
                slot.SetDefault(isKnown: !Settings.IsDryRun);
        }
    }

    private async Task<ResourceRequest> PrepareAsync(Resource resource, bool remote, ResourceArgs args, ResourceOptions options)
    {
        var type = resource.GetResourceType();
        var name = resource.GetResourceName();
        var isCustom = resource is CustomResource;
        var dependsOn = await options.DependsOn.ToOutput().GetValueAsync(whenUnknown: []);
        var (inputs, inputDependencies) = await Serializer.SerializeMembersAsync($"{type} '{name}'", args);
        var readId = options.Id is null ? "" : await options.Id.ToOutput().GetValueAsync(whenUnknown: "");
        if (readId is { Length: > 0 } && !isCustom)
        {
            throw new ArgumentException(
                $"{nameof(ResourceOptions)}.{nameof(ResourceOptions.Id)} is only valid for a {nameof(CustomResource)}");
        }

        var parent = options.Parent ?? (type == Stack.RootType ? null : Stack);
        var parentUrn = parent is null ? null : await parent.Urn.GetValueAsync(whenUnknown: "");
        var provider = isCustom ? await ReferToAsync(options.Provider) : null;

        var all = await ExpandAsync(dependsOn.Where(dependency => dependency is not null), resource);
        var explicitly = all;
        var byProperty = ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach (var (property, resources) in inputDependencies)
        {
            var urns = await ExpandAsync(resources, resource);
            all = all.Union(urns);
            if (!urns.IsEmpty)
                byProperty[property] = [.. urns];
        }

        return new ResourceRequest
        {
            Type = type,
            Name = name,
            IsCustom = isCustom,
            ParentUrn = parentUrn,
            Provider = provider,
            Inputs = inputs,
            Dependencies = [.. all],
            PropertyDependencies = byProperty.ToImmutable(),
            Options = await RecordedOptions.OfAsync(resource, options, [.. explicitly], remote),
            ReadId = readId is { Length: > 0 } ? readId : null,
        };
    }
}
