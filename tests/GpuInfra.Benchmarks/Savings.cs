using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Optimization;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Benchmarks;

/// <summary>
/// What each idea saves, on the same demand, models, latency targets, sizer and prices. First fleets of other rules, which promise less than ours; then fleets
/// that all keep what the plan promises, each with one more freedom, down to the bound of the linear relaxation.
/// </summary>
internal static class Savings
{
    private static readonly SearchLimits Limits = new();

    /// <summary>Prints the table of some plans.</summary>
    public static void Run()
    {
        Print("prod", PlanFile.Load(Path.Combine(Repository.Root, "stacks", "prod.plan.yaml"), Catalog.Embedded));
        ImmutableArray<string> aws = ["us-east-1", "us-west-2"], gcp = ["us-central1", "us-west1"];
        Print("10 servings, 2 regions a cloud", ScalePlan.Of(10, aws, gcp));
        Print("30 servings, 2 regions a cloud", ScalePlan.Of(30, aws, gcp));
    }

    private static void Print(string name, CapacityPlan plan)
    {
        plan = plan with { OffersPerCloud = 1 };
        var standing = plan with { Purchasing = plan.Purchasing with { SpotFor = [] } };
        var two = plan with { OffersPerCloud = 2 };
        var sorted = two with { Servings = [.. two.Servings.Select(BySize)] };

        Console.WriteLine($"{name}: $ a month for machines");
        Line("seeds: one GPU type, average demand", SeedRule(standing));
        Line("cheapest single offer of each serving", Needs(standing).Sum(task => SingleOffer(task)));
        Line("mix by size, one cloud, no tiers (Melange)", Needs(standing with { Servings = [.. standing.Servings.Select(BySize)] }).Sum(task => Mix(task, standing)));
        Console.WriteLine("  all that the plan promises:");
        var before = Line("one GPU type for all, on demand", OneGpu(standing));
        before = Line("best offer of each serving and cloud", Cost(standing), before);
        before = Line("spot for what may wait", Cost(plan), before);
        Line("two offers a cloud", Cost(two), before);
        Bound(two);

        // Rates by size tell more than the rate of the mean request, so both lines here are with them.
        Console.WriteLine("  the same, counted with a rate for each size of request:");
        before = Line("two offers a cloud, not sorted", Solve([.. Needs(sorted).Select(task => Unsorted(task.Need))]));
        Line("two offers a cloud, routed by size", Cost(sorted), before);
        Bound(sorted);
    }

    private static decimal? Line(string words, decimal? cost, decimal? before = null)
    {
        var saved = before is { } dearer && cost is { } cheaper ? FormattableString.Invariant($"{(1 - cheaper / dearer) * 100,8:0.0} % less than the step before") : "";
        Console.WriteLine(cost is { } known ? FormattableString.Invariant($"  {words,-46}{known,14:N0}{saved}") : $"  {words,-46}          none");
        return cost;
    }

    private static void Bound(CapacityPlan plan)
    {
        var bounds = Needs(plan).Select(task => Relaxation(task.Need)).ToList();
        Line("bound of the linear relaxation", bounds.Contains(null) ? null : bounds.Sum());
    }

    private static Serving BySize(Serving serving) => serving.Kind != ServingKind.Online
        ? serving
        : serving with { Techniques = serving.Techniques with { Routing = Routing.BySize } };

    /// <summary>Every instance gets the same mix, at the one rate that the rates by size give for it.</summary>
    private static ServingNeed Unsorted(ServingNeed need) => need.Sizes.IsEmpty ? need : need with
    {
        Sizes = [],
        Choices = [.. need.Choices.Where(choice => choice.SizeRates.All(rate => rate > 0)).Select(choice => choice with { SizeRates = [] })],
    };

    private static ImmutableArray<ServingTask> Needs(CapacityPlan plan)
    {
        var tasks = new ServingTasks(plan, new DemandForecast(plan), new OfferSizer(plan, Catalog.Embedded), Catalog.Embedded);
        return [.. plan.Servings.Select(serving => tasks.Of(serving, plan.AsOf, tasks.HeldIn(plan.AsOf)))];
    }

