namespace GpuInfra.Cli.Output;

/// <summary>A file that is written beside its name and takes it only when it is whole; left undone, it leaves nothing behind.</summary>
internal sealed class StagedFile : IDisposable
{
    private readonly string _path;
    private readonly string? _temporary;

    private StagedFile(string path)
    {
        _temporary = IsDevice(path) ? null : $"{path}.{Environment.ProcessId}.tmp";
        _path = path;
        Stream = File.Create(_temporary ?? path);
    }

    /// <summary>Takes what is written.</summary>
    public Stream Stream { get; }

    /// <summary>A device is written to as it is: renaming a file to <c>/dev/null</c> would replace it.</summary>
    public static bool IsDevice(string path) => path.StartsWith("/dev/", StringComparison.Ordinal);

    /// <summary>Begins a file.</summary>
    /// <exception cref="Planning.Plans.PlanException">It cannot be written there.</exception>
    public static StagedFile Begin(string path)
    {
        if (Directory.Exists(path))
        {
            throw UserError.Because(path, "is a directory; name a file.");
        }

        try
        {
            return new StagedFile(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw UserError.Because(path, $"cannot be written: {exception.Message}");
        }
    }

    /// <summary>Gives the file its name. Nothing is written after that.</summary>
    public void Finish()
    {
        Stream.Dispose();
        if (_temporary is not null)
        {
            File.Move(_temporary, _path, overwrite: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stream.Dispose();
        if (_temporary is not null)
        {
            File.Delete(_temporary);
        }
    }
}
