using GpuInfra.Infra;
using GpuInfra.Infra.Settings;
using GpuInfra.Offline.Costs;
using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Replays;
using Pulumi;
using Pulumi.Offline;

namespace GpuInfra.Offline;

/// <summary>Runs the Pulumi program in this process and records what it would create, without account, CLI or clock.</summary>
public static class FleetPreview
{
    /// <summary>The policy that judges the plan's own waivers.</summary>
    public static string WaiverPolicy => WaiverRules.Waivers.Id;

    /// <summary>Previews a plan.</summary>
    /// <param name="source">The plan.</param>
    /// <param name="today">The current date, which waivers are judged against; default: the first day of the plan's <c>asOf</c>.</param>
    /// <exception cref="PlanException">The plan or the stack's configuration is bad, or the plan is infeasible.</exception>
    public static async Task<PreviewRecord> RunAsync(PlanSource source, DateOnly? today = null)
    {
        var problems = new List<PlanProblem>();
        var plan = Attempt(source.Deployed, problems);
        var options = (source.Stack ?? plan?.Stack) is { } stack ? Attempt(() => Configuration(source, stack), problems) : null;
        if (plan is not { } fleet || options is null)
        {
            throw new PlanException(problems);
        }

        PriceAge.Require(fleet, today ?? PriceAge.DayOf(fleet.Plan));
        // The losses are played while the program runs.
        var proof = SurvivalProof.Begin(fleet, source.Catalog);
        options = options with { InvokeAnswers = CloudAnswers.For(options) };
        var result = await OfflineDeployment.RunAsync(options, source.IsOverride || !source.IsOfThisVersion ? () => DeployAsync(fleet) : Program.Main);
        if (!result.Preview.Errors.IsEmpty || !result.Resolved.Errors.IsEmpty)
        {
            throw new PlanException(result.Preview.Errors.Concat(result.Resolved.Errors).Distinct()
                .SelectMany(error => error.Split('\n'))
                .Select(error => new PlanProblem($"stack {fleet.Stack}", 0, 0, "", error)));
        }

        var proven = proof();
        return Judge(fleet, result, proven with { Mends = HeadroomThatHolds.Of(fleet, proven, source.Catalog) }, source.Catalog, today);
    }

    /// <summary>Prices and judges what a run of the program has registered for a fleet.</summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="result">Both runs; neither may have ended with an error.</param>
    /// <param name="today">The day that waivers and freezes are judged on. Default: the first day of the plan's month.</param>
    /// <param name="catalog">The prices. Default: this version's.</param>
    public static PreviewRecord Judge(FleetPlan fleet, OfflineResult result, DateOnly? today = null, Catalog? catalog = null) =>
        Judge(fleet, result, SurvivalProof.Of(fleet, catalog ?? Catalog.Embedded), catalog ?? Catalog.Embedded, today);

    /// <summary>The same for a fleet whose losses have been played.</summary>
    internal static PreviewRecord Judge(FleetPlan fleet, OfflineResult result, SurvivalProof proof, Catalog catalog, DateOnly? today)
    {
        var record = new PreviewRecord
        {
            Stack = fleet.Stack,
            Fleet = fleet,
            Preview = result.Preview,
            Resolved = result.Resolved,
            Costs = CostEstimate.Of(fleet, result.Resolved, catalog),
            Proof = proof,
            Today = today ?? PriceAge.DayOf(fleet.Plan),
            Checks = [],
        };
        return Redaction.Of(record with { Checks = PolicyRun.Run(record) });
    }

    /// <summary>The program, for a fleet whose plan is not the one that the stack's configuration names.</summary>
    private static Task<int> DeployAsync(FleetPlan fleet) => Deployment.RunAsync(() => FleetProgram.Deploy(
        fleet,
        StackSettingsReader.Read(
            new Config(StackSettings.Namespace), Deployment.Instance.ProjectName, Deployment.Instance.StackName)));

    private static OfflineOptions Configuration(PlanSource source, string stack) => source.Project is { } project
        ? project.Configuration(stack)
        : throw new PlanException([new PlanProblem(
            source.Path, 0, 0, "",
            "is outside a project, so there is no stack configuration for it; name the project with --root DIR.")]);

    /// <summary>What the action yields; null when it fails by the user's mistakes, which are then noted.</summary>
    private static T? Attempt<T>(Func<T> action, List<PlanProblem> problems)
        where T : class
    {
        try
        {
            return action();
        }
        catch (PlanException mistake)
        {
            problems.AddRange(mistake.Problems);
            return null;
        }
    }
}