    private static decimal Cost(CapacityPlan plan) => Solve([.. Needs(plan).Select(task => task.Need)])
        ?? throw new InvalidOperationException("The plan has no fleet.");

    private static decimal? Solve(ImmutableArray<ServingNeed> needs)
    {
        var found = FleetOptimizer.Solve(new FleetProblem(needs, []), Limits);
        return found.IsSolved ? found.Objective : null;
    }

    /// <summary>Average demand over the rate of one instance, rounded up, all servings on the one GPU type for which that costs least; nothing is kept for a peak or a loss.</summary>
    private static decimal? SeedRule(CapacityPlan plan)
    {
        var tasks = Needs(plan);
        return Gpus(tasks).Select(gpu => tasks.Sum(task => Offers(task, gpu).Min(choice => Whole(task.Demand.RequestsPerSecond, choice)))).Min(cost => (decimal?)cost);
    }

    /// <summary>One GPU type for all servings, with all that the plan promises.</summary>
    private static decimal? OneGpu(CapacityPlan plan)
    {
        var tasks = Needs(plan);
        return Gpus(tasks).Select(gpu => Solve([.. tasks.Select(task => task.Need with { Choices = [.. Offers(task, gpu)] })])).Min();
    }

    /// <summary>The one offer of any cloud that carries the peak with its headroom at least cost.</summary>
    private static decimal SingleOffer(ServingTask task) => task.Need.Choices.Min(choice => Whole(task.Need.Peak, choice));

    /// <summary>Offers of one cloud that carry the peak minute, each size on what serves it best, without headroom.</summary>
    private static decimal Mix(ServingTask task, CapacityPlan plan) => plan.Clouds.Select(cloud => Solve([task.Need with
    {
        Peak = task.Demand.PeakRequestsPerSecond,
        Baseline = 0,
        Survive = Survival.None,
        MostOffers = 8,
        Clouds = [new CloudShare(cloud.Cloud, 1)],
        Choices = [.. task.Need.Choices.Where(choice => choice.Cloud == cloud.Cloud)],
    }])).Min() ?? throw new InvalidOperationException($"{task.Serving.Name} has no mix.");

    /// <summary>GPU types that every serving has an offer of, in each cloud.</summary>
    private static IEnumerable<string> Gpus(ImmutableArray<ServingTask> tasks) => tasks[0].Candidates.Select(candidate => candidate.Offer.Gpu).Distinct()
        .Where(gpu => tasks.All(task => task.Need.Clouds.All(cloud => Offers(task, gpu).Any(choice => choice.Cloud == cloud.Cloud))))
        .Order(StringComparer.Ordinal);

    private static IEnumerable<PoolChoice> Offers(ServingTask task, string gpu)
    {
        var offers = task.Candidates.Where(candidate => candidate.Offer.Gpu == gpu).Select(candidate => candidate.Id).ToHashSet(StringComparer.Ordinal);
        return task.Need.Choices.Where(choice => offers.Contains(choice.Offer));
    }

    private static decimal Whole(double requestsPerSecond, PoolChoice choice) => choice.Cheapest * Math.Max(1, Candidate.CeilingOf(requestsPerSecond / choice.Rate));

    /// <summary>The relaxation's optimum; null where the simplex gives up before it.</summary>
    private static decimal? Relaxation(ServingNeed need)
    {
        var program = new FleetFormulation(new FleetProblem([Dominance.Reduce(need)], [])).Program;
        var simplex = new DualSimplex(
            new SparseMatrix(program.Variables.Count, program.Rows),
            [.. program.Variables.Select(variable => (double)variable.Cost)],
            [.. program.Variables.Select(variable => variable.Lower), .. program.Rows.Select(row => row.Lower)],
            [.. program.Variables.Select(variable => variable.Upper), .. program.Rows.Select(row => row.Upper)]);
        return simplex.Solve(double.PositiveInfinity) == SimplexStatus.Optimal ? (decimal)simplex.SafeBound() : null;
    }
}
