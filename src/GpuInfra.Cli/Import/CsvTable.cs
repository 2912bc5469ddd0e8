using System.Text;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Cli.Import;

/// <summary>Reads a CSV file (RFC 4180) whose first line names its columns.</summary>
internal static class CsvTable
{
    /// <summary>The file's rows.</summary>
    /// <exception cref="PlanException">The file is missing, is no CSV, or lacks one of <paramref name="columns"/>.</exception>
    public static List<CsvRow> Read(string path, params string[] columns)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw UserError.Because(path, $"cannot be read: {exception.Message}");
        }

        var records = Records(path, text).ToList();
        var header = records.Count > 0 ? records[0].Fields : throw UserError.Because(path, "is empty; a line of column names is expected.");
        if (columns.Except(header).ToList() is { Count: > 0 } missing)
        {
            throw UserError.Because(path, $"has no column {string.Join(", ", missing)}; it has {string.Join(", ", header)}.");
        }

        return [.. records.Skip(1).Select(record => record.Fields.Count == header.Count
            ? new CsvRow(path, record.Line, header.Zip(record.Fields).ToDictionary(pair => pair.First, pair => pair.Second))
            : throw Problem(path, record.Line, $"has {record.Fields.Count} fields, the first line has {header.Count}"))];
    }

    /// <summary>Fields may stand in quotes, where commas and line ends are text and a doubled quote is a quote. Empty lines are skipped.</summary>
    private static IEnumerable<(int Line, List<string> Fields)> Records(string path, string text)
    {
        var (line, start, quoted) = (1, 1, false);
        var fields = new List<string>();
        var field = new StringBuilder();
        for (var index = 0; index <= text.Length; index++)
        {
            var letter = index < text.Length ? text[index] : '\n';
            if (quoted && index == text.Length)
            {
                throw Problem(path, start, "has a quote that is not closed");
            }

            if (letter == '"')
            {
                var doubled = quoted && index + 1 < text.Length && text[index + 1] == '"';
                field.Append(doubled ? "\"" : "");
                index += doubled ? 1 : 0;
                quoted = doubled || !quoted;
            }
            else if (quoted || letter is not (',' or '\n' or '\r'))
            {
                field.Append(letter);
            }
            else if (letter != '\r')
            {
                fields.Add(field.ToString());
                field.Clear();
            }

            if (letter == '\n' && !quoted)
            {
                if (fields is not [""])
                {
                    yield return (start, fields);
                }

                (fields, start) = ([], line + 1);
            }

            line += letter == '\n' ? 1 : 0;
        }
    }

    private static PlanException Problem(string path, int line, string message) => new([new PlanProblem(path, line, 0, "", message)]);
}
