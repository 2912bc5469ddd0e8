using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>shutdown</c>.</summary>
internal static class ShutdownSection
{
    private static readonly Key<TimeSpan> Idle = Key.Optional(
        "idle", Quantities.Duration("5m", "168h"), "How long a machine must be idle before it may be stopped.", TimeSpan.FromMinutes(30));

    private static readonly Key<Share> UtilizationBelow = Key.Optional(
        "utilizationBelow", Quantities.Percentage(0.1, 50), "GPU utilisation below which a machine counts as idle.", Share.FromPercent(5));

    private static readonly Key<RunWindow?> OfficeHours = Key.Optional(
        "officeHours", WindowSection.Value, "Hours outside which the pools are scaled to zero; never in prod. Left out, they always run.");

    private static readonly Key<ShutdownMode> Mode = Key.Optional(
        "mode",
        new ChoiceValue<ShutdownMode>(new("dryRun", ShutdownMode.DryRun), new("enforce", ShutdownMode.Enforce)),
        "What the watchdog does about idle machines: say what it would do, or take them out of service; never in prod.",
        ShutdownMode.DryRun);

    private static readonly Key<RestartRisk> Risk = Key.Optional(
        "restartRisk",
        new ChoiceValue<RestartRisk>(new("recommend", RestartRisk.Recommend), new("accept", RestartRisk.Accept)),
        "What it does about idle machines with scarce GPUs, which may not be had again: recommend only, or treat them as any other.",
        RestartRisk.Recommend);

    public static readonly PlanValue<ShutdownDraft> Value = new Section<ShutdownDraft>(
        [Idle, UtilizationBelow, OfficeHours, Mode, Risk],
        fields => new ShutdownDraft(
            new Shutdown(fields.Get(Idle), fields.Get(UtilizationBelow), fields.Get(OfficeHours)) { Mode = fields.Get(Mode), RestartRisk = fields.Get(Risk) },
            fields));

    /// <summary>Refuses what production must not do.</summary>
    public static void CheckProduction(ShutdownDraft draft)
    {
        if (draft.Shutdown.OfficeHours is not null)
        {
            draft.Fields.Refuse(OfficeHours, "production does not go home: officeHours are for dev and staging");
        }

        if (draft.Shutdown.Mode == ShutdownMode.Enforce)
        {
            draft.Fields.Refuse(Mode, "production is never shut down for being idle: enforce is for dev and staging");
        }
    }
}

/// <summary>What <c>shutdown</c> holds, and where it stands.</summary>
internal sealed record ShutdownDraft(Shutdown Shutdown, Fields Fields);
