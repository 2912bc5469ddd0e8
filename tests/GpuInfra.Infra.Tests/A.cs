using System.Collections.Immutable;
using GpuInfra.Infra.Settings;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Units;

namespace GpuInfra.Infra.Tests;

/// <summary>Fleets and settings to deploy; a test names only what it is about.</summary>
internal static class A
{
    public const string Account = "111122223333";
    public const string Project = "acme-gpu";
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    public static RunWindow Window(string from, string to) =>
        new(new DayRange(DayOfWeek.Monday, DayOfWeek.Friday), TimeOnly.Parse(from), TimeOnly.Parse(to), "Europe/Berlin");

    /// <summary>A pool of single-GPU replicas with <paramref name="instances"/> machines in each of two zones.</summary>
    public static Pool Pool(
        CloudProvider cloud = CloudProvider.Aws,
        Tier tier = Tier.OnDemand,
        string serving = "chat",
        int instances = 2,
        RunWindow? window = null,
        bool autoShutdown = false,
        string? instanceType = null,
        ImmutableArray<LadderRung> ladder = default)
    {
        var aws = cloud == CloudProvider.Aws;
        var region = aws ? "us-east-1" : "us-central1";
        var type = instanceType ?? (aws ? "g6.12xlarge" : "g2-standard-48");
        var attached = type.Contains('+', StringComparison.Ordinal);
        var gpu = attached ? "t4" : "l4";
        return new Pool
        {
            Id = $"{serving}-{cloud.ToString().ToLowerInvariant()}-{region}-{tier.ToString().ToLowerInvariant()}-{gpu}",
            Serving = serving,
            Tier = tier,
            Cloud = cloud,
            Region = region,
            Zones = aws
                ? [new PoolZone("use1-az1", instances), new PoolZone("use1-az4", instances), new PoolZone("use1-az6", 0)]
                : [new PoolZone("us-central1-a", instances), new PoolZone("us-central1-b", instances), new PoolZone("us-central1-c", 0)],
            InstanceType = type,
            Gpu = gpu,
            GpusPerInstance = attached ? 2 : 4,
            AttachedGpu = attached,
            LocalNvme = default,
            Engine = new EngineSettings
            {
                Model = "llama-3.1-8b",
                Precision = Precision.Bf16,
                Task = ModelTask.Generation,
                TensorParallel = 1,
                PipelineParallel = 1,
                MaxContextTokens = 16384,
                MaxConcurrency = 64,
                MemoryUtilization = Share.FromPercent(90),
            },
            ReplicasPerInstance = attached ? 2 : 4,
            ReplicaCapacity = new ReplicaCapacity(1, default, default),
            Replicas = instances * 8,
            Ladder = ladder.IsDefault ? [new LadderRung(type, attached ? 2 : 4)] : ladder,
            Instances = new InstanceCounts(tier == Tier.Spot ? 0 : instances * 2, instances * 2, instances * 2),
            Window = window,
            AutoShutdown = autoShutdown,
            Team = "search",
            CostCenter = "cc-42",
            Hourly = new UsdPerHour(10),
            Monthly = new Usd(7300),
        };
    }

    /// <summary>A pool of <paramref name="replicas"/> replicas over two machines of eight GPUs each, in one zone.</summary>
    public static Pool Spanning(CloudProvider cloud = CloudProvider.Aws, Tier tier = Tier.OnDemand, int replicas = 3, RunWindow? window = null, string? instanceType = null)
    {
        var pool = Pool(cloud, tier, window: window);
        var type = instanceType ?? (cloud == CloudProvider.Aws ? "p5.48xlarge" : "a3-megagpu-8g");
        return pool with
        {
            Id = pool.Id.Replace("-l4", "-h100-80gb", StringComparison.Ordinal),
            InstanceType = type,
            Gpu = "h100-80gb",
            GpusPerInstance = 8,
            Zones = [new PoolZone(pool.Zones[0].Zone, 2 * replicas)],
            Engine = pool.Engine with { TensorParallel = 8, PipelineParallel = 2 },
            NodesPerReplica = 2,
            ReplicasPerInstance = 1,
            Replicas = replicas,
            Ladder = [new LadderRung(type, 1)],
            Instances = new InstanceCounts(2 * replicas, 2 * replicas, 2 * replicas),
        };
    }

