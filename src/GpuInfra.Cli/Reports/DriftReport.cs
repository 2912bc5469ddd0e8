using System.Collections.Immutable;
using GpuInfra.Offline.Diff;
using GpuInfra.Offline.Drift;

namespace GpuInfra.Cli.Reports;

/// <summary>What <c>gpuinfra drift</c> shows: each kind of drift, and what puts it right.</summary>
internal static class DriftReport
{
    public static ImmutableArray<Block> Of(StackDrift drift, bool verbose) =>
    [
        .. Verdict(drift),
        .. InCloud(drift),
        .. drift.Unfinished.IsEmpty ? [] : Section("Not finished", [.. drift.Unfinished.Select(line => new Cell(line, Tone.Bad))], "Until it is, nothing else of this list is certain."),
        .. Resources("Planned and not deployed", drift, ResourceAction.Create, "pulumi up makes them; what somebody made by hand is adopted with pulumi import."),
        .. Resources("Deployed and in no plan", drift, ResourceAction.Delete, "pulumi up would delete them; what is to stay belongs into the plan, what is to go is retired there."),
        .. Resources("Deployed otherwise than planned", drift, null, "pulumi up changes them; where the deployment is right, change the plan until this list is empty."),
        .. Gate(drift),
        .. verbose ? DiffSections.ByOwner(drift.Diff).SelectMany(group => DiffSections.Details(group.Changes).Prepend(new Block.Heading($"Details: {group.Owner}"))) : [],
    ];

    private static IEnumerable<Block> Verdict(StackDrift drift)
    {
        var diff = drift.Diff;
        var state = drift.Time is { } time ? $"The state is of {time}" : "The state does not say when it was written";
        yield return new Block.Paragraph(drift.IsNone
            ? new Cell($"{diff.Stack}: no drift. {Format.Count(diff.Same)} resources are deployed as planned.", Tone.Good)
            : new Cell(
                $"{diff.Stack}: {Format.Count(diff.Count(ResourceAction.Create))} not deployed, {Format.Count(diff.Count(ResourceAction.Delete))} in no plan, "
                + $"{Format.Count(Otherwise(diff).Count())} otherwise than planned, {Format.Count(drift.InCloud.Select(change => change.Urn).Distinct().Count())} changed in the cloud; "
                + $"{Format.Count(diff.Same)} as planned.", Tone.Warning));
        yield return new Block.Paragraph(drift.DeployedPlan switch
        {
            null => $"{state}; the stack exports no plan hash, so it was not deployed by this program or not to its end.",
            var hash when hash == diff.After.PlanHash => $"{state}, deployed from this very plan ({Short(hash)}).",
            var hash => $"{state}, deployed from plan {Short(hash)}; this plan is {Short(diff.After.PlanHash)}.",
        });
        yield return new Block.Paragraph(new Cell("A state knows what was changed in the cloud only after pulumi refresh.", Tone.Muted));
    }

    private static IEnumerable<Block> InCloud(StackDrift drift) => drift.InCloud.IsEmpty ? [] :
    [
        new Block.Heading("Changed in the cloud"),
        new Block.Grid(
            [new("Resource"), new("Property"), new("Deployed with", Right: true), new("Now", Right: true)],
            [.. drift.InCloud.Select(change => ImmutableArray.Create<Cell>(change.Urn.Split("::", 4)[3], change.Property, change.Deployed, change.Cloud))]),
        new Block.Paragraph("pulumi up sets them back; where the change was right, the plan has to ask for it."),
    ];

    private static IEnumerable<ResourceChange> Otherwise(RecordDiff diff) =>
        diff.Resources.Where(change => change.Action is not (ResourceAction.Create or ResourceAction.Delete or ResourceAction.Same));

    private static IEnumerable<Block> Resources(string title, StackDrift drift, ResourceAction? action, string mend)
    {
        var changes = (action is { } only ? drift.Diff.Resources.Where(change => change.Action == only) : Otherwise(drift.Diff)).ToList();
        return changes.Count == 0 ? [] : DiffSections.Grid(title, changes).Append(new Block.Paragraph(mend));
    }

    private static IEnumerable<Block> Gate(StackDrift drift) => drift.Diff.Passed ? [] :
        [new Block.Paragraph(new Cell("pulumi up would lose what cannot be undone: see the policies below.", Tone.Bad))];

    private static IEnumerable<Block> Section(string title, ImmutableArray<Cell> lines, string mend) =>
        [new Block.Heading(title), new Block.Items(lines), new Block.Paragraph(mend)];

    private static string Short(string hash) => hash[..Math.Min(12, hash.Length)];
}
