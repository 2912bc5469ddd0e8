using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Offline.Models;

/// <summary>Weights that are to be cut for replicas of several GPUs.</summary>
/// <param name="Weights">What is cut.</param>
/// <param name="Gpus">For how many GPUs.</param>
/// <param name="Image">The engine's image of the region, which cuts.</param>
/// <param name="Engine">How the pool runs it.</param>
/// <param name="Machine">The type of machine to cut it on: the pool's, as <c>p5.48xlarge</c>.</param>
/// <param name="Capability">Compute capability that the GPUs must have, since engines prepare quantised weights for it, as <c>9.0</c>; empty where any will do.</param>
/// <param name="Refusal">Why it cannot be cut; null where it can.</param>
public sealed record ShardCut(WeightsCopy Weights, int Gpus, string Image, EngineSettings Engine, string Machine, string Capability, string? Refusal)
{
    /// <summary>The line that its script writes when it is there.</summary>
    public string Line => FormattableString.Invariant($"{Weights.Line}/tp{Gpus}");
}

/// <summary>
/// Which weights replicas of several GPUs would read in parts, and the script that cuts them. Nothing waits for them: without, each GPU reads all files to find its part. Machines with several
/// stages read whole weights.
/// </summary>
/// <param name="Stack">The stack.</param>
/// <param name="PlanHash">The plan that it is for.</param>
/// <param name="Cuts">What is to be cut, by region, key and GPUs.</param>
public sealed record ModelShards(string Stack, string PlanHash, ImmutableArray<ShardCut> Cuts)
{
    /// <summary>What a previewed stack's replicas would read in parts.</summary>
    public static ModelShards Of(PreviewRecord record)
    {
        var sync = ModelSync.Of(record);
        var images = sync.Images.Where(image => !image.Trains).ToDictionary(image => image.Region, image => image.Image, StringComparer.Ordinal);
        return new ModelShards(record.Stack, record.Fleet.PlanHash,
        [
            .. from pool in record.Fleet.Provisioned
               where pool.Engine is { TensorParallel: > 1, PipelineParallel: 1 }
               let serving = record.Fleet.Servings.Single(one => one.Serving.Name == pool.Serving).Serving
               where serving.FineTuning is null
               group pool by (Region: $"{pool.Cloud.Name()}-{pool.Region}", Key: Artefact.KeyOf(pool), Gpus: pool.Engine.TensorParallel) into pools
               orderby pools.Key.Region, pools.Key.Key, pools.Key.Gpus
               select Cut([.. pools], sync.Weights.Single(copy => copy.Region == pools.Key.Region && copy.Key == pools.Key.Key), images[pools.Key.Region]),
        ]);
    }

    /// <summary>The script, for a machine with such GPUs. It is the same for the same plan and configuration.</summary>
    public string ToScript()
    {
        var script = new StringBuilder(EmbeddedText.Read("shard.sh")).Append(ModelSync.Stores)
            .Append("\n# Stack ").Append(Stack).Append(", plan ").Append(PlanHash.AsSpan(0, 12)).Append(".\n")
            .Append(": \"${ADDRESSES:=$(pulumi stack output weights --stack ").Append(Bootstrap.Quote(Stack)).Append(" --json)}\"\n");
        foreach (var cut in Cuts)
        {
            string[] words = cut.Refusal is { } why
                ? ["is_absent", cut.Weights.Region, cut.Line.Split(' ')[1], $"cannot be cut: {why}"]
                :
                [
                    "shard", cut.Weights.Region, cut.Weights.Key, cut.Weights.Revision, Number(cut.Gpus), cut.Image, EngineArguments.Dtype(cut.Engine.Precision), Number(cut.Engine.MaxContextTokens),
                    cut.Engine.MemoryUtilization.Fraction.ToString("0.###", CultureInfo.InvariantCulture), cut.Capability, cut.Weights.Sha256 ?? "",
                ];
            script.Append(words[0]).Append(' ').AppendJoin(' ', words.Skip(1).Select(Bootstrap.Quote)).Append('\n');
        }

        return script.Append("finish\n").ToString();
    }

    /// <summary>What a manifest does not have of it.</summary>
    /// <param name="manifest">What the script writes to standard output: a line for everything that is there.</param>
    public IEnumerable<ShardCut> Absent(string manifest)
    {
        var there = manifest.Split('\n').Select(line => line.Trim()).ToHashSet(StringComparer.Ordinal);
        return Cuts.Where(cut => !there.Contains(cut.Line));
    }

    /// <summary>For pools that would read the same parts: the shortest context, which fits on all of their machines.</summary>
    private static ShardCut Cut(ImmutableArray<Pool> pools, WeightsCopy weights, string image)
    {
        var (first, isQuantised) = (pools.MinBy(pool => pool.Engine.MaxContextTokens)!, pools[0].Engine.Precision is not (Precision.Fp16 or Precision.Bf16 or Precision.Fp32));
        ImmutableArray<string> capabilities = [.. pools.Select(pool => Catalog.Embedded.FindGpu(pool.Gpu)?.ComputeCapability?.ToString("0.0", CultureInfo.InvariantCulture) ?? "").Distinct().Order(StringComparer.Ordinal)];
        return new ShardCut(
            weights,
            first.Engine.TensorParallel,
            image,
            first.Engine,
            string.Join(" or ", pools.Select(pool => pool.InstanceType).Distinct().Order(StringComparer.Ordinal)),
            isQuantised ? capabilities[0] : "",
            isQuantised && capabilities.Length > 1 ? $"GPUs of compute capability {string.Join(" and ", capabilities)} read it, and each prepares quantised weights in its own way" : null);
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