    public static HeldUse Held(string id, string zone, int instances) =>
        new(id, ReservationKind.OnDemand, Account, zone, instances, new UsdPerHour(5), null);

    public static FleetPlan FleetPlan(params Pool[] pools) => FleetPlan(DeploymentEnvironment.Prod, pools);

    public static FleetPlan FleetPlan(DeploymentEnvironment environment, params Pool[] pools) => new()
    {
        Stack = "prod",
        PlanHash = "abc123",
        PriceBook = new PriceBook(new DateOnly(2026, 7, 1), "def456"),
        Plan = Plan(environment, pools),
        Quotas = [],
        Servings = [.. pools.Select(pool => pool.Serving).Distinct().Order(StringComparer.Ordinal).Select(name => Serving(name, pools))],
        Pools = [.. pools],
        Steps = [],
        Cost = new FleetCost
        {
            Monthly = new Usd(pools.Sum(pool => pool.Monthly.Amount)),
            ByTier = [],
            ByCloud = [],
            ByWorkload = [],
            ByTeam = [],
            Unpriced = [],
        },
        Warnings = [],
    };

    public static StackSettings Settings() => new()
    {
        Project = "gpuinfra",
        Stack = "prod",
        PlanFile = "prod.plan.yaml",
        AmazonImages = ImmutableDictionary<string, string>.Empty.Add("us-east-1", "ami-0123456789abcdef0"),
        AmazonEngineImage = $"vllm-openai@{Digest}",
        GoogleImage = "projects/acme-gpu/global/images/gpu-v1",
        GoogleEngineImage = $"us-docker.pkg.dev/acme-images/serving/vllm-openai@{Digest}",
        Weights = ImmutableDictionary<string, string>.Empty.Add("llama-3.1-8b/bf16", "r1"),
    };

    private static CapacityPlan Plan(DeploymentEnvironment environment, Pool[] pools) => new()
    {
        Environment = environment,
        Platform = Platform.Vm,
        Start = new Month(2026, 12),
        AsOf = new Month(2026, 12),
        HorizonMonths = 12,
        Teams = [new Team("search", "search@example.com", "cc-42", null)],
        Clouds =
        [
            new CloudTarget(CloudProvider.Aws, Account, Share.FromPercent(70), ["us-east-1"]),
            new CloudTarget(CloudProvider.Gcp, Project, Share.FromPercent(30), ["us-central1"]),
        ],
        Growth = Growth.None,
        Headroom = Share.FromPercent(20),
        Survive = Survival.None,
        Servings = [.. pools.Select(pool => pool.Serving).Distinct().Select(name => Serving(name, pools).Serving)],
        Workloads = [],
        Purchasing = new Purchasing(null, ReserveTerm.None, [ServingKind.Batch], SpotFallback.None),
        Shutdown = null,
        Budget = null,
        Tags = new TagPolicy(["owner"], ImmutableSortedDictionary<string, string>.Empty.Add("app", "Chat App")),
    };

    /// <summary>Online, unless its name says batch.</summary>
    private static ServingFleet Serving(string name, Pool[] pools) => new()
    {
        Serving = new Serving
        {
            Name = name,
            Kind = name.StartsWith("batch", StringComparison.Ordinal) ? ServingKind.Batch : ServingKind.Online,
            Model = Catalog.Embedded.FindModel("llama-3.1-8b")!,
            Precision = Precision.Bf16,
            MaxContextTokens = 16384,
            Latency = null,
            Survive = Survival.None,
        },
        Workloads = [],
        Demand = new Demand { RequestsPerSecond = 1, InputTokens = 100, OutputTokens = 10, LongInputTokens = 200, Lengths = LengthClasses.Exponential(100, 10), Load = LoadCurve.Flat },
        PoolIds = [.. pools.Where(pool => pool.Serving == name).Select(pool => pool.Id)],
        CapacityRequestsPerSecond = 2,
        Headroom = Share.FromPercent(25),
        Latency = null,
        Survival = [],
        Rejections = [],
    };
}
