using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing.Training;
using GpuInfra.Planning.Units;

namespace GpuInfra.Tests;

/// <summary>Builders: a valid thing of each kind, to be changed with <c>with</c> where a test cares.</summary>
internal static class A
{
    public static readonly Catalog Catalog = Catalog.Embedded;

    public static readonly Team Team = new("support", "owner@example.com", "cc-42", null);

    public static Model Model(string id) => Catalog.FindModel(id) ?? throw new ArgumentException(id);

    public static Gpu Gpu(string id) => Catalog.FindGpu(id) ?? throw new ArgumentException(id);

    public static DemandProfile Profile(string id) => Catalog.FindProfile(id) ?? throw new ArgumentException(id);

    public static Serving Serving(string name = "assistant", string model = "llama-3.1-8b", ServingKind kind = ServingKind.Online) => new()
    {
        Name = name,
        Kind = kind,
        Model = Model(model),
        Precision = Model(model).NativePrecision,
        MaxContextTokens = Math.Min(16_384, Model(model).MaxContextTokens),
        Latency = kind == ServingKind.Online
            ? new LatencyTarget(TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(50), LatencyTarget.DefaultPercentile)
            : null,
        Survive = Survival.None,
    };

    public static Workload Workload(string name = "chat", string serving = "assistant", double scale = 4, string profile = "azure-conv-2023") => new()
    {
        Name = name,
        Team = Team,
        Serving = serving,
        Growth = Growth.None,
        Demand = new DemandSource.Profiled(Profile(profile), scale),
    };

    public static Workload NightlyIndex(string name = "nightly-index", string serving = "embedder") => Workload(name, serving) with
    {
        Demand = new DemandSource.Daily(6e9, 0, 1.5e7)
        {
            Window = new RunWindow(DayRange.EveryDay, new TimeOnly(1, 0), new TimeOnly(5, 0), "Etc/UTC"),
        },
    };

    public static TrainingJob TrainingJob(Model? model = null, TrainingMethod method = TrainingMethod.Full) => new()
    {
        Model = model ?? Model("llama-3.1-8b"),
        Method = method,
        Tokens = 1e9,
    };

    public static CloudTarget Aws(double percent = 100, string region = "us-east-1") =>
        new(CloudProvider.Aws, "111122223333", Share.FromPercent(percent), [region]);

    public static CloudTarget Gcp(double percent, string region = "us-central1") =>
        new(CloudProvider.Gcp, "acme-prod", Share.FromPercent(percent), [region]);

    /// <summary>One online serving with one workload on one cloud, nothing reserved, nothing promised.</summary>
    public static CapacityPlan Plan() => new()
    {
        Environment = DeploymentEnvironment.Prod,
        Platform = Platform.Vm,
        Start = new Month(2026, 12),
        AsOf = new Month(2026, 12),
        HorizonMonths = 1,
        Teams = [Team],
        Clouds = [Aws()],
        Growth = Growth.None,
        Headroom = Share.FromPercent(20),
        Survive = Survival.None,
        Servings = [Serving()],
        Workloads = [Workload()],
        Purchasing = new Purchasing(null, ReserveTerm.None, [], SpotFallback.None),
        Shutdown = null,
        Budget = null,
        Tags = new TagPolicy([], ImmutableSortedDictionary<string, string>.Empty),
    };

    /// <summary>What production looks like: two online servings and a nightly batch over both clouds, with promises.</summary>
    public static CapacityPlan ProdPlan()
    {
        var survive = new Survival(Share.All, Share.FromPercent(60));
        return Plan() with
        {
            Clouds = [Aws(70), Gcp(30)],
            Survive = survive,
            Servings =
            [
                Serving() with { Survive = survive },
                Serving("coder", "mixtral-8x7b") with { Survive = survive },
                Serving("embedder", "bge-large", ServingKind.Embedding) with { MaxContextTokens = 512, Survive = survive },
            ],
            Workloads = [Workload(scale: 40), Workload("copilot", "coder", 4, "azure-code-2023"), NightlyIndex()],
            Purchasing = new Purchasing(50, ReserveTerm.OneYear, [ServingKind.Embedding, ServingKind.Batch], SpotFallback.None) { CreatesReservations = true },
        };
    }
}
