using Pulumi.Offline.Generator.Schema;

namespace Pulumi.Offline.Generator.Writing;

/// <summary>
/// Finds the shapes in which each object type is used, so that only classes somebody can reach are written.
/// </summary>
internal sealed class UsedShapes
{
    private readonly Package _package;
    private readonly HashSet<(string Token, Shape Shape)> _used = [];

    public UsedShapes(Package package)
    {
        _package = package;
        foreach (var resource in package.Resources.Concat(package.Provider is { } provider ? [provider] : []))
        {
            Follow(resource.Inputs, Shape.Args);
            Follow(resource.Outputs, Shape.Output);
            if (HasState(package, resource))
            {
                Follow(resource.Inputs, Shape.State);
                Follow(resource.Outputs, Shape.State);
            }
        }

        foreach (var function in package.Functions)
        {
            Follow(function.Inputs ?? [], Shape.InvokePlain);
            Follow(function.Inputs ?? [], Shape.InvokeInput);
            Follow(function.Outputs, Shape.Result);
        }
    }

    /// <summary>Kubernetes resources, components and providers are looked up by id alone.</summary>
    public static bool HasState(Package package, Resource resource) =>
        !package.IsKubernetes && !resource.IsProvider && !resource.IsComponent;

    public bool Contains(string token, Shape shape) => _used.Contains((token, shape));

    private void Follow(IReadOnlyList<Property> properties, Shape shape)
    {
        foreach (var property in properties)
        {
            Follow(property.Type, shape);
        }
    }

    private void Follow(TypeSpec type, Shape shape)
    {
        if (type.Kind == TypeKind.Object && _used.Add((type.Token, shape)))
        {
            Follow(_package.Objects[type.Token].Properties, shape);
        }

        foreach (var part in type.Parts)
        {
            Follow(part, shape);
        }
    }
}
