using System.Text;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Cli.Output;

/// <summary>
/// What a command hands over, kept until all of it is there: then the files are written, each to a temporary file beside it and
/// renamed, and only then standard output. A command that fails leaves nothing behind.
/// </summary>
internal sealed class Results(AppConsole console)
{
    private readonly List<(string Path, Action<Stream> Write)> _files = [];
    private string _standardOutput = "";

    /// <summary>Adds text for the file, or for standard output when there is no file.</summary>
    /// <exception cref="PlanException">The file is already taken by another result.</exception>
    public void Add(string text, FileInfo? file)
    {
        if (file is null)
        {
            _standardOutput += text;
        }
        else
        {
            Add(stream => stream.Write(Encoding.UTF8.GetBytes(text)), file);
        }
    }

    /// <summary>Adds what is written to the file when all is there: for results too large to be kept as text.</summary>
    /// <exception cref="PlanException">The file is already taken by another result.</exception>
    public void Add(Action<Stream> write, FileInfo file)
    {
        if (_files.Any(other => other.Path == file.FullName))
        {
            throw UserError.Because(file.FullName, "is named for two results; name another file for one of them.");
        }

        _files.Add((file.FullName, write));
    }

    /// <summary>Writes everything.</summary>
    /// <exception cref="PlanException">A file cannot be written; then none is.</exception>
    public void Write()
    {
        var staged = new List<StagedFile>();
        try
        {
            foreach (var (path, write) in _files)
            {
                var file = StagedFile.Begin(path);
                staged.Add(file);
                write(file.Stream);
            }

            staged.ForEach(file => file.Finish());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw UserError.Because("output", $"cannot be written: {exception.Message}");
        }
        finally
        {
            staged.ForEach(file => file.Dispose());
        }

        foreach (var (path, _) in _files.Where(file => !StagedFile.IsDevice(file.Path)))
        {
            console.Error.WriteLine($"Wrote {path}");
        }

        console.Out.Write(_standardOutput);
        console.Out.Flush();
    }

    /// <summary>Refuses a file whose directory is missing, before any work is done for it.</summary>
    /// <exception cref="PlanException">The directory is missing.</exception>
    public static void RequireDirectory(FileInfo? file)
    {
        if (file?.Directory is { Exists: false } directory)
        {
            throw UserError.Because(file.FullName, $"cannot be written: the directory {directory.FullName} does not exist.");
        }
    }
}
