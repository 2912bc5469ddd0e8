using System.Collections.Immutable;

namespace Pulumi;

/// <summary>A resource that groups others.</summary>
public class ComponentResource : Resource
{
    public ComponentResource(string type, string name, ComponentResourceOptions? options = null)
        : this(type, name, ResourceArgs.Empty, options)
    {
    }

    public ComponentResource(
        string type, string name, ResourceArgs? args, ComponentResourceOptions? options = null, bool remote = false)
        : base(type, name, custom: false, args ?? ResourceArgs.Empty, options ?? new ComponentResourceOptions(), remote)
        => IsRemote = remote;

    /// <summary>Whether a provider, not this program, makes the children.</summary>
    internal bool IsRemote { get; }

    protected void RegisterOutputs() => RegisterOutputs(ImmutableDictionary<string, object?>.Empty);

    protected void RegisterOutputs(IDictionary<string, object?> outputs)
        => RegisterOutputs(outputs is null ? throw new ArgumentNullException(nameof(outputs)) : Output.Create(outputs));

    protected void RegisterOutputs(Task<IDictionary<string, object?>> outputs)
        => RegisterOutputs(outputs is null ? throw new ArgumentNullException(nameof(outputs)) : Output.Create(outputs));

    protected void RegisterOutputs(Output<IDictionary<string, object?>> outputs)
        => Deployment.Internal.RegisterOutputs(this, outputs ?? throw new ArgumentNullException(nameof(outputs)));
}
