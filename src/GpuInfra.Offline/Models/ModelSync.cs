using System.Collections.Immutable;
using System.Text;
using GpuInfra.Infra;
using GpuInfra.Infra.Common;
using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Plans;
using Pulumi.Offline;

namespace GpuInfra.Offline.Models;

/// <summary>Weights that a region's machines read.</summary>
/// <param name="Region">The region, as <c>aws-us-east-1</c>.</param>
/// <param name="Key">Model and precision, as <c>llama-3.1-8b/bf16</c>.</param>
/// <param name="Revision">The revision that is pinned.</param>
/// <param name="Uri">Where they are published; null where the plan does not say: they must be on the machine that copies.</param>
/// <param name="Sha256">SHA-256 of their <c>SHA256SUMS</c>; null where none is pinned.</param>
public sealed record WeightsCopy(string Region, string Key, string Revision, string? Uri, string? Sha256)
{
    /// <summary>The line that a manifest has when they are there.</summary>
    public string Line => $"{Region} {Artefact.Root}/{Key}/{Revision}";
}

/// <summary>The engine's image that a region's machines pull, or the one that trains there.</summary>
/// <param name="Region">The region, as <c>aws-us-east-1</c>.</param>
/// <param name="Image">The image with its registry, by digest.</param>
/// <param name="Trains">True for the one that trains.</param>
public sealed record ImageCopy(string Region, string Image, bool Trains = false)
{
    /// <summary>The line that a manifest has when it is there.</summary>
    public string Line => $"{Region} {Image}";
}

/// <summary>
/// What must be in the buckets and registries of every region before a stack's machines can serve, and the script that puts it there. Nothing here asks a cloud or
/// copies: people read the script and run it.
/// </summary>
/// <param name="Stack">The stack.</param>
/// <param name="PlanHash">The plan that it is for.</param>
/// <param name="Weights">Weights, by region and key.</param>
/// <param name="Images">Images, by region.</param>
public sealed record ModelSync(string Stack, string PlanHash, ImmutableArray<WeightsCopy> Weights, ImmutableArray<ImageCopy> Images)
{
    /// <summary>What a previewed stack needs.</summary>
    public static ModelSync Of(PreviewRecord record)
    {
        var published = record.Fleet.Provisioned.Select(pool => (Key: Artefact.KeyOf(pool), record.Fleet.Plan.Servings.First(serving => serving.Name == pool.Serving).Weights))
            .Where(pair => pair.Weights is not null).DistinctBy(pair => pair.Key).ToDictionary(pair => pair.Key, pair => pair.Weights!, StringComparer.Ordinal);
        return new ModelSync(
            record.Stack,
            record.Fleet.PlanHash,
            [
                .. Output(record, "weights").SelectMany(region => ((PropertyValue.Map)region.Value).Members.Select(artefact => new WeightsCopy(
                    region.Key,
                    artefact.Key,
                    artefact.Value.TextAt()!.Split('/')[^1],
                    published.GetValueOrDefault(artefact.Key)?.Uri,
                    published.GetValueOrDefault(artefact.Key)?.Sha256))),
            ],
            [
                .. Output(record, FleetOutputs.EngineImages).Select(region => new ImageCopy(region.Key, region.Value.TextAt()!)),
                .. Output(record, FleetOutputs.TrainingImages).Select(region => new ImageCopy(region.Key, region.Value.TextAt()!, Trains: true)),
            ]);
    }

    /// <summary>What its script shares with others, without the line that names the interpreter.</summary>
    internal static string Stores { get; } = EmbeddedText.Read("stores.sh")[(EmbeddedText.Read("stores.sh").IndexOf('\n', StringComparison.Ordinal))..];

    /// <summary>The script. It is the same for the same plan and configuration.</summary>
    public string ToScript()
    {
        var script = new StringBuilder(EmbeddedText.Read("sync.sh")).Append(Stores)
            .Append("\n# Stack ").Append(Stack).Append(", plan ").Append(PlanHash.AsSpan(0, 12)).Append(". An address that is not known yet is asked of the stack's outputs.\n")
            .Append("ADDRESSES=$(pulumi stack output weights --stack ").Append(Bootstrap.Quote(Stack)).Append(" --json)\n");
        foreach (var copy in Weights)
        {
            Call("weights", copy.Region, copy.Key, copy.Revision, copy.Uri ?? "", copy.Sha256 ?? "");
        }

        foreach (var copy in Images)
        {
            Call(copy.Trains ? "training_image" : "image", copy.Region, copy.Image);
        }

        return script.Append("finish\n").ToString();

        void Call(string function, params string[] words) => script.Append(function).Append(' ').AppendJoin(' ', words.Select(Bootstrap.Quote)).Append('\n');
    }

    /// <summary>What a manifest does not have, a problem each.</summary>
    /// <param name="manifest">What the script writes to standard output: a line for everything that is there.</param>
    /// <param name="file">The manifest's name.</param>
    public IEnumerable<PlanProblem> Absent(string manifest, string file)
    {
        var there = manifest.Split('\n').Select(line => line.Trim()).ToHashSet(StringComparer.Ordinal);
        return Weights.Select(copy => copy.Line).Concat(Images.Select(copy => copy.Line)).Where(line => !there.Contains(line))
            .Select(line => new PlanProblem(file, 0, 0, "", $"{line.Split(' ')[1]} is absent in {line.Split(' ')[0]}: copy it (gpuinfra models sync --stack {Stack} --script sync.sh), and look again"));
    }

    private static ImmutableSortedDictionary<string, PropertyValue> Output(PreviewRecord record, string name) => record.Resolved.Outputs.At(name) is PropertyValue.Map map ? map.Members : ImmutableSortedDictionary<string, PropertyValue>.Empty;
}
