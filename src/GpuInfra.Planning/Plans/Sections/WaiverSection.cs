using System.Collections.Immutable;
using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>An item of <c>waivers</c>.</summary>
internal static class WaiverSection
{
    private const int LongestText = 300;

    private static readonly Key<string> Policy = Key.Required(
        "policy", Names.Name(40), "The policy that may be broken, by its id, as log-retention. See docs/policies.");

    private static readonly Key<string> Subject = Key.Required(
        "subject",
        Names.Line("a resource, pool or serving by name (* alone would switch the policy off)", LongestText, @"^(?=.*[^*?\s]).+$"),
        "What may break it: a resource's URN or name, a pool or a serving; * stands for any characters.");

    private static readonly Key<string> Reason = Key.Required(
        "reason", Moments.Reason, "Why; everybody who previews the stack reads it.");

    private static readonly Key<DateOnly> Expires = Key.Required(
        "expires", Moments.Day, "The last day on which it holds, as 2027-03-31; after it the preview fails.");

    private static readonly Key<string?> ApprovedBy = Key.Optional(
        "approvedBy", Names.Line("who approved it", LongestText, @"^(?=.*\S).+$"), "Who took responsibility.");

    private static readonly Section<Waiver> Item = new(
        [Policy, Subject, Reason, Expires, ApprovedBy],
        fields => new Waiver(
            fields.Get(Policy), fields.Get(Subject), fields.Get(Reason), fields.Get(Expires), fields.Get(ApprovedBy)));

    public static readonly PlanValue<ImmutableArray<Waiver>> Value = new ListValue<Waiver>(Item, mayBeEmpty: true);

    /// <summary>Ordered by what they waive.</summary>
    public static ImmutableArray<Waiver> Ordered(ImmutableArray<Waiver> waivers) =>
        [.. waivers.OrderBy(waiver => waiver.Policy, StringComparer.Ordinal).ThenBy(waiver => waiver.Subject, StringComparer.Ordinal)];

    /// <summary>Refuses a second waiver for the same: of two dates nobody knows which one holds.</summary>
    public static void CheckTwice(Fields plan)
    {
        foreach (var twice in plan.Get(PlanSection.Waivers).CountBy(waiver => (waiver.Policy, waiver.Subject)).Where(pair => pair.Value > 1))
        {
            plan.Refuse(PlanSection.Waivers, $"{twice.Key.Policy} is waived twice for {twice.Key.Subject}");
        }
    }
}
