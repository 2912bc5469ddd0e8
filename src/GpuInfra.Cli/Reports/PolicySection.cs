using System.Collections.Immutable;
using GpuInfra.Offline;

namespace GpuInfra.Cli.Reports;

/// <summary>The policies of a preview: what failed first and with what to do, then what is only told, then what holds.</summary>
internal static class PolicySection
{
    /// <summary>Findings of one policy in the table; the record has all.</summary>
    private const int MostFindings = 5;

    private static readonly CheckStatus[] Order = [CheckStatus.Fail, CheckStatus.Warn, CheckStatus.Waived, CheckStatus.Pass];

    /// <summary>All policies in a sentence.</summary>
    public static Cell Verdict(PreviewRecord preview)
    {
        var (failed, warned, waived) = (Count(CheckStatus.Fail), Count(CheckStatus.Warn), Count(CheckStatus.Waived));
        var policies = preview.Checks.GroupBy(check => check.Id).ToList();
        var broken = policies.Count(policy => policy.Any(check => check.Status == CheckStatus.Fail));
        string[] others =
        [
            .. warned > 0 ? [Format.Count(warned, "warning")] : Array.Empty<string>(),
            .. waived > 0 ? [$"{Format.Count(waived)} waived"] : Array.Empty<string>(),
        ];
        var besides = others.Length == 0 ? "" : $" ({string.Join(", ", others)})";
        return broken == 0
            ? new Cell(policies.Count == 1 ? $"The policy holds{besides}." : $"All {Format.Count(policies.Count)} policies hold{besides}.", Tone.Good)
            : new Cell(
                $"{Format.Count(broken)} of {Format.Count(policies.Count)} policies failed, with {Format.Count(failed, "finding")}{besides}: "
                + "do not deploy this.",
                Tone.Bad);

        int Count(CheckStatus status) => preview.Checks.Count(check => check.Status == status);
    }

    /// <summary>The table.</summary>
    public static Block.Grid Table(IEnumerable<CheckResult> checks) => new(
        [new("Policy"), new("Severity"), new("Result"), new("Looked at", Right: true), new("What", Wrap: true)],
        [.. checks.GroupBy(check => (check.Id, check.Status)).OrderBy(group => Array.IndexOf(Order, group.Key.Status)).SelectMany(Rows)]);

    /// <summary>What a result speaks of, as people read it: a resource by type and name rather than by its whole URN.</summary>
    public static string Subject(CheckResult check) => check.Subject.Split("::") is [_, _, var types, var name]
        ? $"{ResourceTree.Short(types.Split('$')[^1])} {name}"
        : check.Subject;

    /// <summary>What to do about a result, and where to read more.</summary>
    public static string Mend(CheckResult check) => $"To mend: {check.Mend} See {check.Page}.";

    private static IEnumerable<ImmutableArray<Cell>> Rows(IEnumerable<CheckResult> results)
    {
        var all = results.ToList();
        var first = all[0];
        foreach (var check in all.Take(MostFindings))
        {
            yield return
            [
                check.Id,
                Format.Word(check.Severity),
                new Cell(Format.Word(check.Status), ToneOf(check.Status)),
                check.Examined is > 0 and var examined ? Format.Count(examined, check.Noun) : Format.None,
                What(check),
            ];
        }

        if (all.Count > MostFindings)
        {
            yield return ["", "", "", "", $"and {Format.Count(all.Count - MostFindings)} more, in the record (--record FILE)"];
        }

        if (first.Status is CheckStatus.Fail or CheckStatus.Warn)
        {
            yield return ["", "", "", "", Mend(first)];
        }
    }

    /// <summary>What was found, where, and who let it be.</summary>
    public static string What(CheckResult check) => (check.Status, check.Waiver) switch
    {
        (CheckStatus.Pass, _) => check.Detail,
        (_, { } waiver) => $"{Subject(check)}: {check.Detail}. Waived until {Format.Date(waiver.Expires)}"
            + $"{(waiver.ApprovedBy is { } who ? $" by {who}" : "")}: {waiver.Reason}",
        _ => $"{Subject(check)}: {check.Detail}",
    };

    private static Tone ToneOf(CheckStatus status) => status switch
    {
        CheckStatus.Fail => Tone.Bad,
        CheckStatus.Pass => Tone.Good,
        _ => Tone.Warning,
    };
}
