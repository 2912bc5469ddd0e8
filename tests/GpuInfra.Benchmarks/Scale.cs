using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using GpuInfra.Infra;
using GpuInfra.Infra.Settings;
using GpuInfra.Offline;
using GpuInfra.Planning;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Replays;
using Pulumi.Offline;

namespace GpuInfra.Benchmarks;

/// <summary>
/// How planning and previewing grow with the number of servings. Each size runs in a process of its own, so that its peak memory and
/// the runtime's start are its own; the growth exponent is the slope of log time over log size.
/// </summary>
internal static class Scale
{
    private const int Regions = 3;

    private static readonly int[] Sizes = [10, 50, 100, 200];

    /// <summary>Measures all sizes and prints a table.</summary>
    public static async Task RunAllAsync()
    {
        Console.WriteLine("servings  pools  resources  plan s  preview s  peak MiB");
        var results = new List<(double Servings, double Plan, double Preview)>();
        foreach (var size in Sizes)
        {
            var line = await OwnProcess.RunAsync("scale", size.ToString(CultureInfo.InvariantCulture));
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(field => double.Parse(field, CultureInfo.InvariantCulture)).ToList();
            results.Add((fields[0], fields[3], fields[4]));
        }

        Console.WriteLine(FormattableString.Invariant(
            $"growth exponent: plan {OwnProcess.Exponent(results.Select(result => (result.Servings, result.Plan))):F2}, preview {OwnProcess.Exponent(results.Select(result => (result.Servings, result.Preview))):F2}"));
    }

    /// <summary>Measures one size in this process and prints its line.</summary>
    public static async Task RunOneAsync(int servings)
    {
        var watch = Stopwatch.StartNew();
        var fleet = Fleet(servings);
        var planned = watch.Elapsed;

        // As a preview does: the losses are played while the program runs.
        var proof = SurvivalProof.Begin(fleet, Catalog.Embedded);
        var result = await DeployAsync(fleet);
        PreviewJson.Write(Stream.Null, FleetPreview.Judge(fleet, result, proof(), Catalog.Embedded, today: null));
        Console.WriteLine(FormattableString.Invariant(
            $"{servings,8}  {fleet.Pools.Length,5}  {result.Preview.Resources.Length,9}  {planned.TotalSeconds,6:F2}  {watch.Elapsed.TotalSeconds,9:F2}  {Process.GetCurrentProcess().PeakWorkingSet64 >> 20,8}"));
    }

    /// <summary>The fleet of a made-up plan.</summary>
    public static FleetPlan Fleet(int servings) => Planner.Plan(ScalePlan.Of(servings, Take(CloudProvider.Aws), Take(CloudProvider.Gcp)), "scale", Catalog.Embedded);

    /// <summary>Runs the program for it.</summary>
    public static async Task<OfflineResult> DeployAsync(FleetPlan fleet)
    {
        var stack = new OfflineOptions { Project = "gpuinfra", Stack = "scale" };
        var result = await OfflineDeployment.RunAsync(
            stack with { InvokeAnswers = CloudAnswers.For(stack) },
            () => FleetProgram.Deploy(fleet, Settings(fleet)));
        if (!result.Succeeded)
        {
            throw new InvalidOperationException(string.Join('\n', result.Errors.Take(10)));
        }

        return result;
    }

    /// <summary>A configuration with made-up images and networks for every region and model.</summary>
    private static StackSettings Settings(FleetPlan fleet)
    {
        var digest = $"sha256:{new string('0', 64)}";
        var regions = fleet.Pools.Select(pool => (pool.Cloud, pool.Region)).Distinct().Order().ToList();
        return new StackSettings
        {
            Project = "gpuinfra",
            Stack = "scale",
            PlanFile = "scale.plan.yaml",
            AmazonImages = Catalog.Embedded.Regions(CloudProvider.Aws).ToImmutableDictionary(region => region, _ => "ami-0123456789abcdef0"),
            GoogleImage = "projects/acme-prod/global/images/example-v1",
            AmazonEngineImage = $"vllm-openai@{digest}",
            GoogleEngineImage = $"us-docker.pkg.dev/acme-prod/serving/vllm-openai@{digest}",
            Weights = fleet.Pools.Select(pool => $"{pool.Engine.Model}/{pool.Engine.Precision.ToString().ToLowerInvariant()}").Distinct()
                .ToImmutableDictionary(weights => weights, _ => "r1"),
            Networks = regions.Select((region, index) => (region, index)).ToImmutableDictionary(
                item => $"{item.region.Cloud.ToString().ToLowerInvariant()}/{item.region.Region}",
                item => FormattableString.Invariant($"10.{100 + item.index}.0.0/16")),
        };
    }

    private static ImmutableArray<string> Take(CloudProvider cloud) => [.. Catalog.Embedded.Regions(cloud).Take(Regions)];
}
