using System.Collections.Immutable;
using System.CommandLine;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Offline.Models;
using GpuInfra.Planning;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra models shard</c>: which weights replicas of several GPUs would read in parts, and a script that cuts them on one machine. It cuts nothing itself.</summary>
internal static class ModelsShardCommand
{
    public static Command Create(AppConsole console)
    {
        var script = OutputOptions.FileOption("--script", "Also write the script that looks for all of it, and with --run cuts and uploads what is absent");
        var command = new Command("shard", """
            Weights that replicas of several GPUs read in parts, and the script that cuts them

            Examples:
              gpuinfra models shard --stack prod                        # what for how many GPUs
              gpuinfra models shard --stack prod --script shard.sh      # read it, then on a machine with the pool's GPUs:
              bash shard.sh > cut.txt                                   # looks, and says what is absent
              bash shard.sh --run > cut.txt                             # cuts and uploads what is
            """);
        return ModelsCommand.Looking(console, command, script, ModelShards.Of, ToJson, Report, shards => shards.ToScript());
    }

    private static IEnumerable<Block> Report(ModelShards shards)
    {
        if (shards.Cuts.IsEmpty)
        {
            yield return new Block.Paragraph($"{shards.Stack}: each replica has one GPU, or several stages: nothing is to be cut.");
            yield break;
        }

        yield return new Block.Paragraph($"{shards.Stack}: weights to cut in {Format.Count(shards.Cuts.Length, "place")}, plan {shards.PlanHash[..12]}.");
        yield return new Block.Grid(
            [new("Region"), new("What"), new("Cut on"), new("")],
            [.. shards.Cuts.Select<ShardCut, ImmutableArray<Cell>>(cut =>
                [cut.Weights.Region, cut.Line.Split(' ')[1], cut.Machine, cut.Refusal is { } why ? $"cannot be: {why}" : cut.Weights.Sha256 is null ? "" : "gets a revision of its own: the plan pins its sums"])]);
        yield return new Block.Paragraph(new Cell("Nothing was looked for or cut: --script writes what does. Without it replicas start all the same, and each GPU reads all files.", Tone.Muted));
    }

    private static string ToJson(ModelShards shards) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("stack", shards.Stack);
        json.WriteString("planHash", shards.PlanHash);
        json.WriteObjects("cuts", shards.Cuts, cut =>
        {
            json.WriteString("region", cut.Weights.Region);
            json.WriteString("key", cut.Weights.Key);
            json.WriteString("revision", cut.Weights.Revision);
            json.WriteNumber("gpus", cut.Gpus);
            json.WriteString("machine", cut.Machine);
            json.WriteString("computeCapability", cut.Capability);
            json.WriteString("refusal", cut.Refusal);
        });
        json.WriteEndObject();
    });
}
