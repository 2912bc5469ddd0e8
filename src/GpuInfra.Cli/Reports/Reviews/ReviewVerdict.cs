using System.Collections.Immutable;
using GpuInfra.Offline;
using GpuInfra.Offline.Diff;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Reports.Reviews;

/// <summary>What decides a review: may it be merged, why not, and the figures before and after.</summary>
internal static class ReviewVerdict
{
    private const int MostFailures = 8;
    private const int MostFindings = 2;

    public static IEnumerable<Block> Of(Review review)
    {
        var failed = review.Checks.Where(check => check.Status == CheckStatus.Fail).ToList();
        yield return new Block.Paragraph(failed.Count > 0
            ? new Cell($"Do not merge: {Format.Count(failed.Count, "finding")} against it.", Tone.Bad)
            : new Cell($"✅ Nothing speaks against it{Besides(review)}. {Changes(review)}", Tone.Good));
        if (failed.Count > 0)
        {
            yield return new Block.Items([
                .. failed.GroupBy(check => check.Id).Take(MostFailures).Select(policy => new Cell(Failure([.. policy]), Tone.Bad))]);
            yield return new Block.Paragraph(Changes(review));
        }

        foreach (var warning in Warnings(review))
        {
            yield return new Block.Paragraph(new Cell(warning, Tone.Warning));
        }

        yield return Figures(review);
    }

    /// <summary>A policy's first findings, how many there are, and what to do.</summary>
    private static string Failure(ImmutableArray<CheckResult> findings)
    {
        var more = findings.Length > MostFindings ? $"; and {Format.Count(findings.Length - MostFindings)} more like it" : "";
        var mend = findings[0].Mend is { Length: > 0 } text ? $" To mend: {text}" : "";
        return $"{findings[0].Id}: {string.Join("; ", findings.Take(MostFindings).Select(check => $"{PolicySection.Subject(check)}: {check.Detail}"))}{more}.{mend}";
    }

    /// <summary>Every policy's result, failed and waived ones first.</summary>
    public static IEnumerable<Block> Policies(Review review) => review.Checks.IsEmpty ? [] : [PolicySection.Table(review.Checks)];

    private static string Besides(Review review)
    {
        var (warned, waived) = (review.Checks.Count(check => check.Status == CheckStatus.Warn), review.Checks.Count(check => check.Status == CheckStatus.Waived));
        var parts = new[] { warned > 0 ? Format.Count(warned, "warning") : null, waived > 0 ? $"{Format.Count(waived)} waived" : null }.OfType<string>().ToList();
        return parts.Count == 0 ? "" : $" ({string.Join(", ", parts)})";
    }

    /// <summary>What a deployment would do, in a sentence.</summary>
    private static string Changes(Review review)
    {
        if (review.Diff is not { } diff)
        {
            return $"Nothing to compare with: {Format.Count(review.After.Resources.Count(RecordComparison.IsManaged), "resource")} to create.";
        }

        if (diff.IsEmpty)
        {
            return $"Nothing changes: {Format.Count(diff.Same, "resource")} stay as they are.";
        }

        var unsure = diff.Count(ResourceAction.UpdateOrReplace);
        return $"{Format.Count(diff.Count(ResourceAction.Create))} to create, {Format.Count(diff.Count(ResourceAction.Update))} to update, "
            + (unsure > 0 ? $"{Format.Count(unsure)} to update or replace (unknown), " : "")
            + $"{Format.Count(diff.Count(ResourceAction.Replace))} to replace, {Format.Count(diff.Count(ResourceAction.Delete))} to delete; "
            + $"{Format.Count(diff.Same)} stay.";
    }

    /// <summary>What a reviewer must not overlook: waived policies, an incident, a scope, notes of the diff.</summary>
    private static IEnumerable<string> Warnings(Review review)
    {
        if (review.After.Incident is { } incident)
        {
            yield return $"Planned in an incident, until {Format.Date(incident.Until)}: {incident.Reason}. Policies that can be waived only warn.";
        }

        foreach (var waived in review.Checks.Where(check => check.Waiver is not null).DistinctBy(check => (check.Waiver!.Policy, check.Waiver.Subject)).Take(MostFailures))
        {
            yield return $"Waived: {PolicySection.What(waived)} ({waived.Id})";
        }

        foreach (var note in review.Notes.Concat(review.Diff?.Notes ?? []).Take(MostFailures))
        {
            yield return note;
        }
    }

    private static Block.Grid Figures(Review review)
    {
        var (before, after) = (review.Before?.Fleet, review.After.Fleet);
        var rows = new[]
        {
            Row("Cost a month", after.TotalUsd is null ? before?.MonthlyUsd : before?.TotalUsd, after.TotalUsd ?? after.MonthlyUsd, Money, Relative),
            Row("Machines a month", before?.MonthlyUsd, after.MonthlyUsd, Money, Relative),
            Row("Cost per million tokens", before?.UsdPerMillionTokens, after.UsdPerMillionTokens, Fine, Relative),
            Row("Least headroom", (decimal?)before?.Headroom, (decimal)after.Headroom, Percent, Points),
            Row("SLO attainment", (decimal?)before?.SloAttainment, (decimal?)after.SloAttainment, Percent, Points),
            Row("Instances", before?.Instances, after.Instances, Count, Plain),
            Row("GPUs", before?.Gpus, after.Gpus, Count, Plain),
            before?.IrrevocableUsd > 0 || after.IrrevocableUsd > 0 ? Row("Cannot be undone", before?.IrrevocableUsd, after.IrrevocableUsd, Money, Relative) : null,
        };
        var grid = before is null
            ? new Block.Grid([new(""), new("Planned", true)], [.. rows.OfType<ImmutableArray<Cell>>().Select(row => ImmutableArray.Create(row[0], row[2]))])
            : new Block.Grid([new(""), new("Before", true), new("After", true), new("Change", true)], [.. rows.OfType<ImmutableArray<Cell>>()]);
        return before is null || before.AsOf == after.AsOf ? grid : grid with { Rows = grid.Rows.Insert(0, ["Month", before.AsOf, after.AsOf, ""]) };
    }

    private static ImmutableArray<Cell>? Row(
        string name, decimal? before, decimal? after, Func<decimal, string> shown, Func<decimal, decimal, string> change) => after is not { } now
        ? null
        : [name, before is { } was ? shown(was) : Format.None, shown(now), before is { } old ? shown(old) == shown(now) ? "unchanged" : change(old, now) : Format.None];

    private static string Money(decimal amount) => Format.Dollars(new Usd(amount));

    private static string Fine(decimal amount) => FormattableString.Invariant($"${amount:N3}");

    private static string Percent(decimal fraction) => FormattableString.Invariant($"{fraction * 100:0.0} %");

    private static string Count(decimal count) => Format.Count((long)count);

    private static string Relative(decimal before, decimal after)
    {
        var change = after - before;
        var amount = Math.Abs(before) < 10 ? Fine(Math.Abs(change)) : Math.Abs(change) < 10 ? FormattableString.Invariant($"${Math.Abs(change):N2}") : Money(Math.Abs(change));
        var part = before == 0 ? "" : FormattableString.Invariant($" ({change / before * 100:+0.0;−0.0;0.0} %)");
        return $"{Sign(change)}{amount}{part}";
    }

    private static string Points(decimal before, decimal after) => FormattableString.Invariant($"{Sign(after - before)}{Math.Abs(after - before) * 100:0.0} points");

    private static string Plain(decimal before, decimal after) => $"{Sign(after - before)}{Format.Count((long)Math.Abs(after - before))}";

    private static string Sign(decimal change) => change < 0 ? "−" : "+";
}
