using System.Globalization;
using GpuInfra.Planning;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Cli.Commands;

/// <summary>Values of an option that may be repeated, each a known name and a number, as <c>usdPerKwh=0.12</c>.</summary>
internal static class NamedNumbers
{
    /// <summary>The numbers by name, in the order in which they were given.</summary>
    /// <param name="option">The option, as problems name it.</param>
    /// <param name="values">What was given.</param>
    /// <param name="names">The names that there are.</param>
    /// <param name="what">What a name is, as <c>assumption</c>.</param>
    /// <param name="most">No number is larger; none is below zero.</param>
    /// <param name="limit">Why a number may not be had by a name, for people; null when it may.</param>
    /// <exception cref="PlanException">A name is not known or comes twice, or a number is none; all of it is told.</exception>
    public static IReadOnlyList<(string Name, decimal Number)> Read(
        string option, string[] values, IReadOnlyCollection<string> names, string what, decimal most, Func<string, decimal, string?>? limit = null)
    {
        var (problems, read) = (new List<string>(), new List<(string Name, decimal Number)>());
        foreach (var value in values)
        {
            var (name, text) = value.Split('=', 2) is [var left, var right] ? (left, right) : (value, "");
            if (!names.Contains(name))
            {
                problems.Add($"there is no {what} \"{name}\"{Suggestion.DidYouMean(name, names)}; there are {string.Join(", ", names)}.");
            }
            else if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > most)
            {
                problems.Add(FormattableString.Invariant($"{name}: \"{text}\" is not a number from 0 to {most:#,0}."));
            }
            else if (read.Any(known => known.Name == name))
            {
                problems.Add($"{name} is given twice.");
            }
            else if (limit?.Invoke(name, number) is { } problem)
            {
                problems.Add($"{name}: {problem}.");
            }
            else
            {
                read.Add((name, number));
            }
        }

        return problems.Count == 0 ? read : throw new PlanException([.. problems.Select(problem => new PlanProblem(option, 0, 0, "", problem))]);
    }
}
