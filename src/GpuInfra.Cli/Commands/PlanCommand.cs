using System.Collections.Immutable;
using System.CommandLine;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Offline;
using GpuInfra.Planning;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Finance.Penalties;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Locks;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Routes;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra plan</c>: the fleet plan alone, without running the Pulumi program.</summary>
internal static class PlanCommand
{
    private const string Examples = """
        Plan the fleet: pools, cost, headroom, what was not taken and why, the coming months

        Examples:
          gpuinfra plan --stack prod
          gpuinfra plan --stack prod --explain chat
          gpuinfra plan --stack prod --set workloads.chat.demand.scale=2 --set headroom=30% --compare
          gpuinfra plan --stack prod --levers
          gpuinfra plan --stack prod --write
        """;

    public static Command Create(AppConsole console)
    {
        var explain = new Option<string?>("--explain")
        {
            Description = "Show every option not taken, for one workload or serving or for all",
            HelpName = "WORKLOAD",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var levers = new Option<bool>("--levers") { Description = "Also plan again with each lever pulled alone, and show what it saves" };
        var write = new Option<bool>("--write") { Description = "Also write the fleet as the stack's lock, for review and deployment" };
        var fresh = new Option<bool>("--fresh") { Description = "Plan as if nothing ran: servings move for any saving from what the stack's lock holds" };
        var command = new Command("plan", Examples);
        var problem = OutputOptions.FileOption("--lp", "Also write the problem solved for the deployed month, in CPLEX LP format for any solver to check");
        var plan = new PlanOptions(command, console);
        command.Options.Add(explain);
        command.Options.Add(levers);
        command.Options.Add(write);
        command.Options.Add(fresh);
        command.Options.Add(problem);
        var whatIf = new WhatIf(command);
        var today = TodayOption.Create();
        command.Options.Add(today);
        var output = new OutputOptions(command, console);
        command.SetAction(parsed =>
        {
            var (file, problemFile) = (output.Out(parsed), output.File(parsed, problem));
            var source = whatIf.Applied(parsed, plan.Source(parsed)) with { IsFresh = parsed.GetValue(fresh) };
            var fleet = source.Plan();
            var day = parsed.GetValue(today) ?? PriceAge.DayOf(fleet.Plan);
            PriceAge.Require(fleet, day);
            Incident.Require(fleet.Plan, day);
            if (whatIf.Compares(parsed))
            {
                return Compare(console, output, parsed, whatIf.Scenarios(parsed, source, fleet), file);
            }

            var explained = parsed.GetResult(explain) is null ? null : parsed.GetValue(explain) ?? "";
            RequireKnown(fleet, explained);

            var effects = parsed.GetValue(levers) ? LeverEffect.Of(fleet, Catalog.Embedded) : [];
            var explanation = explained is null ? null : FleetExplanation.Of(fleet, Catalog.Embedded);
            var results = new Results(console);
            results.Add(output.Render(
                parsed, () => FleetPlanJson.ToJson(fleet, effects, explanation, (json, planned) =>
                {
                    RoutingJson.WriteMember(json, planned);
                    ApiSpendJson.WriteMember(json, planned);
                    PenaltyJson.WriteMember(json, ExpectedPenalty.Of(planned, Catalog.Embedded));
                }), () => PlanReport.Of(fleet, explained, explanation, effects, day)), file);
            if (parsed.GetValue(write))
            {
                RequireWritten(whatIf.IsHypothetical(parsed));
                results.Add(LockText.Of(FleetLock.Of(fleet)), LockFile(source));
            }

            if (problemFile is not null)
            {
                using var text = new StringWriter();
                fleet.WriteProblem(text);
                results.Add(text.ToString(), problemFile);
            }

            results.Write();
            return ExitCode.Done;
        });
        return command;
    }

    private static int Compare(AppConsole console, OutputOptions output, ParseResult parsed, ImmutableArray<Scenario> scenarios, FileInfo? file)
    {
        var results = new Results(console);
        results.Add(output.Render(parsed, () => Comparison.ToJson(scenarios), () => Comparison.Of(scenarios)), file);
        results.Write();
        return ExitCode.Done;
    }

    /// <exception cref="PlanException">The fleet is of a plan that nobody has written.</exception>
    private static void RequireWritten(bool hypothetical)
    {
        if (hypothetical)
        {
            throw UserError.Because("--write", "locks the plan as it is written: edit the plan instead of using --set.");
        }
    }

    /// <exception cref="PlanException">The plan stands in for a stack's own.</exception>
    private static FileInfo LockFile(PlanSource source) => source is { IsOverride: false, Stack: { } stack }
        ? new FileInfo(Path.GetFullPath(source.LockFile(stack)))
        : throw UserError.Because("--write", "writes the lock of a stack: name it with --stack, not its plan with --plan.");

    private static void RequireKnown(FleetPlan fleet, string? explained)
    {
        var names = fleet.Servings.SelectMany(serving => serving.Workloads.Prepend(serving.Serving.Name)).Distinct().ToList();
        if (explained is { Length: > 0 } && !names.Contains(explained))
        {
            throw UserError.Because(
                "--explain",
                $"the plan has no workload or serving \"{explained}\"{Suggestion.DidYouMean(explained, names)}; "
                + $"it has {string.Join(", ", names)}.");
        }
    }
}
