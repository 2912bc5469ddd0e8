using System.Collections.Immutable;

namespace Pulumi;

/// <summary>A bag of <see cref="InputAttribute"/> members.</summary>
public abstract class InputArgs
{
    protected InputArgs()
    {
    }

    /// <summary>The bag's members and values under the names they are sent by.</summary>
    internal virtual IEnumerable<(string Name, object? Value, bool Json)> GetMembers() => Serialization.InputMembers.Of(this);
}

public abstract class ResourceArgs : InputArgs
{
    public static readonly ResourceArgs Empty = new NoArgs();

    protected ResourceArgs()
    {
    }

    private sealed class NoArgs : ResourceArgs;
}

public abstract class InvokeArgs : InputArgs
{
    public static readonly InvokeArgs Empty = new NoArgs();

    protected InvokeArgs()
    {
    }

    private sealed class NoArgs : InvokeArgs;
}

public sealed class DictionaryResourceArgs(ImmutableDictionary<string, object?> dictionary) : ResourceArgs
{
    internal override IEnumerable<(string Name, object? Value, bool Json)> GetMembers()
        => dictionary.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (entry.Key, entry.Value, false));
}

public sealed class DictionaryInvokeArgs(ImmutableDictionary<string, object?> dictionary) : InvokeArgs
{
    internal override IEnumerable<(string Name, object? Value, bool Json)> GetMembers()
        => dictionary.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (entry.Key, entry.Value, false));
}
