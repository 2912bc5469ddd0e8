using System.Collections.Immutable;
using GpuInfra.Planning.Drift;

namespace GpuInfra.Cli.Reports;

/// <summary>Quotas of the ledger against those of accounts.</summary>
internal static class QuotaDriftReport
{
    /// <param name="drifts">Those that differ.</param>
    /// <param name="seen">How many the accounts told.</param>
    /// <param name="isWritten">Whether the ledger was changed.</param>
    public static IEnumerable<Block> Of(ImmutableArray<QuotaDrift> drifts, int seen, bool isWritten)
    {
        if (seen == 0)
        {
            yield break;
        }

        yield return new Block.Heading("Quotas");
        yield return new Block.Paragraph(drifts.IsEmpty
            ? new Cell($"Of {Format.Count(seen, "quota")} that the accounts told, every one that the ledger lists or the fleet needs is as listed.", Tone.Good)
            : new Cell($"Of {Format.Count(seen, "quota")} that the accounts told, {Format.Count(drifts.Length)} differ from the ledger.", Tone.Warning));
        if (drifts.IsEmpty)
        {
            yield break;
        }

        yield return new Block.Grid(
            [new("Quota"), new("Where"), new("Listed", Right: true), new("Account", Right: true), new("Given", Right: true), new("Needed", Right: true), new("Meaning", Wrap: true)],
            [.. drifts.Select(drift => ImmutableArray.Create<Cell>(
                drift.Actual.Code, $"{drift.Actual.Account}, {drift.Actual.Region}", drift.Listed is { } listed ? Format.Count(listed) : Format.None,
                Format.Count(drift.Actual.Limit), Format.Count(drift.Given), Format.Count(drift.Needed), drift.Meaning))]);
        if (drifts.Any(drift => drift.Change is not null))
        {
            yield return new Block.Items([.. drifts.Where(drift => drift.Change is not null).Select(drift => new Cell($"{drift.Change!.Value.File}: {drift.Change.Value.Change.Path}: {drift.Change.Value.Change.Value}"))]);
            yield return new Block.Paragraph(isWritten ? "Changed in the ledger: have it reviewed by its owners." : "--write writes them to the ledger, and nothing else.");
        }
    }
}
