using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Reports;

/// <summary>What <c>gpuinfra size</c> shows: the answer in a sentence, the memory from device to cache, and what would change it.</summary>
internal static class SizeReport
{
    public static IEnumerable<Block> Of(SizeAnswer answer)
    {
        var setup = answer.Setup;
        yield return new Block.Paragraph(
            $"{setup.Model.Id} in {Format.Word(setup.Precision)} on {Gpus(setup)}, {Format.Word(setup.Engine)}; {Requests(answer)}.");
        if (answer.Performance is { } performance)
        {
            yield return new Block.Grid([new("Prediction"), new("Value", true), new("Meaning")], Figures(answer, performance));
        }
        else
        {
            yield return new Block.Paragraph(new Cell($"It cannot: {answer.Unfit!.Detail}.", Tone.Bad));
        }

        foreach (var block in MemoryBlocks(answer).Concat(ChangeBlocks(answer)))
        {
            yield return block;
        }
    }

    private static string Gpus(ReplicaSetup setup) => setup.Parallelism is { Pipeline: > 1 } stages
        ? $"{stages.Gpus} × {setup.Gpu.Id} ({stages.Tensor} per stage, {stages.Pipeline} stages{(setup.Span is { } span ? $" on a machine each, {Format.Number(span.Fabric.GbitPerSecond)} Gbit/s between them" : "")})"
        : $"{setup.Parallelism.Gpus} × {setup.Gpu.Id}";

    private static string Requests(SizeAnswer answer)
    {
        var load = answer.Load;
        var lengths = $"requests of {Format.Count(load.InputTokens)} input and {Format.Count(load.OutputTokens)} output tokens";
        return (answer.AsksForLatency, load.Kind) switch
        {
            (true, _) => $"{lengths}, as many as keep {Target(answer)}",
            (_, LoadKind.OfflineMax) => $"{lengths}, more of them than fit",
            _ => $"{Format.Count(load.Requests)} {lengths} in flight",
        };
    }

    private static string Target(SizeAnswer answer) => string.Join(" and ", new[]
    {
        answer.Target.TimeToFirstToken is { } first ? $"TTFT ≤ {Format.Duration(first)}" : "",
        answer.Target.TimePerOutputToken is { } token ? $"TPOT ≤ {Format.Duration(token)}" : "",
    }.Where(text => text.Length > 0));

    private static ImmutableArray<ImmutableArray<Cell>> Figures(SizeAnswer answer, Performance performance)
    {
        var gpus = answer.Setup.Parallelism.Gpus;
        var (low, high) = (performance.OutputTokensPerSecond * performance.Band.Low, performance.OutputTokensPerSecond * performance.Band.High);
        return
        [
            ["output tokens/s", Format.Number(performance.OutputTokensPerSecond), $"{Format.Number(low)} to {Format.Number(high)} in eight of ten measurements like it"],
            ["per GPU", Format.Number(performance.OutputTokensPerSecond / gpus), $"of {gpus}"],
            ["requests in flight", Format.Count(answer.MaxConcurrency), answer.AsksForLatency ? "keep the latency" : "fit in the cache at their full length"],
            ["TTFT", Format.Duration(performance.TimeToFirstToken), "mean time to first token, waiting counted"],
            ["TPOT", Format.Duration(performance.TimePerOutputToken), $"mean time per further token: {Format.Number(1 / performance.TimePerOutputToken.TotalSeconds)} tokens/s for each user"],
            ["bound by", Format.Word(performance.Limit), Meaning(performance.Limit)],
        ];
    }

    private static string Meaning(SizingLimit limit) => limit switch
    {
        SizingLimit.Compute => "arithmetic: prompts and large batches keep the tensor cores busy",
        SizingLimit.Bandwidth => "memory bandwidth: each step reads the weights and every sequence's cache",
        SizingLimit.Interconnect => "transfers between the GPUs that layers are split over",
        SizingLimit.Latency => "what a step takes however little it does: launches and the host",
        SizingLimit.Memory => "memory: no more sequences fit in the cache",
        SizingLimit.TimePerOutputToken => "latency: more requests would take longer per token",
        _ => "latency: more requests would wait longer for their first token",
    };

    /// <summary>From the device's memory down to what is left for the cache.</summary>
    private static IEnumerable<Block> MemoryBlocks(SizeAnswer answer)
    {
        var (memory, gpu) = (answer.Memory, answer.Setup.Gpu);
        yield return new Block.Heading("Memory of one GPU");
        yield return new Block.Grid(
            [new("Part"), new("GiB", true), new("Left", true)],
            [.. Waterfall(gpu.Memory,
            [
                ("kept from the engine", gpu.Memory - memory.Usable), ("weights", memory.Weights), ("activations", memory.Activations),
                ("CUDA context, graphs, buffers", memory.Overhead),
            ])]);
        yield return new Block.Paragraph(
            $"{memory.Cache} of cache at {Format.Count(memory.CachePerToken.TotalBytes)} bytes a token hold {Format.Count((long)memory.CacheTokens)} tokens: "
            + $"{Format.Number(memory.CacheTokens / (answer.Load.InputTokens + answer.Load.OutputTokens))} requests at their full length.");
    }

    private static IEnumerable<ImmutableArray<Cell>> Waterfall(ByteSize total, IEnumerable<(string Name, ByteSize Size)> parts)
    {
        yield return ["device", Gib(total), Gib(total)];
        var used = default(ByteSize);
        foreach (var (name, size) in parts)
        {
            used += size;
            yield return [name, $"-{Gib(size)}", used > total ? new Cell($"-{Gib(used - total)}", Tone.Bad) : Gib(total - used)];
        }
    }

    private static IEnumerable<Block> ChangeBlocks(SizeAnswer answer)
    {
        var changes = Alternatives.Of(answer.Setup, answer.Load with { Requests = Math.Max(1, answer.Load.Requests) }, Catalog.Embedded);
        if (changes.IsEmpty)
        {
            yield break;
        }

        yield return new Block.Heading("One change, under the same load");
        yield return new Block.Grid(
            [new("Change"), new("Tokens/s", true), new("Per GPU", true), new("TTFT", true), new("TPOT", true), new("Fit in cache", true), new("Bound by")],
            [
                .. answer.Performance is { } asItIs ? [ChangeRow(new Alternative("none", answer.Setup, asItIs))] : ImmutableArray<ImmutableArray<Cell>>.Empty,
                .. changes.Select(ChangeRow),
            ]);
        yield return new Block.Paragraph(new Cell("Most tokens per GPU first. Another precision needs weights in it, and a look at their quality.", Tone.Muted));
    }

    private static ImmutableArray<Cell> ChangeRow(Alternative change) =>
    [
        change.Change,
        Format.Number(change.Performance.OutputTokensPerSecond),
        Format.Number(change.RatePerGpu),
        Format.Duration(change.Performance.TimeToFirstToken),
        Format.Duration(change.Performance.TimePerOutputToken),
        Format.Count(change.Performance.MaxConcurrency),
        Format.Word(change.Performance.Limit),
    ];

    private static string Gib(ByteSize size) => FormattableString.Invariant($"{size.TotalGib:F1}");
}
