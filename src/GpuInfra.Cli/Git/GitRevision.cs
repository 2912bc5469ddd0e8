using System.Formats.Tar;
using System.Text;
using GpuInfra.Offline;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing;

namespace GpuInfra.Cli.Git;

/// <summary>
/// The plans, locks and ledgers of a project as a git revision has them, and its price book and calibration where the repository holds them.
/// Nothing is checked out: the files lie in a folder of their own until this is disposed.
/// </summary>
internal sealed class GitRevision : IDisposable
{
    private const string ProjectFile = "Pulumi.yaml";
    private const string Stacks = "stacks";
    private const string Prices = "src/GpuInfra.Planning/Catalogs/Data";
    private const string Coefficients = "src/GpuInfra.Planning/Sizing/Data/calibration.json";

    private readonly string _name;
    private readonly string _folder = Directory.CreateTempSubdirectory("gpuinfra-revision-").FullName;

    private GitRevision(string name) => _name = name;

    /// <summary>What of the revision this version could not read, so that its own was taken.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Whether git knows a revision of this name in the repository that a directory is in.</summary>
    public static bool Exists(string directory, string name) => Commit(directory, name) is not null;

    /// <summary>Whether a directory is in a repository.</summary>
    public static bool IsRepository(string directory) => GitCommand.Line(directory, "rev-parse", "--is-inside-work-tree") == "true";

    /// <summary>Reads a revision of a project.</summary>
    /// <exception cref="PlanException">The project is in no repository, there is no such revision, or it does not hold the project.</exception>
    public static GitRevision Read(ProjectDirectory project, string name)
    {
        if (!IsRepository(project.Root))
        {
            throw UserError.Because(name, $"cannot be looked up: {project.Root} is in no git repository.");
        }

        var commit = Commit(project.Root, name) ?? throw UserError.Because(name, "is no revision that git knows here; name a branch, tag or commit, and fetch it first.");
        var held = new[] { ProjectFile, Stacks, Prices, Coefficients }
            .Where(path => GitCommand.Line(project.Root, "ls-tree", "--name-only", commit, "--", path) is not null).ToList();
        if (!held.Contains(ProjectFile) || !held.Contains(Stacks))
        {
            throw UserError.Because(name, $"has no {ProjectFile} with {Stacks}/ where this project has them.");
        }

        var revision = new GitRevision(name);
        try
        {
            var archive = GitCommand.Run(project.Root, ["archive", "--format=tar", commit, "--", .. held])
                ?? throw UserError.Because(name, "cannot be read by git archive.");

            // It refuses links that lead out of the folder.
            TarFile.ExtractToDirectory(new MemoryStream(archive), revision._folder, overwriteFiles: true);
            return revision;
        }
        catch (Exception problem)
        {
            revision.Dispose();
            throw problem is IOException or InvalidDataException ? UserError.Because(name, $"cannot be unpacked: {problem.Message}") : problem;
        }
    }

    /// <summary>The plan of a stack, with the prices and coefficients of the revision.</summary>
    /// <exception cref="PlanException">The revision has no such stack.</exception>
    public PlanSource Source(string stack) => Told(() => PlanSource.OfStack(ProjectDirectory.At(_folder)!, stack) with
    {
        Catalog = PriceBook(),
        Calibration = Calibrated(),
    });

    /// <summary>Does something with the revision's files; what is refused is told with the revision's name in place of the folder.</summary>
    /// <exception cref="PlanException">It is refused.</exception>
    public T Told<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (PlanException refusal)
        {
            throw new PlanException(refusal.Problems.Select(problem => problem with { File = Shown(problem.File), Message = Shown(problem.Message) }));
        }
    }

    /// <summary>The same for what takes time.</summary>
    /// <exception cref="PlanException">It is refused.</exception>
    public async Task<T> ToldAsync<T>(Func<Task<T>> action)
    {
        try
        {
            return await action();
        }
        catch (PlanException refusal)
        {
            return Told<T>(() => throw refusal);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string? Commit(string directory, string name) => name.StartsWith('-')
        ? null
        : GitCommand.Line(directory, "rev-parse", "--verify", "--quiet", $"{name}^{{commit}}");

    private Catalog PriceBook()
    {
        var folder = Path.Combine(_folder, Prices);
        if (!Directory.Exists(folder))
        {
            return Catalog.Embedded;
        }

        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(folder, file).Replace('\\', '/'), File.ReadAllBytes, StringComparer.Ordinal);
        var catalog = Catalog.TryRead(files);
        if (catalog is null)
        {
            Notes.Add($"{_name}: its price book is of a form that this version does not read; this version's prices are taken for it");
        }

        return catalog is null || catalog.Hash == Catalog.Embedded.Hash ? Catalog.Embedded : catalog;
    }

    private Calibration Calibrated()
    {
        var file = Path.Combine(_folder, Coefficients);
        if (!File.Exists(file))
        {
            return Calibration.Embedded;
        }

        var calibration = Calibration.TryRead(File.ReadAllBytes(file));
        if (calibration is null)
        {
            Notes.Add($"{_name}: its calibration is of a form that this version does not read; this version's is taken for it");
        }

        return calibration is null || calibration.IsSameAs(Calibration.Embedded) ? Calibration.Embedded : calibration;
    }

    private string Shown(string text) => new StringBuilder(text).Replace($"{_folder}{Path.DirectorySeparatorChar}", $"{_name}:").Replace(_folder, _name)
        .Replace(Path.GetRelativePath(Environment.CurrentDirectory, _folder) + Path.DirectorySeparatorChar, $"{_name}:").ToString();
}
