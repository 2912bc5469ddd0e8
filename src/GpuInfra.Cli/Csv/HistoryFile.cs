using System.Collections.Immutable;
using GpuInfra.Planning;
using GpuInfra.Planning.Demands.Forecasting;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Csv;

/// <summary>Monthly figures of workloads, as CSV with the columns <c>month,workload,tokens</c>; rows may come in any order.</summary>
internal static class HistoryFile
{
    /// <summary>The histories in a file, by workload.</summary>
    /// <exception cref="PlanException">A row is wrong, a workload is not in the plan, or its months do not make a history: all of them are told.</exception>
    public static ImmutableSortedDictionary<string, MonthlyHistory> Read(string path, CapacityPlan plan)
    {
        var problems = new List<PlanProblem>();
        var figures = new SortedDictionary<string, SortedDictionary<Month, (double Tokens, int Line)>>(StringComparer.Ordinal);
        var names = plan.Workloads.Select(workload => workload.Name).ToList();
        foreach (var row in CsvFile.ReadAll(path, "month", "workload", "tokens"))
        {
            try
            {
                var month = Month.TryParse(row["month"], out var read) ? read : throw row.Wrong("month", "a month as 2026-07");
                var tokens = row.Number("tokens") is { } number and > 0 ? (double)number : throw row.Wrong("tokens", "a number above zero");
                var workload = names.Contains(row["workload"]) ? row["workload"]
                    : throw row.Wrong("workload", $"a workload of the plan{Suggestion.DidYouMean(row["workload"], names)}; it has {string.Join(", ", names)}");
                figures.TryAdd(workload, []);
                if (!figures[workload].TryAdd(month, (tokens, row.Line)))
                {
                    throw row.Wrong("month", $"given once: line {figures[workload][month].Line} has it too");
                }
            }
            catch (PlanException problem)
            {
                problems.AddRange(problem.Problems);
            }
        }

        problems.AddRange(figures.SelectMany(workload => Problems(path, workload.Key, workload.Value, plan.Start)));
        return problems.Count > 0
            ? throw new PlanException(problems)
            : figures.ToImmutableSortedDictionary(
                pair => pair.Key, pair => new MonthlyHistory(pair.Value.Keys.First(), [.. pair.Value.Values.Select(figure => figure.Tokens)]), StringComparer.Ordinal);
    }

    private static IEnumerable<PlanProblem> Problems(string path, string workload, SortedDictionary<Month, (double Tokens, int Line)> months, Month start)
    {
        var (first, last) = (months.First(), months.Last());
        if (months.Count < MonthlyHistory.FewestMonths)
        {
            yield return Problem(last.Value.Line, $"{workload} has {months.Count} months; a trend needs {MonthlyHistory.FewestMonths}");
        }

        if (last.Key.MonthsSince(first.Key) + 1 != months.Count)
        {
            var gap = months.Keys.First(month => month.CompareTo(last.Key) < 0 && !months.ContainsKey(month.Plus(1)));
            yield return Problem(months[gap].Line, $"{workload} has no figure of {gap.Plus(1)}, after this row's month");
        }

        if (last.Key.CompareTo(start) >= 0)
        {
            yield return Problem(last.Value.Line, $"{last.Key} is in the plan's horizon, which begins with {start}; a history ends before it");
        }

        PlanProblem Problem(int line, string message) => new(path, line, 0, "", message);
    }
}
