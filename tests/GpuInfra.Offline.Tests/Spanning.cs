using GpuInfra.Infra;
using GpuInfra.Infra.Settings;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using Pulumi;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests;

/// <summary>Production's fleet where replicas of one serving span two machines of eight H100s on either cloud, reserved and by the hour.</summary>
internal static class Spanning
{
    /// <summary>The serving.</summary>
    public const string Serving = "assistant";

    private static readonly Lazy<Task<PreviewRecord>> OnMachines = new(() => RunAsync(Platform.Vm));
    private static readonly Lazy<Task<PreviewRecord>> InClusters = new(() => RunAsync(Platform.Kubernetes));

    public static Task<PreviewRecord> Machines => OnMachines.Value;

    public static Task<PreviewRecord> Clusters => InClusters.Value;

    /// <summary>What the program registers for such a fleet, judged.</summary>
    /// <param name="platform">Where replicas run.</param>
    /// <param name="change">What else is different.</param>
    public static async Task<PreviewRecord> RunAsync(Platform platform, Func<FleetPlan, FleetPlan>? change = null)
    {
        var fleet = (await Prod.Record).Fleet;
        fleet = fleet with
        {
            Plan = fleet.Plan with { Platform = platform },
            Pools = [.. fleet.Pools.Select(pool => pool.Serving == Serving ? Spans(pool) : pool)],
        };
        fleet = change?.Invoke(fleet) ?? fleet;
        var options = ProjectDirectory.At(Repository.Root)!.Configuration("prod");
        options = options with { InvokeAnswers = CloudAnswers.For(options) };
        var result = await OfflineDeployment.RunAsync(options, () => Deployment.RunAsync(() =>
        {
            var settings = StackSettingsReader.Read(new Config(StackSettings.Namespace), Deployment.Instance.ProjectName, Deployment.Instance.StackName);
            var amazon = settings.Cluster.Aws with { Images = settings.Cluster.Aws.Images!.Add("efaPlugin", settings.Cluster.Aws.Images["devicePlugin"].Replace("device", "efa-device", StringComparison.Ordinal)) };
            return FleetProgram.Deploy(fleet, settings with { Cluster = settings.Cluster with { Aws = amazon } });
        }));
        Assert.Empty(result.Preview.Errors.Concat(result.Resolved.Errors));
        return FleetPreview.Judge(fleet, result);
    }

    private static Pool Spans(Pool pool)
    {
        const int machines = 6;
        var type = pool.Cloud == CloudProvider.Aws ? "p5.48xlarge" : "a3-megagpu-8g";
        var each = pool.Instances.Desired;
        return pool with
        {
            InstanceType = type,
            Gpu = "h100-80gb",
            GpusPerInstance = 8,
            LocalNvme = Catalog.Embedded.FindMachine(pool.Cloud, type)!.LocalNvme,
            Zones = [new PoolZone(pool.Cloud == CloudProvider.Aws ? "use1-az1" : "us-central1-a", machines)],
            Engine = pool.Engine with { TensorParallel = 8, PipelineParallel = 2 },
            NodesPerReplica = 2,
            ReplicasPerInstance = 1,
            Replicas = machines / 2,
            Ladder = [new LadderRung(type, 1)],
            Instances = new InstanceCounts(machines, machines, machines),
            Hourly = new Planning.Units.UsdPerHour(pool.Hourly.Amount * machines / each),
            Monthly = new Planning.Units.Usd(pool.Monthly.Amount * machines / each),
        };
    }
}
