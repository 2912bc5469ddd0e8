using System.Globalization;

namespace GpuInfra.Planning.Optimization;

/// <summary>
/// Writes a program in CPLEX LP format, which every solver reads. Numbers are written in full (the shortest text that reads back as the
/// same number), so that another solver gets the very problem.
/// </summary>
internal static class LpFormat
{
    private const int TermsPerLine = 4;

    /// <summary>Writes the program.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="program">The program.</param>
    /// <param name="comments">Lines that stand above it.</param>
    public static void Write(TextWriter writer, IntegerProgram program, IEnumerable<string> comments)
    {
        foreach (var comment in comments)
        {
            writer.Write($"\\ {comment}\n");
        }

        var variables = program.Variables;
        writer.Write("Minimize\n");
        WriteTerms(writer, "cost", [.. variables.Where(variable => variable.Cost != 0).Select(variable => (variable.Cost.ToString(CultureInfo.InvariantCulture), variable.Name))], variables);
        writer.Write("\nSubject To\n");
        foreach (var row in program.Rows)
        {
            WriteTerms(writer, row.Name, [.. row.Terms.Select(term => (Text(term.Coefficient), variables[term.Variable].Name))], variables);
            writer.Write($" {(row.Sense switch { Sense.AtMost => "<=", Sense.Equal => "=", _ => ">=" })} {Text(row.RightHandSide)}\n");
        }

        writer.Write("Bounds\n");
        foreach (var variable in variables)
        {
            writer.Write($" {Text(variable.Lower)} <= {variable.Name} <= {Text(variable.Upper)}\n");
        }

        if (variables.Any(variable => variable.IsInteger))
        {
            writer.Write("Generals\n");
            foreach (var variable in variables.Where(variable => variable.IsInteger))
            {
                writer.Write($" {variable.Name}\n");
            }
        }

        writer.Write("End\n");
    }

    /// <summary>A name that the format allows: what it does not allow becomes an underscore, and it begins with a letter.</summary>
    public static LpName Name(string first, string? second = null, string? third = null, string? fourth = null, string? fifth = null) =>
        new(first, second, third, fourth, fifth);

    private static void WriteTerms(TextWriter writer, LpName name, (string Coefficient, LpName Variable)[] terms, IReadOnlyList<Variable> variables)
    {
        writer.Write($" {name}:");
        for (var at = 0; at < terms.Length; at++)
        {
            var (coefficient, variable) = terms[at];
            writer.Write(at > 0 && at % TermsPerLine == 0 ? "\n  " : " ");
            writer.Write(coefficient[0] == '-' ? $"- {coefficient[1..]} {variable}" : $"+ {coefficient} {variable}");
        }

        // The format has no empty sum.
        if (terms.Length == 0 && variables.Count > 0)
        {
            writer.Write($" 0 {variables[0].Name}");
        }
    }

    /// <summary>A number without an exponent: a name may begin with an e.</summary>
    private static string Text(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        return text.Contains('E', StringComparison.Ordinal) ? ((decimal)number).ToString(CultureInfo.InvariantCulture) : text;
    }
}
