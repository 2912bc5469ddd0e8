using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>approval</c>: the name of a file in <c>approvals/</c> beside the plan, and what stands in that file. The folder has code owners of its own.</summary>
internal static class ApprovalSection
{
    private const string Folder = "approvals";

    private static readonly Key<int> Version = Key.Required("version", Quantities.WholeNumber(1, 1), "Version of this file's format: 1.");

    private static readonly Key<string> Offering = Key.Required(
        "offering", Names.Line("the id of an offering", 80, "^[A-Za-z0-9][A-Za-z0-9._/-]*$"), "The very offering that was agreed to.");

    private static readonly Key<Usd> PriceCap = Key.Required("priceCap", Quantities.Money("$1", "$1B"), "The most that it may cost in all.");

    private static readonly Key<string> ApprovedBy = Key.Required("approvedBy", Names.Mail, "Who agreed, as a mail address.");

    private static readonly Key<DateOnly> ApprovedOn = Key.Required("approvedOn", Moments.Day, "When.");

    private static readonly Key<DateOnly> Expires = Key.Required("expires", Moments.Day, "The last day on which it may be bought, as 2026-12-15.");

    /// <summary>The approval in a file that is named.</summary>
    public static readonly PlanValue<Approval> Value = new SideFile<Approval>(
        new Section<Approval>(
            [Version, Offering, PriceCap, ApprovedBy, ApprovedOn, Expires],
            fields =>
            {
                if (fields.IsSound(ApprovedOn) && fields.IsSound(Expires) && fields.Get(Expires) < fields.Get(ApprovedOn))
                {
                    fields.Refuse(Expires, "is before approvedOn");
                }

                return new Approval(fields.Get(Offering), fields.Get(PriceCap), fields.Get(ApprovedBy), fields.Get(ApprovedOn)) { Expires = fields.Get(Expires) };
            }),
        null!,
        Folder);
}
