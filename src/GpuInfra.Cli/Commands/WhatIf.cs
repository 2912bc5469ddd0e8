using System.Collections.Immutable;
using System.CommandLine;
using GpuInfra.Cli.Reports;
using GpuInfra.Offline;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Cli.Commands;

/// <summary><c>--set</c> and <c>--compare</c>: a plan as it would be, without editing its file.</summary>
internal sealed class WhatIf
{
    private const int MostScenarios = 5;

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Plan with a value changed, as workloads.chat.demand.scale=2; further ones after a comma, or as further --set",
        HelpName = "PATH=VALUE",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<bool> _compare = new("--compare")
    {
        Description = $"Show the plan as it is and each --set by itself side by side, up to {MostScenarios}",
    };

    public WhatIf(Command command)
    {
        command.Options.Add(_set);
        command.Options.Add(_compare);
        command.Validators.Add(result =>
        {
            var count = result.GetResult(_set)?.Tokens.Count ?? 0;
            if (result.GetValue(_compare) && count is (0 or > MostScenarios))
            {
                result.AddError($"--compare takes one to {MostScenarios} scenarios, each as --set PATH=VALUE.");
            }
        });
    }

    /// <summary>The plan with every change; the plan itself when there is none.</summary>
    public PlanSource Applied(ParseResult parsed, PlanSource source) =>
        Compares(parsed) ? source : source with { Edits = [.. Sets(parsed)] };

    /// <summary>Whether anything is changed, so that the result is no stack's own.</summary>
    public bool IsHypothetical(ParseResult parsed) => Sets(parsed).Length > 0;

    /// <summary>Whether scenarios are wanted side by side.</summary>
    public bool Compares(ParseResult parsed) => parsed.GetValue(_compare);

    /// <summary>The plan as it is, and each change of it by itself. One that cannot be planned is told; one that cannot be read is refused.</summary>
    /// <exception cref="PlanException">The plan as it is cannot be planned, or a change cannot be read.</exception>
    public ImmutableArray<Scenario> Scenarios(ParseResult parsed, PlanSource source, FleetPlan fleet) =>
        [new Scenario("plan", fleet, []), .. Sets(parsed).Select(set => Of(set, source with { Edits = [set] }))];

    private static Scenario Of(string set, PlanSource source)
    {
        var plan = source.Read();
        try
        {
            return new Scenario(set, source.Plan(plan), []);
        }
        catch (PlanException infeasible)
        {
            return new Scenario(set, null, infeasible.Problems);
        }
    }

    private string[] Sets(ParseResult parsed) => parsed.GetValue(_set) ?? [];
}
