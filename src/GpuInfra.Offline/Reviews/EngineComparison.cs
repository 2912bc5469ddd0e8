using System.Collections.Immutable;
using GpuInfra.Offline.Diff;

namespace GpuInfra.Offline.Reviews;

/// <summary>Where the real engine and the diff of records say different things about a resource.</summary>
/// <param name="Urn">The resource.</param>
/// <param name="Offline">What the diff says.</param>
/// <param name="Engine">What the engine says.</param>
/// <param name="Reasons">The engine's reasons.</param>
public sealed record Disagreement(string Urn, ResourceAction Offline, ResourceAction Engine, ImmutableArray<string> Reasons)
{
    /// <summary>True when the engine loses what the diff said would stay.</summary>
    public bool IsLoss => Engine is ResourceAction.Replace or ResourceAction.Delete;
}

/// <summary>The diff of records beside the real engine's preview.</summary>
/// <param name="Agreed">Resources of which both say the same.</param>
/// <param name="Settled">Resources of which the diff knew only "update or replace", and the engine said which.</param>
/// <param name="Disagreements">Where they differ, losses first.</param>
/// <param name="Errors">Errors of the engine.</param>
public sealed record EngineComparison(
    int Agreed, ImmutableArray<EngineStep> Settled, ImmutableArray<Disagreement> Disagreements, ImmutableArray<string> Errors)
{
    private const string Id = "engine-agrees";

    /// <summary>Compares. Without an earlier record everything is a creation.</summary>
    public static EngineComparison Of(RecordDiff? diff, StackRecord after, EnginePreview engine)
    {
        var offline = diff is null
            ? after.Resources.Where(RecordComparison.IsManaged).ToDictionary(resource => resource.Urn, _ => ResourceAction.Create, StringComparer.Ordinal)
            : diff.Resources.ToDictionary(change => change.Urn, change => change.Action, StringComparer.Ordinal);
        var managed = after.Resources.Where(RecordComparison.IsManaged).Select(resource => resource.Urn).Union(offline.Keys).ToHashSet(StringComparer.Ordinal);
        var steps = engine.Steps.Where(step => managed.Contains(step.Urn) || step.Action is ResourceAction.Delete or ResourceAction.Replace)
            .Where(step => !step.Urn.Contains("::pulumi:", StringComparison.Ordinal))
            .ToDictionary(step => step.Urn, StringComparer.Ordinal);
        var pairs = managed.Union(steps.Keys).Order(StringComparer.Ordinal).Select(urn => (
            Urn: urn,
            Ours: offline.GetValueOrDefault(urn, ResourceAction.Same),
            Step: steps.GetValueOrDefault(urn) ?? new EngineStep(urn, ResourceAction.Same, []))).ToList();
        var settled = pairs.Where(pair => pair.Ours == ResourceAction.UpdateOrReplace && (pair.Step.Action is ResourceAction.Update or ResourceAction.Replace)).ToList();
        return new EngineComparison(
            pairs.Count(pair => pair.Ours == pair.Step.Action),
            [.. settled.Select(pair => pair.Step)],
            [.. pairs.Except(settled).Where(pair => pair.Ours != pair.Step.Action)
                .Select(pair => new Disagreement(pair.Urn, pair.Ours, pair.Step.Action, pair.Step.Reasons))
                .OrderBy(pair => !pair.IsLoss).ThenBy(pair => pair.Urn, StringComparer.Ordinal)],
            engine.Errors);
    }

    /// <summary>The comparison as checks: a loss that only the engine sees fails, any other difference warns.</summary>
    public IEnumerable<CheckResult> Checks(string stack)
    {
        const string mend = "believe the engine: look at the resource, and correct src/GpuInfra.Offline/Diff/replace.json or take a new record of what is deployed.";
        foreach (var error in Errors)
        {
            yield return new CheckResult(Id, stack, CheckStatus.Fail, $"the engine ended with an error: {error}") { Mend = "mend what it says, and preview again.", Page = "docs/review.md" };
        }

        foreach (var step in Settled.Where(step => step.Action == ResourceAction.Replace))
        {
            yield return new CheckResult(Id, step.Urn, CheckStatus.Fail, $"the engine replaces it{Why(step.Reasons)}; the diff did not know") { Mend = mend, Page = "docs/review.md" };
        }

        foreach (var difference in Disagreements)
        {
            yield return new CheckResult(
                Id, difference.Urn, difference.IsLoss ? CheckStatus.Fail : CheckStatus.Warn,
                $"the engine says {JsonWord(difference.Engine)}{Why(difference.Reasons)}, the diff of records {JsonWord(difference.Offline)}")
            {
                Mend = mend,
                Page = "docs/review.md",
            };
        }
    }

    private static string Why(ImmutableArray<string> reasons) => reasons.IsEmpty ? "" : $" by {string.Join(", ", reasons)}";

    private static string JsonWord(ResourceAction action) => Planning.JsonText.Word(action);
}
