using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Plans.Reading;

/// <summary>One reading of one plan: the names it may use and the problems found so far.</summary>
internal sealed class PlanReading(Catalog catalog, bool readsFiles = false)
{
    private const int MostShown = 100;

    private readonly List<PlanProblem> _problems = [];
    private readonly List<string> _files = [];

    /// <summary>The GPUs, models, regions and profiles that exist.</summary>
    public Catalog Catalog { get; } = catalog;

    /// <summary>True when the plan comes from a folder, so that it may name files in it.</summary>
    public bool ReadsFiles { get; } = readsFiles;

    /// <summary>Problems found so far.</summary>
    public int ProblemCount => _problems.Count;

    /// <summary>Notes a problem with a piece of the plan.</summary>
    public void Refuse(PlanNode node, string path, string message) => Refuse(new(node.File, node.Line, node.Column, path, message));

    /// <summary>Notes a problem.</summary>
    public void Refuse(PlanProblem problem)
    {
        Open(problem.File);
        _problems.Add(problem);
    }

    /// <summary>Tells what is wrong with a file as a whole at the place that names the file.</summary>
    public void TellAt(Cursor at, string file)
    {
        for (var i = 0; i < _problems.Count; i++)
        {
            if (_problems[i] is { Line: 0 } problem && problem.File == file)
            {
                _problems[i] = at.Location.Problem(at.Path, $"{file}: {problem.Message}");
            }
        }
    }

    /// <summary>Notes that a file is part of the reading; problems are told in the order of files.</summary>
    public void Open(string file)
    {
        if (!_files.Contains(file))
        {
            _files.Add(file);
        }
    }

    /// <summary>Ends the reading when there are problems. They are told in file order; from the hundredth on they are only counted.</summary>
    /// <exception cref="PlanException">There are problems.</exception>
    public void ThrowIfRefused()
    {
        if (_problems.Count == 0)
        {
            return;
        }

        var ordered = _problems
            .OrderBy(problem => _files.IndexOf(problem.File))
            .ThenBy(problem => problem.Line)
            .ThenBy(problem => problem.Column)
            .ToList();
        var more = ordered.Count - MostShown;
        throw new PlanException(more <= 0
            ? ordered
            : ordered.Take(MostShown).Append(ordered[MostShown] with { Path = "", Message = $"and {more} more problems from here on" }));
    }
}
