using System.Globalization;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Infra.Common;

/// <summary>
/// The keeper's program, as both clouds take it: it stops the launches of groups whose machines do not boot, replaces broken machines where the plan says so, and on Google Cloud it
/// resizes the twins of spot pools. Sizes are not among its settings, so a changed demand changes no program.
/// </summary>
internal static class KeeperSource
{
    /// <summary>Minutes between two runs.</summary>
    public const int PeriodMinutes = 5;

    /// <summary>Boots that fail in a row before launches stop: one may be a machine that is broken.</summary>
    public const int FailedBoots = 3;

    /// <summary>Minutes beyond its start after which a machine that load asked for is missed.</summary>
    public const int ShortMinutes = 15;

    /// <summary>Minutes between two replacements in a pool at least, however soon its machines start.</summary>
    private const int LeastReplaceMinutes = 30;

    private static readonly string[] TagsRead = ["managed-by", "pool", "tier"];

    /// <summary>The program's files by name. On Google Cloud it stands on the watchdog's way to call the cloud.</summary>
    public static SortedDictionary<string, string> Files(RegionFleet region)
    {
        (string Asset, string Name)[] assets = region.Cloud == CloudProvider.Aws
            ? [Own("boots.py"), Own("broken.py"), Own("fence.py"), Own("settings.py"), Own("aws.py")]
            : [
                Own("boots.py"), Own("broken.py"), Own("fence.py"), Own("settings.py"), Own("standin.py"), ("keeper/gcloud.py", "main.py"), Own("requirements.txt"),
                Watchdogs("gcp.py"), Watchdogs("model.py"), Watchdogs("run.py"), Watchdogs("decision.py"),
            ];
        var files = assets.ToDictionary(asset => asset.Name, asset => EmbeddedText.Read(asset.Asset));
        files["config.json"] = Config(region);
        return new SortedDictionary<string, string>(files, StringComparer.Ordinal);

        static (string, string) Own(string name) => ($"keeper/{name}", name);
        static (string, string) Watchdogs(string name) => ($"watchdog/{name}", name);
    }

    private static string Config(RegionFleet region)
    {
        var labels = region.Cloud == CloudProvider.Gcp;
        return FunctionFiles.Settings(new
        {
            managedBy = Value(region.Tags.Shared.Tags[region.Tags.KeyOf("managed-by")]),
            failedBoots = FailedBoots,
            tags = FunctionFiles.TagNames(region, TagsRead),
            pools = Sorted(region.Pools.Where(plan => plan.Load is not null), plan => new
            {
                graceMinutes = MachineNeeds.GraceMinutes(plan),
                startMinutes = (int)Math.Ceiling(plan.Load!.Start.TotalMinutes),
            }),
            replaceMinutes = Sorted(region.Pools.Where(plan => plan.Replaces), plan => ReplaceMinutes(plan)),
            twins = Sorted(region.Pools.Where(plan => labels && plan.FallsBack), plan => new
            {
                patienceMinutes = SpotPatience.ShortMinutes,
                backMinutes = SpotPatience.BackMinutes,
                before = plan.Before,
            }),
            windows = Sorted(region.Pools.Where(plan => labels && plan.Queue is not null), plan => new
            {
                days = plan.Pool.Window!.Days.Days.Select(day => (int)day).Order().ToArray(),
                from = plan.Pool.Window.From.ToString("HH:mm", CultureInfo.InvariantCulture),
                to = plan.Pool.Window.To.ToString("HH:mm", CultureInfo.InvariantCulture),
                zone = plan.Pool.Window.TimeZone,
            }),
        });

        string Value(string text) => labels ? TagSet.Label(text) : text;
    }

    /// <summary>How long after a machine of a pool was replaced the next may be: until the first should long have answered.</summary>
    private static int ReplaceMinutes(PoolPlan plan) => Math.Max(LeastReplaceMinutes, MachineNeeds.GraceMinutes(plan));

    private static SortedDictionary<string, object> Sorted(IEnumerable<PoolPlan> plans, Func<PoolPlan, object> of) =>
        new(plans.ToDictionary(plan => plan.Pool.Id, of), StringComparer.Ordinal);
}
