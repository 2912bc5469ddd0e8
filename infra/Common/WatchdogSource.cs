using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Infra.Common;

/// <summary>
/// The watchdog's program, as both clouds take it: the same modules, the cloud's own file, and the plan's words on shutdown. Sizes are
/// not among them, so a changed demand changes no program.
/// </summary>
internal static class WatchdogSource
{
    /// <summary>Minutes between two runs.</summary>
    public const int PeriodMinutes = 15;

    /// <summary>Machines that a run takes out of service at most.</summary>
    private const int MostActions = 5;

    /// <summary>Share of a pool that a run takes out of service at most, yet at least one machine.</summary>
    private const double MostOfPool = 0.3;

    private static readonly string[] Modules = ["decision.py", "model.py", "run.py"];

    private static readonly string[] TagsRead = ["auto-shutdown", "environment", "managed-by", "pool", "protected-until", "serving", "tier"];

    /// <summary>The program's files by name.</summary>
    /// <param name="region">A region with a watchdog.</param>
    /// <param name="entry">The cloud's own module, and the name that the cloud starts it by.</param>
    public static SortedDictionary<string, string> Files(RegionFleet region, (string Asset, string Name) entry)
    {
        var files = Modules.ToDictionary(module => module, module => EmbeddedText.Read($"watchdog/{module}"));
        files[entry.Name] = EmbeddedText.Read($"watchdog/{entry.Asset}");
        files["config.json"] = Config(region);
        return new SortedDictionary<string, string>(files, StringComparer.Ordinal);
    }

    private static string Config(RegionFleet region)
    {
        var shutdown = region.Watchdog!;
        var labels = region.Cloud == CloudProvider.Gcp;
        return FunctionFiles.Settings(new
        {
            managedBy = Value(region.Tags.Shared.Tags[region.Tags.KeyOf("managed-by")]),
            environment = Value(region.Environment.Name()),
            mode = shutdown.Mode.Name(),
            idleMinutes = (int)Math.Ceiling(shutdown.Idle.TotalMinutes),
            utilizationBelow = shutdown.UtilizationBelow.Percent,
            restartRisk = shutdown.RestartRisk.Name(),
            periodMinutes = PeriodMinutes,
            maxActions = MostActions,
            maxShare = MostOfPool,
            plainTypes = Catalog.Embedded.Machines.Where(machine => machine.Cloud == region.Cloud && !machine.AttachedGpu && !IsScarce(machine.Gpu))
                .Select(machine => machine.InstanceType).Distinct().Order(StringComparer.Ordinal),
            tags = FunctionFiles.TagNames(region, TagsRead),
            pools = new SortedDictionary<string, object>(
                region.Pools.Where(plan => plan.Pool.AutoShutdown).ToDictionary(
                    plan => Value(plan.Pool.Id),
                    object (plan) => new { graceMinutes = MachineNeeds.GraceMinutes(plan), scarce = IsScarce(plan.Pool.Gpu) }),
                StringComparer.Ordinal),
        });

        string Value(string text) => labels ? TagSet.Label(text) : text;
    }

    /// <summary>
    /// GPUs of the A100's kind and above, by their NVLink: machines that AWS sells by reservation and capacity blocks, and Google by
    /// reservation and flex start, because there are seldom any free. Those on PCIe boards are had within minutes.
    /// </summary>
    private static bool IsScarce(string gpu) => Catalog.Embedded.FindGpu(gpu) is not { NvLink: null, NotChosenBecause: null };
}
