using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Optimization;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Benchmarks;

/// <summary>
/// How proving the optimum of a month grows with the number of servings, each of which may run anywhere in the price book: all regions
/// of both clouds. Sizing is counted apart. With quotas, every region has so few GPUs of each kind that the fleet would
/// take more of all that it uses, and servings must give way to one another.
/// </summary>
internal static class OptimumScale
{
    /// <summary>What quotas leave of the GPUs that the fleet would take.</summary>
    private const double Left = 0.8;

    /// <summary>The proven gap that a plan is content with.</summary>
    private const double Gap = 0.0001;

    private const int Repetitions = 21;

    private static readonly int[] Sizes = [10, 100, 200, 1000];

    /// <summary>Measures production's month, then all sizes without and with quotas, and prints two tables.</summary>
    public static async Task RunAllAsync()
    {
        await OwnProcess.RunAsync("optimum-production");
        foreach (var verb in new[] { "optimum", "optimum-quotas" })
        {
            Console.WriteLine(verb == "optimum" ? "servings  choices  sizing s  solving s     gap %   nodes  peak MiB  sizing CPU s  solving CPU s" : "\nwith quotas that bind:");
            var results = new List<(double Servings, double Seconds)>();
            foreach (var size in Sizes)
            {
                var line = await OwnProcess.RunAsync(verb, size.ToString(CultureInfo.InvariantCulture));
                var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(field => double.Parse(field, CultureInfo.InvariantCulture)).ToList();
                results.Add((fields[0], fields[3]));
            }

            Console.WriteLine(FormattableString.Invariant($"growth exponent: {OwnProcess.Exponent(results):F2}"));
        }
    }

    /// <summary>Proves the optimum of production's deployed month with everything that it shares, cold and warm, and prints a line.</summary>
    public static void RunProduction()
    {
        var catalog = Catalog.Embedded;
        var plan = PlanFile.Load(Path.Combine(Repository.Root, "stacks", "prod.plan.yaml"), catalog);
        var problem = new MonthSolver(plan, new ServingTasks(plan, new DemandForecast(plan), new OfferSizer(plan, catalog), catalog), new SearchLimits()).Problem(plan.AsOf);
        var milliseconds = new List<double>();
        FleetOptimum optimum;
        do
        {
            var watch = Stopwatch.StartNew();
            optimum = FleetOptimizer.Solve(problem, new SearchLimits());
            milliseconds.Add(watch.Elapsed.TotalMilliseconds);
        }
        while (milliseconds.Count < Repetitions);

        Console.WriteLine(FormattableString.Invariant(
            $"production, {problem.Servings.Sum(serving => serving.Choices.Length)} choices, {problem.Limits.Length} shared limits: {milliseconds[0]:F1} ms cold, {milliseconds.Order().ElementAt(Repetitions / 2):F1} ms in the median of {Repetitions}, {optimum.Nodes} nodes, gap {optimum.Objective - optimum.Bound:F2} $"));
    }

    /// <summary>Measures one size in this process and prints its line.</summary>
    public static void RunOne(int servings, bool withQuotas)
    {
        var watch = Stopwatch.StartNew();
        var catalog = Catalog.Embedded;
        var plan = ScalePlan.Of(servings, [.. catalog.Regions(CloudProvider.Aws)], [.. catalog.Regions(CloudProvider.Gcp)]);
        var tasks = new ServingTasks(plan, new DemandForecast(plan), new OfferSizer(plan, catalog), catalog);
        var held = tasks.HeldIn(plan.AsOf);
        var problem = new FleetProblem([.. OnAllCores.Select(plan.Servings, serving => tasks.Of(serving, plan.AsOf, held).Need)], []);
        var (sizing, sizingWork) = (watch.Elapsed, Work());
        if (withQuotas)
        {
            problem = WithQuotas(problem, catalog);
        }

        watch.Restart();
        var before = Work();
        var optimum = FleetOptimizer.Solve(problem, new SearchLimits { Gap = Gap });
        var (solving, solvingWork) = (watch.Elapsed, Work() - before);
        var gap = optimum.Objective == 0 ? 1 : (double)((optimum.Objective - optimum.Bound) / optimum.Objective);
        Console.WriteLine(FormattableString.Invariant(
            $"{servings,8}  {problem.Servings.Sum(serving => serving.Choices.Length),7}  {sizing.TotalSeconds,8:F2}  {solving.TotalSeconds,9:F2}  {gap * 100,8:F4}  {optimum.Nodes,6}  {Process.GetCurrentProcess().PeakWorkingSet64 >> 20,8}  {sizingWork.TotalSeconds,12:F2}  {solvingWork.TotalSeconds,13:F2}"));
    }

    /// <summary>Processor time of this process so far: on a busy machine it says more than the clock.</summary>
    private static TimeSpan Work() => Process.GetCurrentProcess().TotalProcessorTime;

    /// <summary>The problem with a quota of GPUs for each region and kind of which the fleet would take some.</summary>
    private static FleetProblem WithQuotas(FleetProblem problem, Catalog catalog)
    {
        var offers = catalog.Offers.ToDictionary(offer => offer.Id, StringComparer.Ordinal);
        var limited = problem with
        {
            Servings = [.. problem.Servings.Select(serving => serving with
            {
                Choices = [.. serving.Choices.Select(choice => choice with { Uses = [new LimitUse(Name(offers[choice.Offer]), offers[choice.Offer].GpusPerInstance)] })],
            })],
        };
        var taken = FleetOptimizer.Solve(limited, new SearchLimits()).Instances
            .GroupBy(placed => placed.Choice.Uses[0].Limit, placed => placed.Choice.Uses[0].Amount * placed.Count)
            .ToDictionary(limit => limit.Key, limit => limit.Sum(), StringComparer.Ordinal);
        return limited with { Limits = [.. taken.Select(limit => new SharedLimit(limit.Key, limit.Key, Math.Floor(limit.Value * Left)))] };
    }

    private static string Name(Offer offer) => $"{offer.Cloud}/{offer.Region}/{offer.Gpu}";
}
