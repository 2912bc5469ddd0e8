using System.Collections.Immutable;
using System.CommandLine;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Offline;
using GpuInfra.Offline.Models;
using GpuInfra.Planning;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra models</c>, of which <c>sync</c> is here: which weights and images must be where, and a script that looks for them and copies them. It copies nothing itself.</summary>
internal static class ModelsCommand
{
    public static Command Create(AppConsole console) => new("models", "What a stack's machines must find in their buckets and registries") { Sync(console), ModelsShardCommand.Create(console) };

    /// <summary>Has a command look at what a stack would register, tell what follows from it, and write the script that does something about it.</summary>
    internal static Command Looking<T>(AppConsole console, Command command, Option<string?> script, Func<PreviewRecord, T> look, Func<T, string> toJson, Func<T, IEnumerable<Block>> report, Func<T, string> toScript)
    {
        var plan = new PlanOptions(command, console);
        command.Options.Add(script);
        var output = new OutputOptions(command, console);
        command.SetAction(async (parsed, cancellation) =>
        {
            var (file, copies) = (output.Out(parsed), output.File(parsed, script));
            var source = plan.Source(parsed);
            var seen = look(await Progress.ShowAsync(console, "Looking", () => FleetPreview.RunAsync(source), cancellation));
            var results = new Results(console);
            results.Add(output.Render(parsed, () => toJson(seen), () => report(seen)), file);
            if (copies is not null)
            {
                results.Add(toScript(seen), copies);
            }

            results.Write();
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Sync(AppConsole console)
    {
        var script = OutputOptions.FileOption("--script", "Also write the script that looks for all of it, and with --run copies what is absent");
        var command = new Command("sync", """
            Weights and the engine's image of every region and cloud, and the script that copies them

            Examples:
              gpuinfra models sync --stack prod                       # what must be where
              gpuinfra models sync --stack prod --script sync.sh      # read it, then:
              bash sync.sh > there.txt                                # looks, and says what is absent
              bash sync.sh --run > there.txt                          # copies what is
              gpuinfra validate --stack prod --manifest there.txt
            """);
        return Looking(console, command, script, ModelSync.Of, ToJson, Report, sync => sync.ToScript());
    }

    private static IEnumerable<Block> Report(ModelSync sync)
    {
        yield return new Block.Paragraph($"{sync.Stack}: weights in {Format.Count(sync.Weights.Length, "place")} and {Format.Count(sync.Images.Length, "image")}, plan {sync.PlanHash[..12]}.");
        yield return new Block.Grid(
            [new("Region"), new("What"), new("Pinned by"), new("From")],
            [
                .. sync.Weights.Select<WeightsCopy, ImmutableArray<Cell>>(copy =>
                    [copy.Region, copy.Key, copy.Sha256 is { } sums ? $"{copy.Revision}, {sums[..12]}" : copy.Revision, copy.Uri ?? "a folder of yours"]),
                .. sync.Images.Select<ImageCopy, ImmutableArray<Cell>>(copy => [copy.Region, copy.Image.Split('@')[0], copy.Image.Split('@')[1][..19], "where vLLM publishes it"]),
            ]);
        yield return new Block.Paragraph(new Cell("Nothing was looked for or copied: --script writes what does.", Tone.Muted));
    }

    private static string ToJson(ModelSync sync) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("stack", sync.Stack);
        json.WriteString("planHash", sync.PlanHash);
        json.WriteObjects("weights", sync.Weights, copy =>
        {
            json.WriteString("region", copy.Region);
            json.WriteString("key", copy.Key);
            json.WriteString("revision", copy.Revision);
            json.WriteString("uri", copy.Uri);
            json.WriteString("sha256", copy.Sha256);
        });
        json.WriteObjects("images", sync.Images, copy =>
        {
            json.WriteString("region", copy.Region);
            json.WriteString("image", copy.Image);
        });
        json.WriteEndObject();
    });
}
