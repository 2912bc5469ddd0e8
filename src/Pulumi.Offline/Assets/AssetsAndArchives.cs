using System.Collections.Immutable;

namespace Pulumi;

public abstract class AssetOrArchive
{
    private protected AssetOrArchive(string kind, object content)
    {
        Kind = kind;
        Content = content;
    }

    /// <summary><c>string</c>, <c>file</c>, <c>remote</c> or <c>assets</c>.</summary>
    internal string Kind { get; }

    /// <summary>A text, a path, an address, or the members of an archive.</summary>
    internal object Content { get; }
}

public abstract class Asset : AssetOrArchive
{
    private protected Asset(string kind, string content)
        : base(kind, content)
    {
    }
}

public sealed class StringAsset(string text) : Asset("string", text);

public sealed class FileAsset(string path) : Asset("file", path);

public sealed class RemoteAsset(string uri) : Asset("remote", uri);

public abstract class Archive : AssetOrArchive
{
    private protected Archive(string kind, object content)
        : base(kind, content)
    {
    }
}

public sealed class FileArchive(string path) : Archive("file", path);

public sealed class RemoteArchive(string uri) : Archive("remote", uri);

public sealed class AssetArchive(IDictionary<string, AssetOrArchive> assets)
    : Archive("assets", assets.ToImmutableSortedDictionary(StringComparer.Ordinal));
