namespace Pulumi;

/// <summary>A name that a resource had before.</summary>
public sealed class Alias
{
    public string? Urn { get; set; }

    public Input<string>? Name { get; set; }

    public Input<string>? Type { get; set; }

    public Input<string>? Stack { get; set; }

    public Input<string>? Project { get; set; }

    public Resource? Parent { get; set; }

    public Input<string>? ParentUrn { get; set; }

    public bool NoParent { get; set; }

    /// <summary>The URN this alias stands for, for a resource of the given name, type and parent.</summary>
    internal Output<string> ToUrn(string defaultName, string defaultType, Resource? defaultParent)
    {
        if (Urn is not null)
        {
            RefuseBeside(Name, nameof(Name));
            RefuseBeside(Type, nameof(Type));
            RefuseBeside(Project, nameof(Project));
            RefuseBeside(Stack, nameof(Stack));
            RefuseBeside(Parent, nameof(Parent));
            RefuseBeside(ParentUrn, nameof(ParentUrn));
            RefuseBeside(NoParent ? this : null, nameof(NoParent));
            return Output.Create(Urn);
        }

        if ((Parent is null ? 0 : 1) + (ParentUrn is null ? 0 : 1) + (NoParent ? 1 : 0) > 1)
        {
            throw new ArgumentException(
                $"Only specify one of '{nameof(Parent)}', '{nameof(ParentUrn)}' or '{nameof(NoParent)}' in an {nameof(Alias)}");
        }

        var parent = Parent ?? (ParentUrn is null && !NoParent ? defaultParent : null);
        return Pulumi.Urn.Create(Name ?? defaultName, Type ?? defaultType, parent, ParentUrn, Project, Stack);
    }

    private static void RefuseBeside(object? value, string name)
    {
        if (value is not null)
            throw new ArgumentException($"{nameof(Alias)} should not specify both {nameof(Urn)} and {name}");
    }
}
