using System.Collections.Immutable;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>A retirement as read.</summary>
internal sealed record RetirementDraft(Retirement Retirement, Fields Fields);

/// <summary><c>retire</c>.</summary>
internal static class RetireSection
{
    private static readonly Key<string> Name = Key.Required(
        "name", Names.Name(40), "The serving, region or cloud (aws, gcp) that is gone from this plan.");

    private static readonly Key<Month> After = Key.Required(
        "after", Moments.Month, "The first month whose fleet may be without it, as 2027-01.");

    public static readonly PlanValue<ImmutableArray<RetirementDraft>> Value = new ListValue<RetirementDraft>(
        new Section<RetirementDraft>(
            [Name, After], fields => new RetirementDraft(new Retirement(fields.Get(Name), fields.Get(After)), fields)),
        mayBeEmpty: true);

    /// <summary>Notes retirements of what the plan still has.</summary>
    public static void Check(ImmutableArray<RetirementDraft> retired, IReadOnlyCollection<string> inUse)
    {
        foreach (var draft in retired.Where(draft => inUse.Contains(draft.Retirement.Name)))
        {
            draft.Fields.Refuse(Name, $"\"{draft.Retirement.Name}\" is still in the plan: retire what you take out of it");
        }
    }

    /// <summary>The retirements, ordered by name.</summary>
    public static ImmutableArray<Retirement> Sorted(ImmutableArray<RetirementDraft> retired) =>
        [.. retired.Select(draft => draft.Retirement).OrderBy(retirement => retirement.Name, StringComparer.Ordinal)];
}
