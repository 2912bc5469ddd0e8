using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Infra.Common;

/// <summary>The program that halts pools, as both clouds take it. Sizes are not among its settings, so a changed demand changes it only where a budget's part of a day changes.</summary>
internal static class HaltSource
{
    /// <summary>Minutes between two looks at budgets on AWS, beside those that a used-up budget starts.</summary>
    public const int PeriodMinutes = 60;

    /// <summary>The sign of groups that may be halted.</summary>
    public const string Sign = "budget-halt";

    /// <summary>Days of the longest month: what a budget of a day is a month of, where a cloud knows months alone.</summary>
    public const int DaysOfMonth = 31;

    /// <summary>What a console of Google Cloud shows of a budget's name.</summary>
    private const int LongestName = 60;

    private static readonly string[] TagsRead = ["environment", "managed-by", "pool", "serving", "team", "tier"];

    /// <summary>The program's files by name. On Google Cloud it stands on the watchdog's way to call the cloud.</summary>
    public static SortedDictionary<string, string> Files(RegionFleet region)
    {
        (string Asset, string Name)[] assets = region.Cloud == CloudProvider.Aws
            ? [("halt/halting.py", "halting.py"), ("halt/aws.py", "aws.py")]
            : [
                ("halt/halting.py", "halting.py"), ("halt/gcloud.py", "main.py"), ("halt/requirements.txt", "requirements.txt"),
                .. new[] { "gcp.py", "model.py", "run.py", "decision.py" }.Select(name => ($"watchdog/{name}", name)),
            ];
        var files = assets.ToDictionary(asset => asset.Name, asset => EmbeddedText.Read(asset.Asset));
        files["config.json"] = Config(region);
        return new SortedDictionary<string, string>(files, StringComparer.Ordinal);
    }

    /// <summary>What Google Cloud calls a budget, in its console and in the messages that it sends of it.</summary>
    public static string DisplayName(string project, string stack, CloudBudget budget)
    {
        var of = budget.Team ?? budget.Serving;
        return Names.Fit($"{project}/{stack}{(of is null ? "" : budget.Team is null ? $": serving {of}" : $": {of}")}{(budget.IsDaily ? " (days)" : "")}", LongestName);
    }

    private static string Config(RegionFleet region)
    {
        var (task, google) = (region.Halt!, region.Cloud == CloudProvider.Gcp);
        return FunctionFiles.Settings(new
        {
            managedBy = Value(region.Tags.Shared.Tags[region.Tags.KeyOf("managed-by")]),
            environment = Value(region.Environment.Name()),
            mode = task.Wish.Mode.Name(),
            to = task.Wish.To == HaltTo.Zero ? "zero" : "running",
            haltAt = task.At.Fraction,
            tags = FunctionFiles.TagNames(region, google ? TagsRead : [.. TagsRead, Sign]),
            pools = task.Pools.Select(pool => Value(pool.Id)),
            budgets = task.Budgets.Where(_ => google).Select(budget => new
            {
                name = DisplayName(region.Settings.Project, region.Settings.Stack, budget),
                team = budget.Team is null ? null : Value(budget.Team),
                serving = budget.Serving is null ? null : Value(budget.Serving),
                daily = budget.IsDaily,
                limit = budget.Monthly.Amount,
            }),
        });

        string Value(string text) => google ? TagSet.Label(text) : text;
    }
}
