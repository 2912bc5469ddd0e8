using System.Collections.Immutable;
using System.Globalization;
using GpuInfra.Offline.Diff;

namespace GpuInfra.Offline.Reviews;

/// <summary>
/// What a review fails on beside policies, which fail it always: what <c>--fail-on</c> of <c>preview</c> and <c>diff</c> names.
/// </summary>
public sealed record FailOn
{
    private const string Page = "docs/review.md";

    /// <summary>Larger figures are slips, and no figures of money.</summary>
    private const double MostPercent = 1e6;

    /// <summary>Nothing more.</summary>
    public static FailOn Nothing { get; } = new();

    /// <summary>How it is written, for messages.</summary>
    public static string Form => "cost=10%, headroom=15%, survivability, replace, policy";

    /// <summary>The most that the cost of a month may rise by, as a fraction; null for any.</summary>
    public double? CostIncrease { get; init; }

    /// <summary>The least headroom that may be left, as a fraction; null for any.</summary>
    public double? Headroom { get; init; }

    /// <summary>Whether a loss that is not survived fails it, also where no policy asks for more.</summary>
    public bool Survivability { get; init; }

    /// <summary>Whether the replacement or deletion of what is protected or irrevocable fails it, also where the plan lets it go.</summary>
    public bool Replace { get; init; }

    /// <summary>Whether what policies only warn of, and what is waived, fails it too.</summary>
    public bool Policy { get; init; }

    /// <summary>Reads the words, as <c>cost=10%</c>; null and what is wrong when one is none.</summary>
    public static (FailOn? FailOn, string? Problem) Read(IEnumerable<string> words)
    {
        var failOn = Nothing;
        foreach (var word in words.SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            var next = word.Split('=') switch
            {
                ["cost", var percent] when Fraction(percent) is { } most => failOn with { CostIncrease = most },
                ["headroom", var percent] when Fraction(percent) is { } least => failOn with { Headroom = least },
                ["survivability"] => failOn with { Survivability = true },
                ["replace"] => failOn with { Replace = true },
                ["policy"] => failOn with { Policy = true },
                _ => null,
            };
            if (next is null)
            {
                return (null, $"--fail-on: '{word}' is none of {Form}.");
            }

            failOn = next;
        }

        return (failOn, null);
    }

    /// <summary>What fails. Without an earlier record nothing can have risen or been lost.</summary>
    /// <param name="before">The earlier record; null when there is none.</param>
    /// <param name="after">The later one.</param>
    /// <param name="diff">What changes between them; null when there is no earlier one.</param>
    /// <param name="checks">What policies said.</param>
    public ImmutableArray<CheckResult> Judge(FleetFacts? before, StackRecord after, RecordDiff? diff, IEnumerable<CheckResult> checks) =>
    [
        .. before is null ? [] : Cost(before, after),
        .. LeastHeadroom(after),
        .. Survivability
            ? after.Fleet.Servings.SelectMany(serving => serving.Survival.Where(loss => !loss.Holds).Select(loss => Failed(
                "fail-on-survivability", serving.Name, $"after the loss of {loss.Lost}, {Left(loss)}", "plan again, or promise less.")))
            : [],
        .. Replace && diff is not null
            ? diff.Resources.Where(change => change.Action is ResourceAction.Replace or ResourceAction.Delete
                && (change.IsProtected || change.Irrevocable is not null))
                .Select(change => Failed(
                    "fail-on-replace", change.Urn, change.Action == ResourceAction.Delete ? "is deleted" : "is replaced", "do it in a change of its own, without --fail-on replace."))
            : [],
        .. Policy
            ? checks.Where(check => check.Status is CheckStatus.Warn or CheckStatus.Waived).Select(check => Failed(
                "fail-on-policy", check.Subject, $"{check.Id} is {(check.Status == CheckStatus.Waived ? "waived" : "warned of")}: {check.Detail}", "mend it."))
            : [],
    ];

    private IEnumerable<CheckResult> Cost(FleetFacts before, StackRecord after)
    {
        var (was, becomes) = before.TotalUsd is { } earlier && after.Fleet.TotalUsd is { } later ? (earlier, later) : (before.MonthlyUsd, after.Fleet.MonthlyUsd);
        if (CostIncrease is { } most && becomes > was * (1 + (decimal)most))
        {
            yield return Failed(
                "fail-on-cost",
                after.Stack,
                FormattableString.Invariant($"${was:N0} → ${becomes:N0} a month is {(was == 0 ? "something from nothing" : Percent((double)((becomes - was) / was)) + " more")}; {Percent(most)} is allowed"),
                "spend less, or raise the limit of --fail-on cost in a change of its own.");
        }
    }

    private IEnumerable<CheckResult> LeastHeadroom(StackRecord after) => Headroom is not { } least ? [] : after.Fleet.Servings
        .Where(serving => serving.Headroom < least - 1e-9).Select(serving => Failed(
            "fail-on-headroom", serving.Name, $"{Percent(serving.Headroom)} of headroom is left; {Percent(least)} is asked for", "plan more headroom."));

    private static string Left(SurvivalFacts loss) => loss is { Attainment: { } served, Needed: { } needed } && loss.Remaining >= loss.Required - 1e-9
        ? $"{Percent(served)} of P95 demand is served within the promised latency; {Percent(needed)} is needed"
        : $"capacity for {Percent(loss.Remaining)} of P95 demand is left; {Percent(loss.Required)} is asked for";

    private static CheckResult Failed(string id, string subject, string detail, string mend) =>
        new(id, subject, CheckStatus.Fail, detail) { Mend = mend, Page = Page };

    private static string Percent(double fraction) => FormattableString.Invariant($"{fraction * 100:0.0} %");

    private static double? Fraction(string percent) => percent.EndsWith('%')
        && double.TryParse(percent[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
        && number <= MostPercent ? number / 100 : null;
}
