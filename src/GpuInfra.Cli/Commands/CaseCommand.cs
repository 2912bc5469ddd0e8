using System.CommandLine;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance.Cases;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra case</c> and <c>gpuinfra memo</c>: whether a plan pays and what could go wrong, in full and on one page.</summary>
internal static class CaseCommand
{
    private const string CaseExamples = """
        Hold a plan to the gates of its business case and roadmap, with its risks and what less of each would cost

        Examples:
          gpuinfra case --stack prod
          gpuinfra case --stack prod --benefit '$4M' --upfront '$300k' --exit-code
        """;

    private const string MemoExamples = """
        Write a plan as one page for people who decide: what it is for, what it costs, what it brings, what could go wrong, what is asked for

        Examples:
          gpuinfra memo --stack prod --benefit '$4M' --upfront '$300k' --md memo.md
        """;

    /// <summary><c>gpuinfra case</c>.</summary>
    public static Command Create(AppConsole console) => Create(console, "case", CaseExamples, CaseReport.Of);

    /// <summary><c>gpuinfra memo</c>.</summary>
    public static Command CreateMemo(AppConsole console) => Create(console, "memo", MemoExamples, MemoReport.Of);

    private static Command Create(AppConsole console, string name, string examples, Func<CaseFile, IEnumerable<Block>> report)
    {
        var benefit = QuantityOption.Of("--benefit", "What it brings a month, revenue or savings, before its cost", "MONEY", HumanUnits.Money);
        var upfront = QuantityOption.Of("--upfront", "What is paid before the first month (default: nothing)", "MONEY", HumanUnits.Money);
        var strict = new Option<bool>("--exit-code") { Description = "End with 1 where the business case does not pass, or production's gate" };
        var markdown = OutputOptions.FileOption("--md", "Also write the result as Markdown");
        var command = new Command(name, examples);
        var plan = new PlanOptions(command, console);
        foreach (var option in new Option[] { benefit, upfront, strict, markdown })
        {
            command.Options.Add(option);
        }

        var output = new OutputOptions(command, console);
        command.SetAction(async (parsed, cancellation) =>
        {
            var (file, page) = (output.Out(parsed), output.File(parsed, markdown));
            var fleet = plan.Source(parsed).Deployed();
            var made = await Progress.ShowAsync(
                console, "Planning it again with and without", () => Task.Run(() => CaseFile.Of(fleet, Catalog.Embedded, parsed.GetValue(benefit), parsed.GetValue(upfront) ?? default), cancellation), cancellation);
            var results = new Results(console);
            results.Add(output.Render(parsed, made.ToJson, () => report(made)), file);
            if (page is not null)
            {
                results.Add(MarkdownRenderer.Render(report(made)), page);
            }

            results.Write();
            var passes = (!made.HasBenefit || made.Case.Passes) && made.Gates[^1].Passes;
            return parsed.GetValue(strict) && !passes ? ExitCode.Refused : ExitCode.Done;
        });
        return command;
    }
}
