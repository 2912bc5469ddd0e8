using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Benchmarks;

/// <summary>Plans of any size, made up but plausible: servings of three models, each with its own demand, over all regions given.</summary>
internal static class ScalePlan
{
    private static readonly string[] Models = ["llama-3.1-8b", "mixtral-8x7b", "llama-3.3-70b"];

    private static readonly string[] Profiles = ["azure-conv-2023", "azure-code-2023"];

    /// <summary>A production plan with a number of servings, every tenth an interruptible embedding batch.</summary>
    public static CapacityPlan Of(int servings, ImmutableArray<string> awsRegions, ImmutableArray<string> gcpRegions)
    {
        var survive = new Survival(Share.All, Share.FromPercent(60));
        var team = new Team("platform", "owner@example.com", "cc-1", null);
        return new CapacityPlan
        {
            Environment = DeploymentEnvironment.Prod,
            Platform = Platform.Vm,
            Start = new Month(2026, 12),
            AsOf = new Month(2026, 12),
            HorizonMonths = 12,
            Teams = [team],
            Clouds =
            [
                new CloudTarget(CloudProvider.Aws, "111122223333", Share.FromPercent(70), awsRegions),
                new CloudTarget(CloudProvider.Gcp, "acme-prod", Share.FromPercent(30), gcpRegions),
            ],
            Growth = Growth.Middle,
            Headroom = Share.FromPercent(20),
            Survive = survive,
            Servings = [.. Enumerable.Range(0, servings).Select(number => Serving(number, survive))],
            Workloads = [.. Enumerable.Range(0, servings).Select(number => Workload(number, team))],
            Purchasing = new Purchasing(50, ReserveTerm.None, [ServingKind.Embedding], SpotFallback.None) { CreatesReservations = true },
            Shutdown = null,
            Budget = null,
            Tags = new TagPolicy([], ImmutableSortedDictionary<string, string>.Empty),
        };
    }

    private static bool IsBatch(int number) => number % 10 == 9;

    private static string Name(int number) => FormattableString.Invariant($"serving-{number:D3}");

    private static Serving Serving(int number, Survival survive)
    {
        var model = Catalog.Embedded.FindModel(IsBatch(number) ? "bge-large" : Models[number % Models.Length])!;
        return new Serving
        {
            Name = Name(number),
            Kind = IsBatch(number) ? ServingKind.Embedding : ServingKind.Online,
            Model = model,
            Precision = model.NativePrecision,
            MaxContextTokens = Math.Min(16_384, model.MaxContextTokens),
            Latency = IsBatch(number)
                ? null
                : new LatencyTarget(TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(40 + number % 7 * 10), LatencyTarget.DefaultPercentile),
            Survive = survive,
        };
    }

    private static Workload Workload(int number, Team team) => new()
    {
        Name = $"{Name(number)}-users",
        Team = team,
        Serving = Name(number),
        Growth = Growth.Middle,
        Demand = IsBatch(number)
            ? new DemandSource.Daily(1e9 * (1 + number % 5), 0, 2.5e6 * (1 + number % 5))
            {
                Window = new RunWindow(DayRange.EveryDay, new TimeOnly(1, 0), new TimeOnly(5, 0), "Etc/UTC"),
            }
            : new DemandSource.Profiled(Catalog.Embedded.FindProfile(Profiles[number % 2])!, 1 + number % 40),
    };
}
