using System.CommandLine;
using GpuInfra.Cli.Output;
using GpuInfra.Offline;
using GpuInfra.Planning;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra init</c>: the plan and configuration of a new stack that previews at once. What exists is never written over.</summary>
internal static class InitCommand
{
    private const string Examples = """
        The plan and configuration of a new stack, ready to be previewed

        Examples:
          gpuinfra init trial --model llama-3.1-8b --start 2026-12 --owner me@example.com --aws 111122223333/us-east-1
          gpuinfra init trial --model llama-3.1-8b --start 2026-12 --owner me@example.com --gcp acme-gpu/us-central1 --daily 800M,200M,1M,3 --environment staging
          gpuinfra init trial --ask
        """;

    public static Command Create(AppConsole console)
    {
        var stack = new Argument<string>("stack") { Description = "The new stack's name, as dev", HelpName = "STACK" };
        var model = new Option<string>("--model") { Description = "The model to serve, as `gpuinfra catalog models` lists it", HelpName = "ID" };
        var start = new Option<string>("--start") { Description = "The month that the demand is of, as 2026-12", HelpName = "MONTH" };
        var owner = new Option<string>("--owner") { Description = "Who is asked about it: an e-mail address", HelpName = "EMAIL" };
        var aws = new Option<string?>("--aws") { Description = "An AWS account and its regions, as 111122223333/us-east-1,us-west-2", HelpName = "ACCOUNT/REGIONS" };
        var google = new Option<string?>("--gcp") { Description = "A Google Cloud project and its regions, as acme-gpu/us-central1", HelpName = "PROJECT/REGIONS" };
        var environment = new Option<DeploymentEnvironment>("--environment")
        {
            Description = "What the stack is for, which says what is protected",
            DefaultValueFactory = _ => DeploymentEnvironment.Dev,
        };
        var profile = new Option<string?>("--profile") { Description = "Demand as a measured trace, as azure-conv-2023 (the default)", HelpName = "NAME" };
        var scale = new Option<string?>("--scale") { Description = "How many times the trace (default: 1)", HelpName = "TIMES" };
        var daily = new Option<string?>("--daily") { Description = "Demand by day instead: input tokens, output tokens, requests, and peak minute over mean, as 800M,200M,1M,3", HelpName = "IN,OUT,REQUESTS,PEAK" };
        var ask = new Option<bool>("--ask") { Description = "Ask for what is not given; an empty answer takes the default, or leaves it out" };
        var root = PlanOptions.RootOption();
        var command = new Command("init", Examples)
        {
            stack, model, start, owner, aws, google, environment, profile, scale, daily, ask, root,
        };
        command.Validators.Add(result =>
        {
            foreach (var option in result.GetValue(ask) ? [] : new[] { model, start, owner }.Where(option => result.GetResult(option) is null))
            {
                result.AddError($"Option '{option.Name}' is required; --ask asks for what is not given.");
            }

            if (!result.GetValue(ask) && result.GetResult(aws) is null && result.GetResult(google) is null)
            {
                result.AddError("Give --aws ACCOUNT/REGIONS, --gcp PROJECT/REGIONS, or both.");
            }

            if (result.GetResult(daily) is not null && (result.GetResult(profile) is not null || result.GetResult(scale) is not null))
            {
                result.AddError("Give --daily, or --profile and --scale, not both.");
            }
        });
        command.SetAction(parsed =>
        {
            var project = PlanOptions.Project(console, parsed.GetValue(root)) ?? throw UserError.Because(
                "init", $"no Pulumi.yaml in {console.Directory} or above it; start in the project or name it with --root DIR.");
            var name = parsed.GetValue(stack)!;
            var questions = new Questions(console, parsed, parsed.GetValue(ask));
            var draft = new StackDraft
            {
                Stack = name,
                Model = questions.Required(model),
                Start = questions.Required(start),
                Owner = questions.Required(owner),
                Amazon = questions.Optional(aws),
                Google = questions.Optional(google),
                Environment = parsed.GetValue(environment),
                Daily = parsed.GetResult(profile) is null && parsed.GetResult(scale) is null ? questions.Optional(daily) : null,
                Profile = parsed.GetValue(profile),
                Scale = parsed.GetValue(scale),
            };
            if (draft is { Amazon: null, Google: null })
            {
                throw UserError.Because("init", "a stack needs --aws ACCOUNT/REGIONS, --gcp PROJECT/REGIONS, or both.");
            }

            var files = (Plan: Place(project, draft, $"{name}.plan.yaml"), Configuration: Place(project, draft, $"Pulumi.{name}.yaml"));
            var plan = draft.ToPlan();
            var fleet = Planner.Plan(PlanFile.Parse(plan, files.Plan.Name, Catalog.Embedded), name, Catalog.Embedded);
            var results = new Results(console);
            results.Add(plan, files.Plan);
            results.Add(draft.ToConfiguration(fleet), files.Configuration);
            results.Add(Told(fleet), null);
            results.Write();
            return ExitCode.Done;
        });
        return command;
    }

    private static FileInfo Place(ProjectDirectory project, StackDraft draft, string name)
    {
        if (!StackDraft.IsName(draft.Stack))
        {
            throw UserError.Because("STACK", $"\"{draft.Stack}\" is no name of a stack: letters, digits, '-' and '_', a letter first, 100 at most.");
        }

        var file = new FileInfo(Path.Combine(project.StacksDirectory, name));
        Directory.CreateDirectory(project.StacksDirectory);
        return file.Exists ? throw UserError.Because(file.FullName, "exists, and nothing is written over; choose another name, or delete it.") : file;
    }

    private static string Told(FleetPlan fleet) => FormattableString.Invariant(
        $"""
        Stack {fleet.Stack}: {fleet.Pools.Length} pool(s), {fleet.Pools.Sum(pool => pool.Instances.Desired)} machine(s), ${fleet.Pools.Sum(pool => pool.Monthly.Amount):N0} a month for machines.
        Next: gpuinfra preview --stack {fleet.Stack}
        Then put your own machine images, engine image and weights into Pulumi.{fleet.Stack}.yaml: those there are examples.

        """);
}
