using System.Collections.Immutable;
using CsvHelper;
using GpuInfra.Planning;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Cli.Csv;

/// <summary>A CSV file (RFC 4180) whose first line names its columns, read row by row.</summary>
internal sealed class CsvFile : IDisposable
{
    private const int MostProblems = 20;

    private readonly string _path;
    private readonly CsvReader _reader;
    private readonly List<PlanProblem> _problems = [];

    private CsvFile(string path, Stream stream)
    {
        _path = path;
        _reader = CsvReader.Create(stream, CsvReaderOptions.Default with
        {
            Separator = ',',
            TrackLineNumbers = true,
            OnMalformedRecord = record => _problems.Add(ProblemOf(record)),
        });
        Columns = [.. _reader.Headers.Select(name => name.Trim())];
    }

    /// <summary>The columns' names, in the file's order.</summary>
    public ImmutableArray<string> Columns { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">Columns that it must have; it may have others.</param>
    /// <exception cref="PlanException">The file cannot be read, or its first line lacks columns or names one twice.</exception>
    public static CsvFile Open(string path, params string[] columns)
    {
        CsvFile file;
        try
        {
            file = new CsvFile(path, File.OpenRead(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw UserError.Because(path, $"cannot be read: {exception.Message}");
        }

        try
        {
            file.CheckColumns(columns);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>All rows of a file.</summary>
    /// <exception cref="PlanException">As <see cref="Open"/> and <see cref="Rows"/>.</exception>
    public static List<CsvRow> ReadAll(string path, params string[] columns)
    {
        using var file = Open(path, columns);
        return [.. file.Rows()];
    }

    /// <summary>The rows, once, in order; empty lines are skipped.</summary>
    /// <exception cref="PlanException">Rows are malformed: thrown after the last row, with every one of them.</exception>
    public IEnumerable<CsvRow> Rows()
    {
        var index = Columns.Select((name, position) => (name, position)).ToImmutableDictionary(pair => pair.name, pair => pair.position);
        while (_reader.Read())
        {
            var line = (int)_reader.LineNumber;
            if (_reader.FieldCount == Columns.Length)
            {
                yield return new CsvRow(_path, line, index, [.. Enumerable.Range(0, Columns.Length).Select(_reader.GetString)]);
            }
            else
            {
                _problems.Add(new PlanProblem(_path, line, 0, "", $"has {_reader.FieldCount} fields, the first line has {Columns.Length}"));
            }
        }

        if (_problems.Count > 0)
        {
            var more = _problems.Count - MostProblems;
            throw new PlanException(more <= 0 ? _problems : _problems.Take(MostProblems).Append(
                new PlanProblem(_path, 0, 0, "", $"and {more} more malformed rows")));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private void CheckColumns(string[] required)
    {
        if (Columns is [] or [""])
        {
            throw UserError.Because(_path, "is empty; a line of column names is expected.");
        }

        if (required.Except(Columns).ToList() is { Count: > 0 } missing)
        {
            throw UserError.Because(
                _path,
                $"has no column {string.Join(", ", missing.Select(name => name + Suggestion.DidYouMean(name, Columns)))}; it has {string.Join(", ", Columns)}.");
        }

        if (Columns.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw UserError.Because(_path, $"has two columns {twice.Key}.");
        }
    }

    private PlanProblem ProblemOf(CsvMalformedRecord record) => new(_path, (int)record.LineNumber, 0, "", record.Reason switch
    {
        CsvMalformedReason.UnterminatedQuote => "has a quote that is not closed",
        CsvMalformedReason.StrayQuote => "has a quote inside a field without quotes; put quotes around the field and double that quote",
        _ => "has text after a closing quote; a quote inside a field is doubled",
    });
}
