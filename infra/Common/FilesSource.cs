using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Infra.Common;

/// <summary>What machines do that share file systems: a file that their start script reads, since user data has no room for it.</summary>
internal static class FilesSource
{
    /// <summary>What the file's path in the bucket begins with.</summary>
    private const string Root = "files";

    /// <summary>Where everything is mounted, each file system in a folder that is called as its use.</summary>
    private const string Folder = "/mnt/gpuinfra";

    /// <summary>Where the start script begins to do things.</summary>
    private const string Begin = "\nmount_cache\n";

    private const string Model = "\nMODEL_DIR=${CACHE}/${WEIGHTS}\n";
    private const string Fetch = "\nretry 60 fetch_weights\n";

    private static readonly Lazy<ImmutableArray<MachineFile>> All = new(() => [new(Root, "files.sh", EmbeddedText.Read("files.sh"))]);

    /// <summary>Its file.</summary>
    public static ImmutableArray<MachineFile> Files => All.Value;

    /// <summary>The folder of a use.</summary>
    public static string FolderOf(FilesUse use) => $"{Folder}/{use.Name()}";

    /// <summary>The start script that mounts them first; it needs <see cref="MachineFile.Fetcher"/>.</summary>
    /// <param name="script">The script.</param>
    /// <param name="files">What its machines share.</param>
    public static string Into(string script, ImmutableArray<SharedFileSystem> files)
    {
        if (files.IsEmpty)
        {
            return script;
        }

        script = Replaced(script, Begin, Start + Begin);
        return files.Any(file => file.Use == FilesUse.Weights)
            ? Replaced(Replaced(script, Model, $"\nMODEL_DIR={FolderOf(FilesUse.Weights)}/${{WEIGHTS}}\n"), Fetch, "\nretry 60 fetch_shared\n")
            : script;
    }

    /// <summary>The part that fetches weights for all, which clusters run too.</summary>
    internal static string FetchesShared => Files[0].Content[Files[0].Content.IndexOf("fetch_shared()", StringComparison.Ordinal)..];

    private static string Start => $$"""

        FILES_DIR=/usr/local/lib/gpuinfra-files
        retry 10 fetch_files "${FILES_DIR}" {{string.Join(' ', Files.Select(file => file.Key))}}
        . "${FILES_DIR}/files.sh"
        mount_files
        """;

    private static string Replaced(string script, string line, string by) => script.Contains(line, StringComparison.Ordinal)
        ? script.Replace(line, by, StringComparison.Ordinal)
        : throw new InvalidOperationException($"The start script has no line '{line.Trim()}'.");
}
