using System.Collections.Immutable;
using Pulumi.Serialization;

namespace Pulumi;

/// <summary>Something a program declares and the engine keeps.</summary>
public class Resource
{
    private readonly string _type;
    private readonly string _name;
    private readonly bool _protect;
    private readonly ImmutableArray<ResourceTransformation> _transformations;

    /// <summary>The providers of this resource's children, by package.</summary>
    private readonly ImmutableDictionary<string, ProviderResource> _providers = ImmutableDictionary<string, ProviderResource>.Empty;

    private readonly HashSet<Resource> _children = [];

    private protected Resource(string type, string name, bool custom, ResourceArgs args, ResourceOptions options, bool remote = false)
    {
        if (string.IsNullOrEmpty(type))
            throw new ArgumentException("'type' cannot be null or empty.", nameof(type));
        if (string.IsNullOrEmpty(name))
            throw new ArgumentException("'name' cannot be null or empty.", nameof(name));
        _type = type;
        _name = name;
        Slots = OutputSlots.FillIn(this);

        var parent = type == Stack.RootType ? null : options.Parent ?? Deployment.Internal.Stack;
        _transformations = [.. options.ResourceTransformations, .. parent?._transformations ?? []];
        (args, options) = Transform(args, options);
        options = options.Clone();
        if (options is ComponentResourceOptions { Provider: not null, Providers.Count: > 0 })
        {
            throw new ResourceException(
                "Do not supply both 'provider' and 'providers' options to a ComponentResource.", options.Parent);
        }

        if (options.Parent is { } given)
        {
            lock (given._children)
                given._children.Add(this);
            options.Protect ??= given._protect;
            _providers = given._providers;
        }

        if (custom)
        {
            if (options.Provider is { } provider)
                _providers = PackageOf(type) is { } package ? _providers.SetItem(package, provider) : _providers;
            else
                options.Provider = options.Parent?.GetProvider(type);
        }
        else
        {
            var providers = options.Provider is { } single ? [single] : ((ComponentResourceOptions)options).Providers;
            _providers = _providers.SetItems(providers.Select(provider => KeyValuePair.Create(provider.Package, provider)));
        }

        _protect = options.Protect == true;
        AliasUrns = AllAliases([.. options.Aliases], options.Parent);
        Deployment.Internal.ReadOrRegister(this, remote, args, options);
    }

    /// <summary>The resource's name in the deployment.</summary>
    [Output("urn")]
    public Output<string> Urn { get; private protected set; } = null!;

    /// <summary>The outputs that the engine's answer fills in, by name.</summary>
    internal ImmutableSortedDictionary<string, IOutputSlot> Slots { get; }

    internal ImmutableArray<Output<string>> AliasUrns { get; }

    public string GetResourceType() => _type;

    public string GetResourceName() => _name;

    internal ProviderResource? GetProvider(string typeOrToken)
        => PackageOf(typeOrToken) is { } package ? _providers.GetValueOrDefault(package) : null;

    internal ImmutableArray<Resource> GetChildren()
    {
        lock (_children)
            return [.. _children];
    }

    private static string? PackageOf(string typeOrToken) => typeOrToken.Split(':') is [var package, _, _] ? package : null;

    private (ResourceArgs Args, ResourceOptions Options) Transform(ResourceArgs args, ResourceOptions options)
    {
        var parent = options.Parent;
        foreach (var transformation in _transformations)
        {
            if (transformation(new ResourceTransformationArgs(this, args, options)) is not { } result)
                continue;
            if (result.Options.Parent != parent)
                throw new ArgumentException("Transformations cannot currently be used to change the 'parent' of a resource.");
            (args, options) = (result.Args, result.Options);
        }

        return (args, options);
    }

    /// <summary>The resource's own aliases, and for each alias of its parent the name it would have had under that.</summary>
    private ImmutableArray<Output<string>> AllAliases(ImmutableArray<Input<Alias>> own, Resource? parent)
    {
        var ownUrns = own.Select(input => input.Apply(alias => alias.ToUrn(_name, _type, parent))).ToImmutableArray();
        if (parent is null)
            return ownUrns;
        var inherited = parent.AliasUrns.SelectMany(parentAlias => ownUrns
            .Select(urn => urn.Apply(text =>
                Pulumi.Urn.InheritedAlias(Pulumi.Urn.NameOf(text), Pulumi.Urn.TypeOf(text), parent._name, parentAlias)))
            .Prepend(Pulumi.Urn.InheritedAlias(_name, _type, parent._name, parentAlias)));
        return [.. ownUrns, .. inherited];
    }
}
