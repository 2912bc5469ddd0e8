using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace GpuInfra.Planning.Monitoring;

/// <summary>Who is told of an alert, and how soon.</summary>
public enum AlertSeverity
{
    /// <summary>Somebody is called at once: people are not served, or soon will not be.</summary>
    Page,

    /// <summary>Somebody looks in the next working hours.</summary>
    Ticket,

    /// <summary>Nobody is told; it stands on the dashboards.</summary>
    Info,
}

/// <summary>A rule that says when something is wrong.</summary>
/// <param name="Name">Its name, in words run together, as <c>GpuHot</c>.</param>
/// <param name="Severity">Who is told.</param>
/// <param name="For">How long its expression must hold, without a gap, before it fires.</param>
/// <param name="Expression">PromQL whose every result is an alert. What it compares with are the plan's own figures (<see cref="PlanSeries"/>).</param>
/// <param name="Summary">What is wrong, in one line; <c>{{ $labels.pool }}</c> and <c>{{ $value }}</c> are filled in.</param>
public sealed partial record AlertRule(string Name, AlertSeverity Severity, TimeSpan For, string Expression, string Summary)
{
    /// <summary>The page that says what to do, from the repository's root.</summary>
    public string Runbook => $"docs/runbooks/{Words().Replace(Name, "-$0").ToLowerInvariant()}.md";

    /// <summary>The page's address.</summary>
    /// <param name="repository">Where the repository is, as <c>https://git.example.com/gpuinfra/blob/main</c>; null for the path in it.</param>
    public string RunbookAt(Uri? repository) => repository is null ? Runbook : $"{repository.AbsoluteUri.TrimEnd('/')}/{Runbook}";

    /// <summary>Every capital letter but the first.</summary>
    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex Words();
}

/// <summary>Rules that are evaluated together, in order.</summary>
/// <param name="Name">The group's name.</param>
/// <param name="Rules">The rules.</param>
public sealed record AlertGroup(string Name, ImmutableArray<AlertRule> Rules);
