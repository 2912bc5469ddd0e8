using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>health</c> of a serving.</summary>
internal static class HealthSection
{
    private static readonly Key<bool> Replace = Key.Optional(
        "replace", Quantities.YesOrNo,
        "Whether a machine with an XID that asks for a reset, or with a replica that does not come back, is replaced: one of a pool at a time, never the last that serves.", false);

    public static readonly PlanValue<MachineHealth> Value = new Section<MachineHealth>([Replace], fields => new MachineHealth(fields.Get(Replace)));

    /// <summary>Machines that train have no engine that says whether they are well.</summary>
    public static void Check(Fields fields, Key<MachineHealth?> key, ServingKind kind)
    {
        if (kind == ServingKind.FineTuning && fields.IsSound(key) && fields.Get(key) is { Replaces: true })
        {
            fields.Refuse(key, "machines that train run no engine that says whether they are well: leave it out, a job goes on from its checkpoint elsewhere");
        }
    }
}
